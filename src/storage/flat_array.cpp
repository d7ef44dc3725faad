#include "storage/flat_array.h"

#include <sys/mman.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "support/error.h"

namespace alinea {

namespace {

constexpr size_t kBuffered = size_t{1} << 16;
// Where a mapped byte is read, the system maps so many around it.
constexpr size_t kWindow = size_t{1} << 16;
constexpr size_t kMostWindows = 128;

}  // namespace

MappedScratch::~MappedScratch() {
  if (data_ != nullptr) munmap(data_, size_);
}

void MappedScratch::append(std::span<const std::byte> bytes) {
  if (is_mapped_) throw std::logic_error("an array on disk cannot grow once it is complete");
  buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
  size_ += bytes.size();
  if (buffer_.size() >= kBuffered) flush();
}

void MappedScratch::flush() {
  file_.append(buffer_);
  buffer_.clear();
}

void MappedScratch::map() {
  if (is_mapped_) return;
  flush();
  buffer_.shrink_to_fit();
  is_mapped_ = true;
  if (size_ == 0) return;
  void* const data = mmap(nullptr, size_, PROT_READ, MAP_SHARED, file_.descriptor(), 0);
  if (data == MAP_FAILED)
    throw Error("cannot map {} bytes of data on disk: {}", size_,
                std::generic_category().message(errno));
  data_ = static_cast<std::byte*>(data);
  madvise(data_, size_, MADV_RANDOM);
}

// Forgotten bytes are mapped again when they are read, so whoever still reads some only waits.
const std::byte* MappedScratch::read(size_t begin, size_t bytes) const {
  const size_t window = begin / kWindow, last = (begin + bytes) / kWindow;
  const size_t before = last_read_.exchange(last, std::memory_order_relaxed);
  const size_t more = last - window + (window == before ? 0 : 1);
  if (more > 0 && windows_.fetch_add(more, std::memory_order_relaxed) >= kMostWindows) {
    windows_.store(0, std::memory_order_relaxed);
    madvise(data_, size_, MADV_DONTNEED);
  }
  return data_ + begin;
}

// To map a window takes ten times as long as to copy a few bytes, and pays off where more of it are
// copied in a row.
void MappedScratch::copy(size_t begin, std::span<std::byte> bytes) const {
  const size_t window = begin / kWindow;
  if (last_copied_.exchange(window, std::memory_order_relaxed) != window)
    return file_.read(begin, bytes);
  std::memcpy(bytes.data(), read(begin, bytes.size()), bytes.size());
}

}  // namespace alinea
