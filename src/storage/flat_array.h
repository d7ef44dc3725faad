// An array of numbers that grows at its end, in memory or on disk. On disk they are a scratch file
// that is mapped once it is whole: of what was read of it little stays in memory, and the system's
// cache decides what is read from the disk again.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <memory>
#include <span>
#include <stdexcept>
#include <type_traits>
#include <vector>

#include "storage/scratch_file.h"

namespace alinea {

enum class Placement { kMemory, kDisk };

// Bytes of a scratch file; first written, then mapped.
class MappedScratch {
 public:
  MappedScratch() = default;
  MappedScratch(const MappedScratch&) = delete;
  MappedScratch& operator=(const MappedScratch&) = delete;
  ~MappedScratch();

  // Both throw Error where the disk is full.
  void append(std::span<const std::byte> bytes);
  void map();

  size_t size() const { return size_; }
  bool is_mapped() const { return is_mapped_; }
  // Once it is mapped. Several threads may read at once. The bytes from `begin` on, of which so
  // many will be read; they stay where they are.
  const std::byte* read(size_t begin, size_t bytes) const;
  // Fills `bytes` with those from `begin` on. Throws Error where they cannot be read.
  void copy(size_t begin, std::span<std::byte> bytes) const;

 private:
  void flush();

  ScratchFile file_;
  std::vector<std::byte> buffer_;  // not written yet
  size_t size_ = 0;
  bool is_mapped_ = false;
  std::byte* data_ = nullptr;
  mutable std::atomic<size_t> last_read_ = 0, last_copied_ = 0;  // windows
  mutable std::atomic<size_t> windows_ = 0;  // that were mapped since all were forgotten
};

template <typename T>
class FlatArray {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  explicit FlatArray(Placement placement = Placement::kMemory) {
    if (placement == Placement::kDisk) disk_ = std::make_unique<MappedScratch>();
  }

  // Throws Error where the disk is full.
  void append(std::span<const T> items) {
    if (disk_) {
      disk_->append(std::as_bytes(items));
    } else {
      memory_.insert(memory_.end(), items.begin(), items.end());
    }
  }

  // On disk nothing is appended after it, and nothing read before.
  void finish() {
    if (disk_) disk_->map();
  }

  Placement placement() const { return disk_ ? Placement::kDisk : Placement::kMemory; }
  size_t size() const { return disk_ ? disk_->size() / sizeof(T) : memory_.size(); }

  // Items begin ... end - 1; throws std::out_of_range where there are none.
  std::span<const T> part(size_t begin, size_t end) const {
    check(begin, end);
    if (!disk_) return {memory_.data() + begin, end - begin};
    const std::byte* const bytes = disk_->read(begin * sizeof(T), (end - begin) * sizeof(T));
    return {reinterpret_cast<const T*>(bytes), end - begin};  // NOLINT: aligned, as a page is
  }
  // Fills `items` with those from begin on, which is faster than part() where they are few, here
  // and there. Throws std::out_of_range where there are none.
  void copy(size_t begin, std::span<T> items) const {
    check(begin, begin + items.size());
    if (disk_) {
      disk_->copy(begin * sizeof(T), std::as_writable_bytes(items));
    } else {
      std::copy_n(memory_.data() + begin, items.size(), items.data());
    }
  }
  T at(size_t index) const {
    T item;
    copy(index, std::span(&item, 1));
    return item;
  }

 private:
  void check(size_t begin, size_t end) const {
    if (begin > end || end > size()) throw std::out_of_range("no such part of an array");
    if (disk_ && !disk_->is_mapped())
      throw std::logic_error("an array on disk cannot be read before it is complete");
  }

  std::vector<T> memory_;
  std::unique_ptr<MappedScratch> disk_;
};

}  // namespace alinea
