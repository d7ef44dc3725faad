#include "text/corpus.h"

#include <algorithm>
#include <string>

#include "support/error.h"
#include "text/line_reader.h"

namespace alinea {

namespace {

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

int64_t count_lines(LineReader& reader) {
  for (std::string line; reader.next(line);) {
  }
  return reader.line_number();
}

void check_not_empty(const ParallelCorpus& corpus, const ParallelFiles& files,
                     const ReadOptions& options) {
  if (corpus.size() > 0) return;
  const CorpusReport& report = corpus.report();
  if (report.lines() == 0) {
    throw Error("no sentence pairs: '{}' and '{}' have no lines", files.source.string(),
                files.target.string());
  }
  throw Error("no sentence pairs left of '{}' and '{}': {} empty, {} longer than {} tokens{}",
              files.source.string(), files.target.string(), report.skipped_empty,
              report.skipped_long, options.max_length,
              report.skipped_long > 0 ? "; raise --max-length" : "");
}

}  // namespace

std::span<const int32_t> ParallelCorpus::Side::at(int64_t index) const {
  const auto i = static_cast<size_t>(index);
  const auto begin = static_cast<size_t>(offsets.at(i));
  const auto end = static_cast<size_t>(offsets.at(i + 1));
  return std::span(ids).subspan(begin, end - begin);
}

void ParallelCorpus::Side::add(std::span<const int32_t> sentence) {
  ids.insert(ids.end(), sentence.begin(), sentence.end());
  offsets.push_back(static_cast<int64_t>(ids.size()));
}

void ParallelCorpus::add(std::span<const int32_t> source, std::span<const int32_t> target) {
  source_.add(source);
  target_.add(target);
  lines_.push_back(report_.lines() + 1);
  ++report_.pairs;
  report_.source_tokens += static_cast<int64_t>(source.size());
  report_.target_tokens += static_cast<int64_t>(target.size());
  report_.source_unknown += count_unknown(source);
  report_.target_unknown += count_unknown(target);
}

ParallelCorpus read_parallel(const ParallelFiles& files, const Language& source,
                             const Language& target, const ReadOptions& options) {
  LineReader sources(files.source);
  LineReader targets(files.target);
  ParallelCorpus corpus;
  std::string source_line;
  std::string target_line;
  while (true) {
    const bool has_source = sources.next(source_line);
    const bool has_target = targets.next(target_line);
    if (has_source && has_target) {
      add_pair(corpus, source.encode(source_line), target.encode(target_line), options);
    } else if (has_source || has_target) {
      const int64_t source_lines = count_lines(sources);
      const int64_t target_lines = count_lines(targets);
      throw Error("expected as many lines in both files: '{}' has {}, '{}' has {}",
                  files.source.string(), source_lines, files.target.string(), target_lines);
    } else {
      break;
    }
  }
  check_not_empty(corpus, files, options);
  return corpus;
}

ParallelCorpus read_parallel(const ParallelFiles& files, const Language& source,
                             const Language& target, int64_t max_length) {
  return read_parallel(files, source, target, ReadOptions{.max_length = max_length});
}

}  // namespace alinea
