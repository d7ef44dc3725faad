#include "text/corpus.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>

#include "support/counted.h"
#include "support/error.h"

namespace alinea {

namespace {

// In a row, before it is another rank's turn.
constexpr int64_t kLinesOfARank = 1000;

// A list as it goes to the other ranks: how many items, and these.
template <typename T>
void pack(const std::vector<T>& items, std::string& bytes) {
  const auto count = static_cast<int64_t>(items.size());
  bytes.append(reinterpret_cast<const char*>(&count), sizeof(count));
  if (!items.empty())
    bytes.append(reinterpret_cast<const char*>(items.data()), items.size() * sizeof(T));
}

class Packed {
 public:
  explicit Packed(std::string_view bytes) : bytes_(bytes) {}

  bool is_empty() const { return bytes_.empty(); }
  template <typename T>
  std::vector<T> next() {
    int64_t count = 0;
    take(std::span(&count, 1));
    std::vector<T> items(static_cast<size_t>(count));
    take(std::span(items));
    return items;
  }

 private:
  template <typename T>
  void take(std::span<T> values) {
    if (!values.empty()) std::memcpy(values.data(), bytes_.data(), values.size_bytes());
    bytes_.remove_prefix(values.size_bytes());
  }

  std::string_view bytes_;
};

int64_t count_unknown(std::span<const int32_t> ids) { return std::ranges::count(ids, kUnknown); }

bool is_beyond(size_t size, int64_t limit) {
  return limit > 0 && size > static_cast<size_t>(limit);
}

void add_pair(ParallelCorpus& corpus, const SourceContent& source, std::span<const int32_t> target,
              int64_t columns, const ReadOptions& options) {
  const bool is_empty = columns > 0 ? source.features.empty() : source.ids.empty();
  const bool is_long =
      columns > 0
          ? is_beyond(source.features.size() / static_cast<size_t>(columns), options.max_rows)
          : is_beyond(source.ids.size(), options.max_length);
  if (!options.keep_empty && (is_empty || target.empty())) {
    corpus.count_skipped_empty();
  } else if (is_long || is_beyond(target.size(), options.max_length)) {
    corpus.count_skipped_long();
  } else {
    corpus.add(source, target);
  }
}

// A line of features that cannot be read is named, unless it counts as an empty one.
SourceContent read_source(const SourceReader& source, const std::string& line, bool keep_faulty,
                          const PairReader& reader) {
  try {
    return source.read(line);
  } catch (const Error& error) {
    if (keep_faulty) return {};
    throw Error("{}, line {}: {}", reader.source_name(), reader.line_number(), error.what());
  }
}

void check_not_empty(const CorpusReport& report, const ParallelFiles& files,
                     const ReadOptions& options, bool has_features) {
  if (report.pairs > 0) return;
  if (report.lines() == 0)
    throw Error("no sentence pairs: {} {} no lines", files.names(),
                files.is_one_file() ? "has" : "have");
  if (report.skipped_long == 0)
    throw Error("no sentence pairs left of {}: {} empty", files.names(), report.skipped_empty);
  throw Error(
      "no sentence pairs left of {}: {} empty, {} with more than {}: raise {}", files.names(),
      report.skipped_empty, report.skipped_long,
      has_features ? fmt::format("{} or {}", counted(options.max_rows, "row"),
                                 counted(options.max_length, "token"))
                   : counted(options.max_length, "token"),
      has_features ? "max-frames, max-length or max-positions" : "max-length or max-positions");
}

}  // namespace

CorpusReport CorpusReport::operator-(const CorpusReport& other) const {
  return {.pairs = pairs - other.pairs,
          .skipped_empty = skipped_empty - other.skipped_empty,
          .skipped_long = skipped_long - other.skipped_long,
          .source_tokens = source_tokens - other.source_tokens,
          .target_tokens = target_tokens - other.target_tokens,
          .source_unknown = source_unknown - other.source_unknown,
          .target_unknown = target_unknown - other.target_unknown};
}

void ParallelCorpus::finish() {
  source_.finish();
  target_.finish();
  features_.finish();
  lines_.finish();
}

void ParallelCorpus::add(const SourceContent& source, std::span<const int32_t> target) {
  if (columns_ > 0) {
    features_.append(source.features);
    report_.source_tokens += std::ssize(source.features) / columns_;
  }
  add(source.ids, target);
}

void ParallelCorpus::add(std::span<const int32_t> source, std::span<const int32_t> target) {
  source_.append(source);
  target_.append(target);
  const int64_t line = report_.lines() + 1;
  lines_.append(std::span(&line, 1));
  ++report_.pairs;
  report_.source_tokens += std::ssize(source);
  report_.target_tokens += static_cast<int64_t>(target.size());
  report_.source_unknown += count_unknown(source);
  report_.target_unknown += count_unknown(target);
}

CorpusReport add_pairs(ParallelCorpus& corpus, const ParallelFiles& files,
                       const SourceReader& source, const Language& target,
                       const ReadOptions& options, Group& group) {
  const CorpusReport before = corpus.report();
  PairReader reader(files);
  for (bool goes_on = true; goes_on;) {
    std::string mine;
    for (int64_t line = 0; goes_on && line < kLinesOfARank * group.size(); ++line) {
      std::string source_line, target_line, fault;
      goes_on = options.keep_faulty ? reader.next(source_line, target_line, fault)
                                    : reader.next(source_line, target_line);
      if (!goes_on || line / kLinesOfARank != group.rank()) continue;
      const SourceContent content = read_source(source, source_line, options.keep_faulty, reader);
      pack(content.ids, mine);
      pack(content.features, mine);
      pack(target.encode(target_line), mine);
    }
    for (const std::string& lines : group.gather(std::move(mine)))
      for (Packed packed(lines); !packed.is_empty();) {
        SourceContent content{packed.next<int32_t>(), {}};
        content.features = packed.next<float>();
        add_pair(corpus, content, packed.next<int32_t>(), source.columns, options);
      }
  }
  const CorpusReport added = corpus.report() - before;
  check_not_empty(added, files, options, source.columns > 0);
  return added;
}

ParallelCorpus read_parallel(const ParallelFiles& files, const SourceReader& source,
                             const Language& target, const ReadOptions& options,
                             Placement placement) {
  ParallelCorpus corpus(placement, source.columns);
  Group itself;
  add_pairs(corpus, files, source, target, options, itself);
  corpus.finish();
  return corpus;
}

ParallelCorpus read_parallel(const ParallelFiles& files, const SourceReader& source,
                             const Language& target, int64_t max_length) {
  return read_parallel(files, source, target, ReadOptions{.max_length = max_length});
}

}  // namespace alinea
