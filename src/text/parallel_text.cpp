#include "text/parallel_text.h"

#include <algorithm>

#include "storage/input.h"
#include "support/error.h"

namespace alinea {

namespace {

int64_t count_lines(LineReader& reader) {
  for (std::string line; reader.next(line);) {
  }
  return reader.line_number();
}

}  // namespace

std::string ParallelFiles::names() const {
  return is_one_file() ? fmt::format("'{}'", text_name(source))
                       : fmt::format("'{}' and '{}'", text_name(source), text_name(target));
}

PairReader::PairReader(const ParallelFiles& files) : source_(files.source) {
  if (!files.is_one_file()) target_.emplace(files.target);
}

bool PairReader::next(std::string& source, std::string& target) {
  const bool has_source = source_.next(source);
  if (!target_) {
    if (has_source) split(source, target);
    return has_source;
  }
  if (has_source != target_->next(target)) refuse_lengths();
  return has_source;
}

void PairReader::split(std::string& source, std::string& target) const {
  const auto tabs = std::ranges::count(source, '\t');
  if (tabs != 1)
    throw Error("'{}', line {}: expected source and target separated by one tab, found {} tabs",
                source_.name(), line_number(), tabs);
  const size_t tab = source.find('\t');
  target.assign(source, tab + 1);
  source.resize(tab);
}

void PairReader::refuse_lengths() {
  const int64_t source_lines = count_lines(source_);
  const int64_t target_lines = count_lines(*target_);
  throw Error("expected as many lines in both files: '{}' has {}, '{}' has {}", source_.name(),
              source_lines, target_->name(), target_lines);
}

}  // namespace alinea
