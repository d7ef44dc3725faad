// The wire format of protocol buffers, as far as reading SentencePiece's models needs it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace alinea {

// Reads the fields of a protocol buffer one by one.
class ProtobufFields {
 public:
  explicit ProtobufFields(std::string_view bytes) : rest_(bytes) {}

  struct Field {
    uint64_t number;
    std::string_view bytes;  // of a text or a message; of 4 or 8 bytes of fixed size these
    uint64_t value = 0;      // of a number of varying size
  };

  bool at_end() const { return rest_.empty(); }

  // Nothing where the bytes are no field.
  std::optional<Field> next() {
    const auto key = varint();
    if (!key) return std::nullopt;
    const uint64_t number = *key >> 3U;
    switch (*key & 7U) {
      case 0: {
        const auto value = varint();
        if (!value) return std::nullopt;
        return Field{number, {}, *value};
      }
      case 1:
        return take(number, 8);
      case 5:
        return take(number, 4);
      case 2: {
        const auto size = varint();
        if (!size) return std::nullopt;
        return take(number, *size);
      }
      default:
        return std::nullopt;
    }
  }

 private:
  std::optional<uint64_t> varint() {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= static_cast<uint64_t>(byte & 0x7FU) << shift;
      if (byte < 0x80U) return value;
    }
    return std::nullopt;
  }
  std::optional<Field> take(uint64_t number, uint64_t size) {
    if (size > rest_.size()) return std::nullopt;
    const std::string_view bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return Field{number, bytes};
  }

  std::string_view rest_;
};

}  // namespace alinea
