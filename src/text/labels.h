// The classes of a classifier, numbered from 0 in the order of their names' bytes. As a file: one
// name per line.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "text/vocabulary.h"

namespace alinea {

class Labels {
 public:
  // Names in ascending order of their bytes, of one line without a tab, none empty or repeated.
  // Throws Error otherwise, and for fewer than two.
  explicit Labels(std::vector<std::string> names);

  // kNoLabel where there is no class of that name.
  int32_t id(std::string_view name) const;
  const std::string& name(int64_t id) const { return names_.at(static_cast<size_t>(id)); }
  const std::vector<std::string>& names() const { return names_; }
  int64_t size() const { return static_cast<int64_t>(names_.size()); }

  // Throws Error that names the file.
  static Labels load(const std::filesystem::path& path);
  void save(const std::filesystem::path& path) const;

 private:
  std::vector<std::string> names_;
  TextMap<int32_t> ids_;
};

}  // namespace alinea
