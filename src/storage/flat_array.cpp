#include "storage/flat_array.h"

#include <sys/mman.h>

#include <cerrno>
#include <system_error>

#include "support/error.h"

namespace alinea {

namespace {

constexpr size_t kBuffered = size_t{1} << 16;

}  // namespace

MappedScratch::~MappedScratch() {
  if (data_ != nullptr) munmap(data_, size_);
}

void MappedScratch::append(std::span<const std::byte> bytes) {
  if (is_mapped_) throw std::logic_error("an array on disk grows after it is whole");
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

void MappedScratch::forget() const {
  if (data_ != nullptr) madvise(data_, size_, MADV_DONTNEED);
}

}  // namespace alinea
