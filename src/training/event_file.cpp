#include "training/event_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <bit>
#include <boost/crc.hpp>
#include <cerrno>
#include <system_error>

#include "storage/atomic_file.h"
#include "storage/descriptor.h"
#include "support/error.h"

namespace alinea {

namespace {

constexpr int kWallTime = 1, kStep = 2, kFileVersion = 3, kSummary = 5;  // of an Event
constexpr int kValue = 1;                                                // of a Summary
constexpr int kTag = 1, kSimpleValue = 2;                                // of a Value

// The types of fields on the wire.
constexpr int kVarint = 0, kFixed64 = 1, kLength = 2, kFixed32 = 5;

template <typename Number>
std::string little_endian(Number number) {
  std::string bytes;
  for (size_t i = 0; i < sizeof(Number); ++i) bytes += static_cast<char>(number >> (8 * i) & 0xffU);
  return bytes;
}

std::string varint(uint64_t number) {
  std::string bytes;
  for (; number >= 0x80U; number >>= 7U) bytes += static_cast<char>((number & 0x7fU) | 0x80U);
  return bytes += static_cast<char>(number);
}

std::string key(int field, int type) { return varint(static_cast<uint64_t>(field << 3 | type)); }

std::string text_field(int field, std::string_view bytes) {
  return key(field, kLength).append(varint(bytes.size())).append(bytes);
}

std::string event(double wall_time, int64_t step) {
  std::string bytes = key(kWallTime, kFixed64) + little_endian(std::bit_cast<uint64_t>(wall_time));
  return bytes += key(kStep, kVarint) + varint(static_cast<uint64_t>(step));
}

uint32_t masked_crc(std::string_view bytes) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(bytes.data(), bytes.size());
  return std::rotr(static_cast<uint32_t>(crc.checksum()), 15) + 0xa282ead8U;
}

std::string record(std::string_view bytes) {
  const std::string length = little_endian(uint64_t{bytes.size()});
  return (length + little_endian(masked_crc(length)))
      .append(bytes)
      .append(little_endian(masked_crc(bytes)));
}

}  // namespace

EventFile::EventFile(std::filesystem::path path, double wall_time) : path_(std::move(path)) {
  write_file(path_, record(event(wall_time, 0) + text_field(kFileVersion, "brain.Event:2")));
  file_ = ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (file_ < 0)
    throw Error("cannot write '{}': {}", path_.string(), std::generic_category().message(errno));
}

EventFile::~EventFile() {
  if (file_ >= 0) ::close(file_);
}

void EventFile::write(double wall_time, int64_t step, std::span<const Scalar> scalars) {
  std::string summary;
  for (const auto& [tag, value] : scalars)
    summary +=
        text_field(kValue, text_field(kTag, tag) + key(kSimpleValue, kFixed32) +
                               little_endian(std::bit_cast<uint32_t>(static_cast<float>(value))));
  append(event(wall_time, step) + text_field(kSummary, summary));
}

void EventFile::append(std::string_view event) {
  if (const int error = write_all(file_, record(event)); error != 0)
    throw Error("cannot write '{}': {}", path_.string(), std::generic_category().message(error));
}

}  // namespace alinea
