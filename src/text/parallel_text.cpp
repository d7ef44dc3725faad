#include "text/parallel_text.h"

#include <algorithm>

#include "storage/input.h"
#include "support/counted.h"
#include "support/error.h"

namespace alinea {

namespace {

int64_t count_lines(LineReader& reader) {
  for (std::string line, fault; reader.next(line, fault);) {
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
  return read(source, target,
              [](LineReader& reader, std::string& line) { return reader.next(line); });
}

bool PairReader::next(std::string& source, std::string& target, std::string& fault) {
  fault.clear();
  const bool has_pair = read(source, target, [&](LineReader& reader, std::string& line) {
    std::string of_line;
    const bool has_line = reader.next(line, of_line);
    if (!of_line.empty() && fault.empty()) fault = fmt::format("'{}': {}", reader.name(), of_line);
    return has_line;
  });
  if (!fault.empty()) {
    source.clear();
    target.clear();
  }
  return has_pair;
}

template <typename Next>
bool PairReader::read(std::string& source, std::string& target, Next next) {
  const bool has_source = next(source_, source);
  if (!target_) {
    if (has_source) split(source, target);
    return has_source;
  }
  if (has_source != next(*target_, target)) refuse_lengths();
  return has_source;
}

void PairReader::split(std::string& source, std::string& target) const {
  const auto tabs = std::ranges::count(source, '\t');
  if (tabs != 1)
    throw Error("'{}', line {}: expected source and target separated by one tab, found {}",
                source_.name(), line_number(), counted(tabs, "tab"));
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
