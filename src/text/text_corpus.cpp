#include "text/text_corpus.h"

#include <algorithm>
#include <numeric>

#include "support/counted.h"
#include "support/error.h"
#include "text/line_reader.h"

namespace alinea {

void TextCorpus::add(std::span<const int32_t> ids, int64_t line) {
  stream_.insert(stream_.end(), ids.begin(), ids.end());
  stream_.push_back(kEnd);
  ends_.push_back(tokens());
  numbers_.push_back(line);
  unknown_ += std::ranges::count(ids, kUnknown);
}

void TextCorpus::append(const TextCorpus& other) {
  for (const int64_t end : other.ends_) ends_.push_back(tokens() + end);
  stream_.insert(stream_.end(), other.stream_.begin(), other.stream_.end());
  numbers_.insert(numbers_.end(), other.numbers_.begin(), other.numbers_.end());
  unknown_ += other.unknown_;
}

TextWindow TextCorpus::line(int64_t index) const {
  return {index == 0 ? 0 : ends_[static_cast<size_t>(index - 1)],
          ends_[static_cast<size_t>(index)]};
}

std::span<const int32_t> TextCorpus::words(const TextWindow& window) const {
  return std::span(stream_).subspan(static_cast<size_t>(window.begin),
                                    static_cast<size_t>(window.length()));
}

Batch TextCorpus::batch(std::span<const TextWindow> windows) const {
  Batch batch;
  batch.size = std::ssize(windows);
  batch.index.resize(windows.size());
  std::iota(batch.index.begin(), batch.index.end(), 0);
  std::ranges::stable_sort(batch.index, std::greater<>(),
                           [&](int64_t i) { return windows[static_cast<size_t>(i)].length(); });
  for (const int64_t i : batch.index) {
    const TextWindow& window = windows[static_cast<size_t>(i)];
    batch.target_lengths.push_back(window.length());
    for (int64_t place = window.begin; place < window.end; ++place) {
      const int32_t before = place == 0 ? kEnd : stream_[static_cast<size_t>(place - 1)];
      batch.previous.push_back(before == kEnd ? kBegin : before);
      batch.target.push_back(stream_[static_cast<size_t>(place)]);
    }
  }
  return batch;
}

TextReport add_lines(TextCorpus& corpus, const std::filesystem::path& path,
                     const Language& language, const TextReadOptions& options) {
  TextReport report;
  LineReader reader(path);
  const int64_t before = corpus.lines();
  for (std::string line; reader.next(line);) {
    const std::vector<int32_t> ids = language.encode(line);
    if (ids.empty() && !options.keep_empty) {
      ++report.empty;
    } else if (options.max_length > 0 && std::ssize(ids) > options.max_length) {
      ++report.too_long;
    } else {
      corpus.add(ids, reader.line_number());
    }
  }
  if (reader.line_number() == 0) throw Error("no text: '{}' has no lines", path.string());
  if (corpus.lines() == before)
    throw Error("no lines left of '{}': {} empty, {} longer than {}{}", path.string(), report.empty,
                report.too_long, counted(options.max_length, "token"),
                report.too_long > 0 ? "; raise " + options.limit : "");
  return report;
}

}  // namespace alinea
