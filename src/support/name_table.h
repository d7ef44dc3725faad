// A table of named parts or values, in the order in which help lists them.
//
//   const NameTable<Cell> kCells("cell", {{"gru", Cell::kGru}, {"lstm", Cell::kLstm}});
//   kCells["lstm"];
#pragma once

#include <fmt/ranges.h>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "support/error.h"

namespace alinea {

template <class Value>
class NameTable {
 public:
  struct Entry {
    const char* name;
    Value value;
  };

  // `what` is what messages call an entry: "cell".
  NameTable(std::string_view what, std::initializer_list<Entry> entries)
      : what_(what), entries_(entries) {}

  // Throws UsageError that lists the names for one that is not in the table.
  const Value& operator[](std::string_view name) const {
    for (const Entry& entry : entries_)
      if (name == entry.name) return entry.value;
    throw UsageError("expected the {} to be one of {}, got '{}'", what_, fmt::join(names(), ", "),
                     name);
  }

  // Of a value that is in the table.
  std::string_view name_of(const Value& value) const {
    return std::ranges::find(entries_, value, &Entry::value)->name;
  }

  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const Entry& entry : entries_) names.emplace_back(entry.name);
    return names;
  }

 private:
  std::string what_;
  std::vector<Entry> entries_;
};

}  // namespace alinea
