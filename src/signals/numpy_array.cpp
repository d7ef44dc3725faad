#include "signals/numpy_array.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "signals/byte_order.h"
#include "signals/feature_rows.h"
#include "support/error.h"

namespace alinea {

namespace {

constexpr std::string_view kMagic = "\x93NUMPY";

// What stands behind 'key': in the header, which is a dictionary of Python.
std::string_view value_of(std::string_view header, std::string_view key) {
  for (const char quote : {'\'', '"'}) {
    const std::string quoted = quote + std::string(key) + quote;
    const size_t at = header.find(quoted);
    if (at == std::string_view::npos) continue;
    const size_t begin = header.find_first_not_of(" :", at + quoted.size());
    if (begin != std::string_view::npos) return header.substr(begin);
  }
  throw Error("the NumPy header has no {}", key);
}

std::vector<int64_t> read_shape(std::string_view text) {
  std::vector<int64_t> shape;
  const size_t end = text.find(')');
  if (!text.starts_with('(') || end == std::string_view::npos)
    throw Error("the NumPy header has no shape");
  for (size_t at = 1; at < end;) {
    if (text[at] == ' ' || text[at] == ',' || text[at] == 'L') {
      ++at;
      continue;
    }
    int64_t extent = 0;
    const auto [stop, error] = std::from_chars(text.data() + at, text.data() + end, extent);
    if (error != std::errc() || extent < 0) throw Error("the NumPy header has no shape");
    shape.push_back(extent);
    at = static_cast<size_t>(stop - text.data());
  }
  return shape;
}

// Without the order of bytes.
constexpr NumberType kTypes[] = {
    {"f2", 2, NumberKind::kFloat, read_numbers<uint16_t, from_half>},
    {"f4", 4, NumberKind::kFloat, read_numbers<float>},
    {"f8", 8, NumberKind::kFloat, read_numbers<double>},
    {"u1", 1, NumberKind::kByte, read_numbers<uint8_t>},
    {"i1", 1, NumberKind::kInteger, read_numbers<int8_t>},
    {"u2", 2, NumberKind::kInteger, read_numbers<uint16_t>},
    {"i2", 2, NumberKind::kInteger, read_numbers<int16_t>},
    {"u4", 4, NumberKind::kInteger, read_numbers<uint32_t>},
    {"i4", 4, NumberKind::kInteger, read_numbers<int32_t>},
    {"u8", 8, NumberKind::kInteger, read_numbers<uint64_t>},
    {"i8", 8, NumberKind::kInteger, read_numbers<int64_t>},
};

// The first axis ran fastest.
void transpose(Array& array) {
  const std::vector<float> given = array.values;
  for (size_t i = 0; i < given.size(); ++i) {
    size_t rest = i, place = 0, stride = given.size();
    for (const int64_t extent : array.shape) {
      stride /= static_cast<size_t>(extent);
      place += rest % static_cast<size_t>(extent) * stride;
      rest /= static_cast<size_t>(extent);
    }
    array.values[place] = given[i];
  }
}

}  // namespace

int64_t elements(const std::vector<int64_t>& shape) {
  int64_t count = 1;
  for (const int64_t extent : shape)
    if (__builtin_mul_overflow(count, extent, &count) || count > kMostFeatures)
      throw Error("expected at most {} numbers in an array", kMostFeatures);
  return count;
}

bool is_numpy(std::string_view bytes) { return bytes.starts_with(kMagic); }

Array read_numpy(std::string_view bytes) {
  const bool is_first = number_at<uint8_t>(bytes, kMagic.size()) == 1;
  const size_t length_at = kMagic.size() + 2;
  const size_t length =
      is_first ? number_at<uint16_t>(bytes, length_at) : number_at<uint32_t>(bytes, length_at);
  const size_t begin = length_at + (is_first ? 2 : 4);
  if (length > bytes.size() - begin) throw Error("the NumPy header ends early");
  const std::string_view header = bytes.substr(begin, length), data = bytes.substr(begin + length);
  const std::string_view type = value_of(header, "descr");
  if (type.size() < 5) throw Error("the NumPy header has no type");
  const std::string_view name = type.substr(2, 2);
  const auto* const found = std::ranges::find(kTypes, name, &NumberType::name);
  if (found == std::end(kTypes) || type[0] != type[4])
    throw Error(
        "expected NumPy integers or floats, such as '<f4', got {}: save what astype('float32') "
        "makes of the array",
        type.substr(0, type.find(',')));
  Array array{read_shape(value_of(header, "shape")), {}, found->kind};
  const auto count = static_cast<size_t>(elements(array.shape));
  if (data.size() != count * found->size)
    throw Error("expected {} bytes of numbers behind the NumPy header, got {}", count * found->size,
                data.size());
  array.values.resize(count);
  found->read(data, type[1] == '>' ? std::endian::big : std::endian::little, array.values);
  if (value_of(header, "fortran_order").starts_with("True")) transpose(array);
  return array;
}

}  // namespace alinea
