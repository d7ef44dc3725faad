// The page of Yang et al. (2016, figures 5 and 6): documents with the sentences and the words that
// decided marked in them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "reports/document_attention.h"
#include "storage/atomic_file.h"

namespace alinea {

// Parts of the page, for pages with other things beside them: its rules, what explains its shades,
// and a document's section, whose id is d and its number.
std::string highlight_style();
std::string highlight_introduction();
std::string highlighted_document(const DocumentAttention& document, int64_t number);

// One self-contained HTML page for all documents. Each document has its label and
// that label's probability as heading; a sentence's shade and bar show its weight p_s, a word's
// shade and underline √(p_s p_w). Exact numbers show where the mouse rests. Of several rows of
// weights these are the means, and each row unfolds below.
// Documents are written as they come; finish() gives the file its name, and without it nothing is
// left. Throws Error where the file cannot be written.
class HighlightPageFile {
 public:
  explicit HighlightPageFile(const std::filesystem::path& path);
  void write(const DocumentAttention& document);
  void finish();

 private:
  AtomicFile file_;
  int64_t documents_ = 0;
};

}  // namespace alinea
