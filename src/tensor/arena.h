// Memory for one update or one decoding step: handed out by moving a pointer, taken back all at
// once. After the first few resets it is a single block and nothing is allocated any more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace alinea {

class Arena {
 public:
  static constexpr size_t kAlignment = 64;

  Arena() = default;

  // Uninitialised, 64-byte aligned, valid until reset().
  std::span<float> floats(int64_t count);
  std::span<float> zeros(int64_t count);
  template <typename T>
  std::span<T> array(int64_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    const auto size = static_cast<size_t>(count);
    return {static_cast<T*>(allocate(size * sizeof(T))), size};
  }
  template <typename T, typename... Arguments>
  T* make(Arguments&&... arguments) {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (allocate(sizeof(T))) T{std::forward<Arguments>(arguments)...};
  }
  template <typename T>
  std::span<T> copy(std::span<const T> values) {
    std::span<T> copied = array<T>(static_cast<int64_t>(values.size()));
    std::uninitialized_copy(values.begin(), values.end(), copied.begin());
    return copied;
  }

  // Takes back what is handed out while it lives: for memory that is needed for a moment.
  class Temporary {
   public:
    explicit Temporary(Arena& arena)
        : arena_(arena), blocks_(arena.blocks_.size()), offset_(arena.offset_) {}
    Temporary(const Temporary&) = delete;
    Temporary& operator=(const Temporary&) = delete;
    ~Temporary() { arena_.take_back(blocks_, offset_); }

   private:
    Arena& arena_;
    size_t blocks_, offset_;
  };

  void reset();
  // Resets it and gives the memory back, for others to use meanwhile.
  void release();
  size_t used() const { return used_before_ + offset_; }
  // The most bytes that were ever in use between two resets.
  size_t high_water() const;

 private:
  struct Free {
    size_t size = 0;
    void operator()(void* block) const;
  };
  using Block = std::unique_ptr<void, Free>;
  void* allocate(size_t bytes);
  void add_block(size_t bytes);
  void take_back(size_t blocks, size_t offset);

  std::vector<Block> blocks_;
  size_t offset_ = 0;       // in the last block
  size_t used_before_ = 0;  // in the blocks before it
  size_t high_water_ = 0;
};

}  // namespace alinea
