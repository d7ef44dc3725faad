// A text as ids: its lines one behind the other, each with </s> behind it. What a language model
// reads of it are windows: whole lines, or any part of the stream that they make.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "text/batch.h"
#include "text/language.h"

namespace alinea {

// Tokens [begin, end) of the stream.
struct TextWindow {
  int64_t begin, end;
  int64_t length() const { return end - begin; }
};

class TextCorpus {
 public:
  // ids without </s>; the line that they were read from, from 1.
  void add(std::span<const int32_t> ids, int64_t line);
  // All lines of another one.
  void append(const TextCorpus& other);

  int64_t lines() const { return static_cast<int64_t>(ends_.size()); }
  TextWindow line(int64_t index) const;
  int64_t line_number(int64_t index) const { return numbers_[static_cast<size_t>(index)]; }
  // Of the stream, </s> counted.
  int64_t tokens() const { return static_cast<int64_t>(stream_.size()); }
  int64_t unknown() const { return unknown_; }
  std::span<const int32_t> words(const TextWindow& window) const;

  // Windows side by side, in descending order of length, as targets without sources; their places
  // among those given become Batch::index. Before the first word of a line, wherever the window
  // begins, stands <s>.
  Batch batch(std::span<const TextWindow> windows) const;

 private:
  std::vector<int32_t> stream_;
  std::vector<int64_t> ends_, numbers_;
  int64_t unknown_ = 0;
};

struct TextReport {
  int64_t empty = 0, too_long = 0;  // lines that were left out
};

struct TextReadOptions {
  int64_t max_length = 0;              // longer lines are left out; 0: none
  std::string limit = "--max-length";  // the option that says so
  bool keep_empty = false;             // lines
};

// Adds the lines of a file, plain or gzipped. Throws Error where it has none, or none is left.
TextReport add_lines(TextCorpus& corpus, const std::filesystem::path& path,
                     const Language& language, const TextReadOptions& options);

}  // namespace alinea
