// Writers of alignments: one for each format, and for pictures and pages.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/links.h"
#include "reports/alignment.h"
#include "reports/link_extraction.h"

namespace alinea {

class AlignmentWriter {
 public:
  virtual ~AlignmentWriter() = default;
  virtual void write(const Alignment& alignment) = 0;
  // Gives the file its name; without it nothing is left of a single file.
  virtual void finish() {}
};

// matrix: a folder with one CSV per sentence, 000000.csv; tidy: one CSV; pharaoh: one line each,
// by `links`. Throws UsageError for another name, Error where the path cannot be written.
std::unique_ptr<AlignmentWriter> make_alignment_writer(std::string_view format,
                                                       const std::filesystem::path& output,
                                                       const LinkExtraction& links = {});
std::vector<std::string> alignment_formats();
// The same as tidy, where what is numbered is called otherwise than a sentence: "question".
std::unique_ptr<AlignmentWriter> make_tidy_writer(const std::filesystem::path& path,
                                                  const std::string& item);
// Links in Pharaoh format, one line per sentence: those that `links_of` makes, as links_text writes
// them.
std::unique_ptr<AlignmentWriter> make_links_writer(const std::filesystem::path& path,
                                                   LinksOf links_of, bool in_characters);
// The last two formats: arrays, see alignment_arrays.cpp.
std::unique_ptr<AlignmentWriter> make_npz_writer(const std::filesystem::path& path);
std::unique_ptr<AlignmentWriter> make_safetensors_writer(const std::filesystem::path& path);

// A folder with one picture per sentence, 000000.svg. `scale` is one of heatmap_scales().
std::unique_ptr<AlignmentWriter> make_heatmap_writer(const std::filesystem::path& folder,
                                                     const std::string& scale = "auto");

// What a page calls an alignment and its two sides.
struct PageTerms {
  std::string item = "Sentence", source = "source", target = "target";
};

// One self-contained HTML page with the weights of all sentences, of each layer and head, which its
// script draws as matrices or as lines between words. A page shows one of them first and has the
// other at hand: the heatmap page matrices, the attention page lines. Where an alignment has gold
// links, with the error of those that `links_of` makes.
std::unique_ptr<AlignmentWriter> make_heatmap_page_writer(
    const std::filesystem::path& file, const LinksOf& links_of = extracted_links(),
    const PageTerms& terms = {});
std::unique_ptr<AlignmentWriter> make_attention_page_writer(
    const std::filesystem::path& file, const LinksOf& links_of = extracted_links(),
    const PageTerms& terms = {});
// For what looks at itself: a tidy CSV and an attention page, of each where its path is not empty.
std::vector<std::unique_ptr<AlignmentWriter>> make_self_attention_writers(
    const std::filesystem::path& table, const std::filesystem::path& page,
    const PageTerms& terms = {});

// One self-contained page of a source of pictures. A caption has its picture once for each of its
// words: the darker a place, the less the word looked at it, and the place of the largest weight
// has a frame. Writes throw UsageError for another source.
std::unique_ptr<AlignmentWriter> make_picture_page_writer(const std::filesystem::path& file);

// One self-contained page of a source of sounds or tables. An example has its rows as a picture,
// time from left to right, the lowest column below, and under it a strip for each word, the darker,
// the larger the weight; and a sound that was kept, to be played. Writes throw UsageError for
// another source.
std::unique_ptr<AlignmentWriter> make_sound_page_writer(const std::filesystem::path& file);

}  // namespace alinea
