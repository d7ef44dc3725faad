#include "reports/alignment_writer.h"

#include <fmt/ranges.h>

#include <sstream>
#include <system_error>

#include "reports/alignment_csv.h"
#include "reports/heatmap.h"
#include "storage/atomic_file.h"
#include "storage/input.h"
#include "support/error.h"

namespace alinea {

namespace {

namespace fs = std::filesystem;

// One file a sentence in a folder.
class FolderWriter : public AlignmentWriter {
 public:
  explicit FolderWriter(fs::path folder) : folder_(std::move(folder)) {
    if (folder_ == kStandardStream)
      throw UsageError("expected a folder for a file per sentence, got -, standard output");
    std::error_code error;
    fs::create_directories(folder_, error);
    if (error || !fs::is_directory(folder_, error))
      throw Error("cannot create the folder {}: {}", folder_.string(),
                  error ? error.message() : "a file has that name");
  }

  void write(const Alignment& alignment) override {
    write_file(folder_ / fmt::format("{:06}{}", alignment.sentence, suffix()), content(alignment));
  }

 private:
  virtual const char* suffix() const = 0;
  virtual std::string content(const Alignment& alignment) const = 0;

  fs::path folder_;
};

class MatrixWriter : public FolderWriter {
  using FolderWriter::FolderWriter;
  const char* suffix() const override { return ".csv"; }
  std::string content(const Alignment& alignment) const override {
    std::ostringstream text;
    write_matrix_csv(text, alignment);
    return text.str();
  }
};

class HeatmapWriter : public FolderWriter {
 public:
  HeatmapWriter(fs::path folder, std::string scale)
      : FolderWriter(std::move(folder)), scale_(std::move(scale)) {}

 private:
  const char* suffix() const override { return ".svg"; }
  std::string content(const Alignment& alignment) const override {
    return heatmap_svg(alignment, scale_);
  }

  std::string scale_;
};

class TidyWriter : public AlignmentWriter {
 public:
  TidyWriter(const fs::path& path, std::string item) : file_(path), item_(std::move(item)) {}
  void write(const Alignment& alignment) override {
    if (alignment.weights.empty()) return;  // what has no rows does not know all columns
    begin(alignment);
    write_tidy_rows(file_.stream(), alignment);
  }
  void finish() override {
    begin({});
    file_.commit();
  }

 private:
  void begin(const Alignment& first) {
    if (!has_header_) write_tidy_header(file_.stream(), first, item_);
    has_header_ = true;
  }

  AtomicFile file_;
  std::string item_;
  bool has_header_ = false;
};

class LinksWriter : public AlignmentWriter {
 public:
  LinksWriter(const fs::path& path, std::function<Links(const Alignment&)> links_of,
              bool in_characters)
      : file_(path), links_of_(std::move(links_of)), in_characters_(in_characters) {}
  void write(const Alignment& alignment) override {
    file_.stream() << links_text(links_of_(alignment), alignment, in_characters_) << '\n';
  }
  void finish() override { file_.commit(); }

 private:
  AtomicFile file_;
  std::function<Links(const Alignment&)> links_of_;
  bool in_characters_;
};

}  // namespace

std::unique_ptr<AlignmentWriter> make_alignment_writer(std::string_view format,
                                                       const fs::path& output,
                                                       const LinkExtraction& links) {
  if (format == "matrix") return std::make_unique<MatrixWriter>(output);
  if (format == "tidy") return make_tidy_writer(output, "sentence");
  if (format == "pharaoh")
    return make_links_writer(output, extracted_links(links), links.in_characters);
  if (format == "npz") return make_npz_writer(output);
  if (format == "safetensors") return make_safetensors_writer(output);
  throw UsageError("expected an alignment format that is one of {}, got '{}'",
                   fmt::join(alignment_formats(), ", "), format);
}

std::unique_ptr<AlignmentWriter> make_tidy_writer(const fs::path& path, const std::string& item) {
  return std::make_unique<TidyWriter>(path, item);
}

std::unique_ptr<AlignmentWriter> make_links_writer(const fs::path& path, LinksOf links_of,
                                                   bool in_characters) {
  return std::make_unique<LinksWriter>(path, std::move(links_of), in_characters);
}

std::vector<std::string> alignment_formats() {
  return {"matrix", "tidy", "pharaoh", "npz", "safetensors"};
}

std::unique_ptr<AlignmentWriter> make_heatmap_writer(const fs::path& folder,
                                                     const std::string& scale) {
  return std::make_unique<HeatmapWriter>(folder, scale);
}

}  // namespace alinea
