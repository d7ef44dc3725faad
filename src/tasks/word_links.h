// Links between words, as other aligners make them, while the model reads tokens.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "metrics/links.h"
#include "models/translation_model.h"
#include "text/text_lines.h"
#include "text/tokenizer.h"

namespace alinea {

// Links every token of the source word with every token of the target word. Throws Error for a link
// that leads out of the pair.
Links token_links(const Links& links, std::span<const TokenizedWord> source,
                  std::span<const TokenizedWord> target);

// Goes through two texts whose lines belong together. Words are what white space separates in them.
class WordLinks {
 public:
  // The languages must outlive it.
  WordLinks(Texts source, Texts target, const Languages& languages)
      : languages_(languages), source_(std::move(source)), target_(std::move(target)) {}

  // Moves on to the next pair of lines; false at the end of a text.
  bool next() { return source_.next(source_line_) && target_.next(target_line_); }

  // Links between the words of this pair as links between its tokens. There are none where the
  // tokens make other words, as those of a tokenizer that normalises may; such pairs are counted.
  // Throws Error for a link that leads out of the pair.
  Links to_tokens(const Links& links);
  int64_t left_out() const { return left_out_; }

  // What the numbers of links in this pair may count. It does not matter where no word has several
  // tokens; those beyond the last word count tokens for certain.
  enum class Unit { kAny, kWordOrToken, kToken };
  Unit unit_of(const Links& links) const;

 private:
  struct Words {
    std::vector<TokenizedWord> source, target;
  };
  Words words() const;
  bool has_these_words(const Words& words) const;

  const Languages& languages_;
  TextLines source_, target_;
  std::string source_line_, target_line_;
  int64_t left_out_ = 0;
};

// Whether the links of a file, one line per pair, count words: where some pair has words of several
// tokens, and no link in the whole file reaches beyond the last word. Throws what LinkReader
// throws.
bool count_words(const std::filesystem::path& links, WordLinks pairs);

}  // namespace alinea
