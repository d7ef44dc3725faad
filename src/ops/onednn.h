// What the operations share of oneDNN. Only files of this folder include it; what differs between
// oneDNN 2.x and 3.x is spelled out here and in recurrent_primitive.cpp.
#pragma once

#include <cstdint>
#include <list>
#include <oneapi/dnnl/dnnl.hpp>
#include <unordered_map>
#include <utility>

namespace alinea::ops {

const dnnl::engine& cpu();
dnnl::stream& stream();

enum class Transpose : char { kNo = 'N', kYes = 'T' };

struct MatrixView {
  const float* data;
  int64_t stride;  // between rows as they lie in memory
  Transpose transpose = Transpose::kNo;
};

// c [rows, columns] = a [rows, inner] * b [inner, columns] + beta * c, all row-major; a and b are
// read transposed where they say so.
struct GemmSize {
  int64_t rows, columns, inner;
};
void gemm(const GemmSize& size, const MatrixView& a, const MatrixView& b, float beta, float* c,
          int64_t c_stride);

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
