// The few values, of many that are costly to make, that were asked for last.
#pragma once

#include <algorithm>
#include <cstddef>
#include <list>
#include <memory>
#include <utility>

namespace alinea {

template <typename Key, typename Value, size_t most>
class RecentlyUsed {
 public:
  // The value of a key: make() gives a std::unique_ptr to it where it is not among them. The next
  // call may destroy it.
  template <typename Make>
  Value& get(const Key& key, const Make& make) {
    const auto found = std::ranges::find(
        values_, key, [](const auto& entry) -> const Key& { return entry.first; });
    if (found != values_.end()) {
      values_.splice(values_.begin(), values_, found);
    } else {
      if (values_.size() == most) values_.pop_back();  // first, so that there are never more
      values_.emplace_front(key, make());
    }
    return *values_.front().second;
  }

 private:
  std::list<std::pair<Key, std::unique_ptr<Value>>> values_;  // the last one used first
};

}  // namespace alinea
