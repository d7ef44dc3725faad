#pragma once

#include <span>
#include <string>

namespace alinea {

// alinea align-words: the word alignment of a parallel text, by a statistical aligner.
void align_words_command(std::span<const std::string> arguments);

}  // namespace alinea
