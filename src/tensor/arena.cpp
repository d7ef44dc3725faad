#include "tensor/arena.h"

#include <sanitizer/asan_interface.h>  // memory that was not handed out may not be touched

#include <algorithm>
#include <cstdlib>
#include <new>

namespace alinea {

namespace {

constexpr size_t kSmallestBlock = size_t{1} << 20;

size_t round_up(size_t bytes, size_t unit) { return (bytes + unit - 1) / unit * unit; }

}  // namespace

std::span<float> Arena::floats(int64_t count) { return array<float>(count); }

std::span<float> Arena::zeros(int64_t count) {
  std::span<float> values = floats(count);
  std::fill(values.begin(), values.end(), 0.0F);
  return values;
}

void Arena::Free::operator()(void* block) const {
  ASAN_UNPOISON_MEMORY_REGION(block, size);
  std::free(block);
}

void* Arena::allocate(size_t bytes) {
  bytes = round_up(bytes, kAlignment);
  if (blocks_.empty()) add_block(std::max(bytes, high_water_));
  if (offset_ + bytes > blocks_.back().get_deleter().size) add_block(bytes);
  void* start = static_cast<std::byte*>(blocks_.back().get()) + offset_;
  offset_ += bytes;
  ASAN_UNPOISON_MEMORY_REGION(start, bytes);
  return start;
}

void Arena::add_block(size_t bytes) {
  // Doubling keeps the number of blocks small while the first updates show how much is needed.
  const size_t size = round_up(std::max({bytes, kSmallestBlock, used()}), kSmallestBlock);
  Block block(std::aligned_alloc(kAlignment, size), Free{size});
  if (block == nullptr) throw std::bad_alloc();
  ASAN_POISON_MEMORY_REGION(block.get(), size);
  blocks_.push_back(std::move(block));
  used_before_ += offset_;
  offset_ = 0;
}

// In a block that was added meanwhile it waits for the reset.
void Arena::take_back(size_t blocks, size_t offset) {
  high_water_ = high_water();
  if (blocks_.size() != blocks) return;
  if (blocks > 0)
    ASAN_POISON_MEMORY_REGION(static_cast<std::byte*>(blocks_.back().get()) + offset,
                              offset_ - offset);
  offset_ = offset;
}

size_t Arena::high_water() const { return std::max(high_water_, used()); }

void Arena::reset() {
  high_water_ = high_water();
  offset_ = 0;
  used_before_ = 0;
  if (blocks_.size() < 2) {
    for (const Block& block : blocks_)
      ASAN_POISON_MEMORY_REGION(block.get(), block.get_deleter().size);
    return;
  }
  // One block as large as all of them: from now on an update of this size fits in a row, and one
  // that is a little larger, as the next step of a decoder with caches is.
  size_t size = 0;
  for (const Block& block : blocks_) size += block.get_deleter().size;
  blocks_.clear();
  add_block(size);
}

void Arena::release() {
  reset();
  blocks_.clear();
}

}  // namespace alinea
