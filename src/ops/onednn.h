// What the operations share of oneDNN. Only files of this folder include it, and all that differs
// between oneDNN 2.x and 3.x is here.
#pragma once

#include <oneapi/dnnl/dnnl_version.h>

#include <cstdint>
#include <initializer_list>
#include <list>
#include <oneapi/dnnl/dnnl.hpp>
#include <unordered_map>
#include <utility>

namespace alinea::ops {

const dnnl::engine& cpu();
dnnl::stream& stream();

// Throws Error where the process may not have so much more memory, in MB. oneDNN and OpenMP crash
// or end the process where they find none for a trifle, such as the code that oneDNN writes, while
// an array that is too large is an exception.
void check_room(int64_t megabytes);
inline constexpr int64_t kRoomToStart = 64, kRoomForPrimitive = 16;

// The description of a forward primitive. `what` is everything between engine and attributes in the
// constructors of 3.x, which in 2.x makes an object of its own.
template <typename Primitive, typename... What>
auto describe(const dnnl::primitive_attr& attributes, const What&... what) {
#if DNNL_VERSION_MAJOR >= 3
  return typename Primitive::primitive_desc(cpu(), what..., attributes);
#else
  return typename Primitive::primitive_desc(typename Primitive::desc(what...), attributes, cpu());
#endif
}

// Of a backward primitive, which belongs to a forward one.
template <typename Primitive, typename Forward, typename... What>
auto describe_backward(const dnnl::primitive_attr& attributes, const Forward& forward,
                       const What&... what) {
#if DNNL_VERSION_MAJOR >= 3
  return typename Primitive::primitive_desc(cpu(), what..., forward, attributes);
#else
  return typename Primitive::primitive_desc(typename Primitive::desc(what...), attributes, cpu(),
                                            forward);
#endif
}

inline void append_scale(dnnl::post_ops& post_ops, float scale) {
#if DNNL_VERSION_MAJOR >= 3
  post_ops.append_eltwise(dnnl::algorithm::eltwise_linear, scale, 0.0F);
#else
  post_ops.append_eltwise(1.0F, dnnl::algorithm::eltwise_linear, scale, 0.0F);
#endif
}

// Of a product that is added to what there is, where `add` says so.
inline dnnl::primitive_attr summed(bool add) {
  dnnl::primitive_attr attributes;
  if (!add) return attributes;
  dnnl::post_ops post_ops;
  post_ops.append_sum(1.0F);
  attributes.set_post_ops(post_ops);
  return attributes;
}

// Of a key of PrimitiveCache: its parts one after the other.
inline size_t hash_of(std::initializer_list<int64_t> parts) {
  size_t hash = 0;
  for (const int64_t part : parts) hash = hash * 1000003 + static_cast<size_t>(part);
  return hash;
}

// Primitives by what they were made for; the one unused for longest goes first.
template <typename Key, typename Primitive, typename Hash>
class PrimitiveCache {
 public:
  explicit PrimitiveCache(size_t capacity) : capacity_(capacity) {}

  template <typename Make>
  Primitive& get(const Key& key, Make make) {
    if (auto found = index_.find(key); found != index_.end()) {
      entries_.splice(entries_.begin(), entries_, found->second);
      return found->second->second;
    }
    check_room(kRoomForPrimitive);
    entries_.emplace_front(key, make(key));
    index_[key] = entries_.begin();
    if (entries_.size() > capacity_) {
      index_.erase(entries_.back().first);
      entries_.pop_back();
    }
    return entries_.front().second;
  }

 private:
  using Entry = std::pair<Key, Primitive>;
  size_t capacity_;
  std::list<Entry> entries_;
  std::unordered_map<Key, typename std::list<Entry>::iterator, Hash> index_;
};

}  // namespace alinea::ops
