// Writers of alignments: one for each of the three formats, and for pictures.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/links.h"
#include "reports/alignment.h"
#include "reports/link_extraction.h"
#include "storage/atomic_file.h"

namespace alinea {

class AlignmentWriter {
 public:
  virtual ~AlignmentWriter() = default;
  virtual void write(const Alignment& alignment) = 0;
  // Gives the file its name; without it nothing is left of a single file.
  virtual void finish() {}
};

// Links in Pharaoh format, one line per sentence.
class LinkFile {
 public:
  explicit LinkFile(const std::filesystem::path& path) : file_(path) {}
  void write(const Links& links) { file_.stream() << to_string(links) << '\n'; }
  void finish() { file_.commit(); }

 private:
  AtomicFile file_;
};

// matrix: a folder with one CSV per sentence, 000000.csv; tidy: one CSV; pharaoh: one line each,
// by `links`. Throws UsageError for another name, Error where the path cannot be written.
std::unique_ptr<AlignmentWriter> make_alignment_writer(std::string_view format,
                                                       const std::filesystem::path& output,
                                                       const LinkExtraction& links = {});
std::vector<std::string> alignment_formats();
// The last two of them: arrays, see alignment_arrays.cpp.
std::unique_ptr<AlignmentWriter> make_npz_writer(const std::filesystem::path& path);
std::unique_ptr<AlignmentWriter> make_safetensors_writer(const std::filesystem::path& path);

// A folder with one picture per sentence, 000000.svg. `scale` is one of heatmap_scales().
std::unique_ptr<AlignmentWriter> make_heatmap_writer(const std::filesystem::path& folder,
                                                     const std::string& scale = "auto");

// One self-contained HTML page with the weights of all sentences, of each layer and head, which its
// script draws as matrices or as lines between words. A page shows one of them first and has the
// other at hand: the heatmap page matrices, the attention page lines. Where an alignment has gold
// links, with the error of the links that are extracted from its weights.
std::unique_ptr<AlignmentWriter> make_heatmap_page_writer(const std::filesystem::path& file,
                                                          const LinkExtraction& links = {});
std::unique_ptr<AlignmentWriter> make_attention_page_writer(const std::filesystem::path& file);

}  // namespace alinea
