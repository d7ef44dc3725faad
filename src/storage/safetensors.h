// Named f32 tensors in the public safetensors format, little endian:
//   8 bytes   length of the header
//   header    JSON, {"__metadata__": {text: text}, name: {"dtype": "F32", "shape": [...],
//             "data_offsets": [begin, end]}, ...}, padded with spaces to a multiple of 8
//   data      the values, row-major; offsets count from here
// A file written here carries in its metadata, as "crc32", eight digits: the CRC-32 of the whole
// file with zeros in their place. It is verified when read, where there is one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace alinea {

// values: row-major, as many as the product of shape.
struct TensorView {
  std::string name;
  std::vector<int64_t> shape;
  std::span<const float> values;
};

// Writes tensors in the order given, through a temporary file. Throws Error where a shape does not
// agree with its values, a name comes twice or the file cannot be written.
void write_safetensors(const std::filesystem::path& path, std::span<const TensorView> tensors,
                       const std::map<std::string, std::string>& metadata = {});

// Where a tensor lies.
struct TensorEntry {
  std::string type;  // "F32", "BF16", ...
  std::vector<int64_t> shape;
  int64_t begin = 0;  // bytes, from the start of the data
  int64_t end = 0;
};

// The types that the tensors of a file may have: those of models, or what other programs write.
enum class TensorTypes { kFloat32, kAny };

// A file, read and checked whole: what the constructor lets pass is well-formed to the last byte,
// but for the extents of tensors of other types than F32.
class Safetensors {
 public:
  // Throws Error that names the file and what is wrong with it.
  explicit Safetensors(const std::filesystem::path& path,
                       TensorTypes types = TensorTypes::kFloat32);

  // In the order of the data.
  std::vector<std::string> names() const;

  // Throws Error where there is no tensor of that name.
  const std::vector<int64_t>& shape(const std::string& name) const;

  // The numbers of a tensor as the file has them, and what they are. Throw as shape().
  std::string_view bytes(const std::string& name) const;
  const std::string& type(const std::string& name) const;

  // Throws Error where the tensor is absent or has another shape.
  void check_shape(const std::string& name, std::span<const int64_t> shape) const;

  // Copies the values into out, whose size is the product of shape. Throws Error where the tensor
  // is absent, or has another shape or type.
  void copy(const std::string& name, std::span<const int64_t> shape, std::span<float> out) const;

  // Throws Error that names a tensor with a NaN or an infinity in it.
  void check_finite() const;

  // Whether the content was compared with a checksum.
  bool has_checksum() const { return has_checksum_; }

  // Without the checksum.
  const std::map<std::string, std::string>& metadata() const { return metadata_; }

 private:
  std::string_view find_header();
  void read_header(std::string_view header, TensorTypes types);
  void check_content(std::string_view header);
  void check_layout(int64_t data_bytes);
  const TensorEntry& entry(const std::string& name) const;
  [[noreturn]] void malformed(const std::string& what) const;

  std::filesystem::path path_;
  std::string bytes_;  // the whole file
  int64_t data_begin_ = 0;
  bool has_checksum_ = false;
  std::vector<std::string> names_;
  std::map<std::string, TensorEntry> entries_;
  std::map<std::string, std::string> metadata_;
};

}  // namespace alinea
