#include "text/labels.h"

#include <algorithm>
#include <functional>

#include "storage/atomic_file.h"
#include "support/error.h"
#include "text/document_corpus.h"
#include "text/line_reader.h"

namespace alinea {

Labels::Labels(std::vector<std::string> names) : names_(std::move(names)) {
  if (names_.size() < 2)
    throw Error("expected two classes or more, got {}{}", names_.size(),
                names_.empty() ? "" : ": every document is '" + names_.front() + "'");
  for (const std::string& name : names_)
    if (name.empty() || name.find_first_of("\t\n") != std::string::npos)
      throw Error("expected a class name, got '{}'", name);
  if (std::ranges::adjacent_find(names_, std::greater_equal<>()) != names_.end())
    throw Error("expected class names in ascending order");
  for (size_t i = 0; i < names_.size(); ++i) ids_.emplace(names_[i], static_cast<int32_t>(i));
}

int32_t Labels::id(std::string_view name) const {
  const auto found = ids_.find(name);
  return found == ids_.end() ? kNoLabel : found->second;
}

Labels Labels::load(const std::filesystem::path& path) {
  try {
    return Labels(read_lines(path));
  } catch (const Error& error) {
    throw Error("'{}' does not contain one class name per line: {}", path.string(), error.what());
  }
}

void Labels::save(const std::filesystem::path& path) const {
  AtomicFile file(path);
  for (const std::string& name : names_) file.stream() << name << '\n';
  file.commit();
}

}  // namespace alinea
