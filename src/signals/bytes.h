// The bytes of a file or of a member of an archive, from which readers take what they want.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "storage/descriptor.h"

namespace alinea {

class Bytes {
 public:
  Bytes() = default;
  Bytes(const Bytes&) = delete;
  Bytes& operator=(const Bytes&) = delete;
  virtual ~Bytes() = default;

  virtual int64_t size() const = 0;
  // Copies those from `offset` on, as many as there are, and returns how many. Throws Error where
  // they cannot be read.
  virtual size_t read(int64_t offset, std::span<char> out) const = 0;

  // All of them. Throws Error where they are more than kMostBytes.
  std::string all() const { return part(0, size()); }
  // Throws Error where there are not so many.
  std::string part(int64_t offset, int64_t count) const;
};

// Of what is read whole.
inline constexpr int64_t kMostBytes = int64_t{1} << 31;

// Throws Error for what is no file, or cannot be opened.
std::unique_ptr<Bytes> file_bytes(const std::filesystem::path& path);

// Bytes that somebody else keeps.
class BytesInMemory : public Bytes {
 public:
  explicit BytesInMemory(std::string_view bytes) : bytes_(bytes) {}
  int64_t size() const override { return static_cast<int64_t>(bytes_.size()); }
  size_t read(int64_t offset, std::span<char> out) const override;

 private:
  std::string_view bytes_;
};

}  // namespace alinea
