// Cuts a document into sentences and words.
//
// A document with " <s> " in it counts as already split: tokens between spaces, sentences between
// tokens <s>, which may be empty, and tags and entities are what they are. Any other is cut by
// Unicode's rules (UAX 29): sentences first, by the text as it stands, then each sentence, in lower
// case where wanted, into words. What is neither white space nor invisible is a word, punctuation
// too; a sentence without words is left out.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace alinea {

struct SplitterOptions {
  bool lowercase = true;
  bool tags_as_breaks = false;  // <br />, </p>, <!-- --> end a sentence and are no words
  bool html_entities = false;   // &amp; and the like are the characters that they name
  int64_t max_words = 200;      // a sentence; 0 = no limit
  int64_t max_sentences = 200;  // a document; 0 = no limit
};

// Words by sentence.
using Document = std::vector<std::vector<std::string>>;

// What the limits left out, so far.
struct CutReport {
  int64_t sentences = 0;       // whole, from the ends of
  int64_t documents = 0;       // so many documents
  int64_t words = 0;           // from the ends of
  int64_t long_sentences = 0;  // so many sentences
};

class DocumentSplitter {
 public:
  explicit DocumentSplitter(const SplitterOptions& options);
  ~DocumentSplitter();

  // text is valid UTF-8 without a line break.
  Document split(std::string_view text);

  const SplitterOptions& options() const { return options_; }
  const CutReport& cut() const { return cut_; }

 private:
  struct Rules;
  Document split_marked(std::string_view text) const;
  void add_sentences(std::string_view text, Document& document);
  void apply_limits(Document& document);

  SplitterOptions options_;
  std::unique_ptr<Rules> rules_;
  CutReport cut_;
};

}  // namespace alinea
