#include "text/corpus.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>

#include "support/error.h"

namespace alinea {

namespace {

// In a row, before it is another rank's turn.
constexpr int64_t kLinesOfARank = 1000;

// A sentence as it goes to the other ranks: how many ids, and the ids.
void pack(std::span<const int32_t> ids, std::string& bytes) {
  const auto count = static_cast<int32_t>(ids.size());
  for (const std::span<const int32_t> part : {std::span(&count, 1), ids})
    if (!part.empty()) bytes.append(reinterpret_cast<const char*>(part.data()), part.size_bytes());
}

class Packed {
 public:
  explicit Packed(std::string_view bytes) : bytes_(bytes) {}

  bool is_empty() const { return bytes_.empty(); }
  std::vector<int32_t> next() {
    int32_t count = 0;
    take(std::span(&count, 1));
    std::vector<int32_t> ids(static_cast<size_t>(count));
    take(ids);
    return ids;
  }

 private:
  void take(std::span<int32_t> values) {
    if (!values.empty()) std::memcpy(values.data(), bytes_.data(), values.size_bytes());
    bytes_.remove_prefix(values.size_bytes());
  }

  std::string_view bytes_;
};

int64_t count_unknown(std::span<const int32_t> ids) { return std::ranges::count(ids, kUnknown); }

void add_pair(ParallelCorpus& corpus, std::span<const int32_t> source,
              std::span<const int32_t> target, const ReadOptions& options) {
  const size_t longest = std::max(source.size(), target.size());
  if (!options.keep_empty && (source.empty() || target.empty())) {
    corpus.count_skipped_empty();
  } else if (options.max_length > 0 && longest > static_cast<size_t>(options.max_length)) {
    corpus.count_skipped_long();
  } else {
    corpus.add(source, target);
  }
}

void check_not_empty(const CorpusReport& report, const ParallelFiles& files,
                     const ReadOptions& options) {
  if (report.pairs > 0) return;
  if (report.lines() == 0)
    throw Error("no sentence pairs: {} {} no lines", files.names(),
                files.is_one_file() ? "has" : "have");
  throw Error("no sentence pairs left of {}: {} empty, {} longer than {} tokens{}", files.names(),
              report.skipped_empty, report.skipped_long, options.max_length,
              report.skipped_long > 0 ? "; raise max-length" : "");
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
  lines_.finish();
}

void ParallelCorpus::add(std::span<const int32_t> source, std::span<const int32_t> target) {
  source_.append(source);
  target_.append(target);
  const int64_t line = report_.lines() + 1;
  lines_.append(std::span(&line, 1));
  ++report_.pairs;
  report_.source_tokens += static_cast<int64_t>(source.size());
  report_.target_tokens += static_cast<int64_t>(target.size());
  report_.source_unknown += count_unknown(source);
  report_.target_unknown += count_unknown(target);
}

CorpusReport add_pairs(ParallelCorpus& corpus, const ParallelFiles& files, const Language& source,
                       const Language& target, const ReadOptions& options, Group& group) {
  const CorpusReport before = corpus.report();
  PairReader reader(files);
  for (bool goes_on = true; goes_on;) {
    std::string mine;
    for (int64_t line = 0; goes_on && line < kLinesOfARank * group.size(); ++line) {
      std::string source_line, target_line, fault;
      goes_on = options.keep_faulty ? reader.next(source_line, target_line, fault)
                                    : reader.next(source_line, target_line);
      if (!goes_on || line / kLinesOfARank != group.rank()) continue;
      pack(source.encode(source_line), mine);
      pack(target.encode(target_line), mine);
    }
    for (const std::string& lines : group.gather(std::move(mine)))
      for (Packed packed(lines); !packed.is_empty();) {
        const std::vector<int32_t> ids = packed.next();
        add_pair(corpus, ids, packed.next(), options);
      }
  }
  const CorpusReport added = corpus.report() - before;
  check_not_empty(added, files, options);
  return added;
}

ParallelCorpus read_parallel(const ParallelFiles& files, const Language& source,
                             const Language& target, const ReadOptions& options) {
  ParallelCorpus corpus;
  Group itself;
  add_pairs(corpus, files, source, target, options, itself);
  return corpus;
}

ParallelCorpus read_parallel(const ParallelFiles& files, const Language& source,
                             const Language& target, int64_t max_length) {
  return read_parallel(files, source, target, ReadOptions{.max_length = max_length});
}

}  // namespace alinea
