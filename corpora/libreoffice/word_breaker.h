// Cuts text into lower-case words and punctuation marks.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace alinea {

class WordBreaker {
 public:
  // language: a code that ICU knows, such as en, de or fr. Throws Error where ICU has no rules.
  explicit WordBreaker(const std::string& language);
  ~WordBreaker();

  // The tokens of UTF-8 text by Unicode's word boundaries (UAX 29), in NFC and lower case, joined
  // by single spaces. Soft hyphens and other invisible characters are dropped.
  std::string tokenize(std::string_view text);

 private:
  struct Rules;
  std::unique_ptr<Rules> rules_;
};

}  // namespace alinea
