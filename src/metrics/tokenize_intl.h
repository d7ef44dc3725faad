// The tokenizer "intl" of sacreBLEU, which is that of NIST's mteval-v14.pl with
// --international-tokenization.
#pragma once

#include <string>
#include <string_view>

namespace alinea {

// `text`, well-formed UTF-8, with its tokens set apart by white space. By Unicode's categories:
// symbols stand alone, punctuation too, but not behind or before a number's digit, nor where it is
// the text's first and last character. Entities stay as they are.
std::string tokenize_intl(std::string_view text);

}  // namespace alinea
