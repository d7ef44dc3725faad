#include "signals/tensor_array.h"

#include <algorithm>
#include <iterator>

#include "support/error.h"

namespace alinea {

namespace {

constexpr NumberType kTensorTypes[] = {
    {"U8", 1, NumberKind::kByte, read_numbers<uint8_t>},
    {"F16", 2, NumberKind::kFloat, read_numbers<uint16_t, from_half>},
    {"BF16", 2, NumberKind::kFloat, read_numbers<uint16_t, from_bfloat>},
    {"F32", 4, NumberKind::kFloat, read_numbers<float>},
    {"F64", 8, NumberKind::kFloat, read_numbers<double>},
};

}  // namespace

Array read_tensor(const Safetensors& file, const std::string& name) {
  const std::string& type = file.type(name);
  const auto* const found = std::ranges::find(kTensorTypes, type, &NumberType::name);
  if (found == std::end(kTensorTypes))
    throw Error("expected a tensor of type U8, F16, BF16, F32 or F64, but {:?} is of type {:?}",
                name, type);
  Array array{file.shape(name), {}, found->kind};
  const auto count = static_cast<size_t>(elements(array.shape));
  const std::string_view bytes = file.bytes(name);
  if (bytes.size() != count * found->size)
    throw Error("expected {} bytes of numbers in the tensor {:?}, got {}", count * found->size,
                name, bytes.size());
  array.values.resize(count);
  found->read(bytes, std::endian::little, array.values);
  return array;
}

}  // namespace alinea
