// Scalars as TensorBoard reads them: a file of records, each
//
//   uint64 length, uint32 masked CRC-32C of its 8 bytes, the bytes, uint32 masked CRC-32C of them
//
// in little endian, with mask(c) = rotate_right(c, 15) + 0xa282ead8. The bytes are a protocol
// buffer
//
//   Event { 1: double wall_time, 2: int64 step, 3: string file_version, 5: Summary summary }
//   Summary { 1: repeated Value { 1: string tag, 2: float simple_value } }
//
// (TensorFlow's record_writer.cc, event.proto and summary.proto.) The first event has a version,
// the others have summaries.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace alinea {

struct Scalar {
  std::string tag;
  double value;
};

class EventFile {
 public:
  // A new file in the place of one that is there. Throws Error where it cannot be written. Times
  // are seconds since 1970.
  EventFile(std::filesystem::path path, double wall_time);
  EventFile(const EventFile&) = delete;
  EventFile& operator=(const EventFile&) = delete;
  ~EventFile();

  // A record is in the file before it returns. Throws Error where the disk is full.
  void write(double wall_time, int64_t step, std::span<const Scalar> scalars);

 private:
  void append(std::string_view event);

  std::filesystem::path path_;
  int file_ = -1;
};

}  // namespace alinea
