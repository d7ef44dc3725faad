// Numbers in a row that grows at its end, in memory or on disk. On disk they are a scratch file
// that is mapped once it is whole: what is read of it takes memory until it is forgotten, and the
// system's cache decides what is read from the disk again.
#pragma once

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
  const std::byte* data() const { return data_; }  // once it is mapped
  void forget() const;

 private:
  void flush();

  ScratchFile file_;
  std::vector<std::byte> buffer_;  // not written yet
  size_t size_ = 0;
  bool is_mapped_ = false;
  std::byte* data_ = nullptr;
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

  size_t size() const { return disk_ ? disk_->size() / sizeof(T) : memory_.size(); }

  // Items begin ... end - 1; throws std::out_of_range where there are none.
  std::span<const T> part(size_t begin, size_t end) const {
    if (begin > end || end > size()) throw std::out_of_range("no such part of an array");
    return {data() + begin, end - begin};
  }
  T at(size_t index) const { return part(index, index + 1)[0]; }

  // Gives back the memory of what was read from disk; it can be read again.
  void forget() const {
    if (disk_) disk_->forget();
  }

 private:
  const T* data() const {
    if (!disk_) return memory_.data();
    if (!disk_->is_mapped()) throw std::logic_error("an array on disk is read before it is whole");
    return reinterpret_cast<const T*>(disk_->data());  // NOLINT: aligned to a page
  }

  std::vector<T> memory_;
  std::unique_ptr<MappedScratch> disk_;
};

}  // namespace alinea
