#include "signals/idx_file.h"

#include "signals/byte_order.h"
#include "signals/feature_rows.h"
#include "support/error.h"

namespace alinea {

namespace {

template <typename T>
float number(std::string_view bytes, size_t at) {
  return static_cast<float>(number_at<T>(bytes, at, std::endian::big));
}

struct IdxType {
  uint8_t code;
  int64_t size;
  NumberKind kind;
  float (*read)(std::string_view, size_t);
};
constexpr IdxType kIdxTypes[] = {
    {0x08, 1, NumberKind::kByte, number<uint8_t>},
    {0x09, 1, NumberKind::kInteger, number<int8_t>},
    {0x0B, 2, NumberKind::kInteger, number<int16_t>},
    {0x0C, 4, NumberKind::kInteger, number<int32_t>},
    {0x0D, 4, NumberKind::kFloat, number<float>},
    {0x0E, 8, NumberKind::kFloat, number<double>},
};

const IdxType* find_type(std::string_view bytes) {
  if (bytes.size() < 4 || bytes[0] != 0 || bytes[1] != 0) return nullptr;
  for (const IdxType& type : kIdxTypes)
    if (type.code == static_cast<uint8_t>(bytes[2])) return &type;
  return nullptr;
}

}  // namespace

Array read_idx(std::string_view bytes, int64_t index) {
  const IdxType* const type = find_type(bytes);
  if (type == nullptr) throw Error("expected an IDX file");
  const auto axes = static_cast<size_t>(number_at<uint8_t>(bytes, 3));
  if (axes < 2) throw Error("expected an IDX file of at least 2 axes, got {}", axes);
  Array array;
  int64_t each = 1;
  for (size_t axis = 1; axis < axes; ++axis) {
    const int64_t extent = number_at<uint32_t>(bytes, 4 + 4 * axis, std::endian::big);
    if (__builtin_mul_overflow(each, extent, &each) || each > kMostFeatures)
      throw Error("expected at most {} numbers in an example of the IDX file", kMostFeatures);
    array.shape.push_back(extent);
  }
  const int64_t count = number_at<uint32_t>(bytes, 4, std::endian::big);
  const auto data = static_cast<int64_t>(4 + 4 * axes);
  int64_t bytes_each = each * type->size, all = 0;
  if (__builtin_mul_overflow(bytes_each, count, &all) || std::ssize(bytes) - data != all)
    throw Error("expected {} examples of {} bytes in the IDX file, got {} bytes", count, bytes_each,
                std::ssize(bytes) - data);
  if (index < 0 || index >= count)
    throw Error("expected an example from 0 to {}, got {}", count - 1, index);
  array.kind = type->kind;
  for (int64_t i = 0; i < each; ++i)
    array.values.push_back(
        type->read(bytes, static_cast<size_t>(data + index * bytes_each + i * type->size)));
  return array;
}

}  // namespace alinea
