// Lists of numbers one behind the other, in memory or on disk.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "storage/flat_array.h"

namespace alinea {

template <typename T>
class FlatLists {
 public:
  explicit FlatLists(Placement placement) : items_(placement), ends_(placement) {}

  void append(std::span<const T> list) {
    items_.append(list);
    const size_t end = items_.size();
    ends_.append(std::span(&end, 1));
  }

  // As FlatArray's.
  void finish() {
    items_.finish();
    ends_.finish();
  }

  size_t size() const { return ends_.size(); }

  // Both throw std::out_of_range where there is no such list. The length is found without a look at
  // the list itself, which may be on disk.
  std::span<const T> at(size_t index) const {
    const auto [begin, end] = bounds(index);
    return items_.part(begin, end);
  }
  size_t length(size_t index) const {
    const auto [begin, end] = bounds(index);
    return end - begin;
  }

 private:
  std::array<size_t, 2> bounds(size_t index) const {
    std::array<size_t, 2> found = {};
    if (index == 0) {
      ends_.copy(0, std::span(found).last(1));
    } else {
      ends_.copy(index - 1, found);
    }
    return found;
  }

  FlatArray<T> items_;
  FlatArray<size_t> ends_;  // of each list, in items_
};

}  // namespace alinea
