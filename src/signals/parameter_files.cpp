#include "signals/parameter_files.h"

#include <algorithm>
#include <array>
#include <bit>

#include "signals/byte_order.h"
#include "support/error.h"

namespace alinea {

namespace {

void read_floats(std::string_view bytes, std::endian order, FeatureRows& rows) {
  rows.values.resize(bytes.size() / sizeof(float));
  for (size_t i = 0; i < rows.values.size(); ++i)
    rows.values[i] = number_at<float>(bytes, i * sizeof(float), order);
}

FeatureRows read_htk(std::string_view bytes, int64_t row_bytes) {
  constexpr uint16_t kCompressed = 02000, kKindOf = 077, kWaveform = 0;
  const auto kind = number_at<uint16_t>(bytes, 10, std::endian::big);
  if ((kind & kCompressed) != 0) throw Error("the HTK file is compressed: write it without _C");
  if ((kind & kKindOf) == kWaveform || row_bytes % 4 != 0)
    throw Error("expected rows of floats in the HTK file, got samples of {} bytes", row_bytes);
  const auto count = static_cast<size_t>(number_at<int32_t>(bytes, 0, std::endian::big));
  FeatureRows rows{row_bytes / 4, {}};
  read_floats(bytes.substr(12, count * static_cast<size_t>(row_bytes)), std::endian::big, rows);
  return rows;
}

// Kaldi's name of a matrix type, with the blank behind it.
struct KaldiHeader {
  std::string_view type;
  int64_t rows = 0, columns = 0;
  size_t data = 0;  // where the numbers begin
  int64_t data_bytes = 0;
};

constexpr std::string_view kKaldi{"\0B", 2};

KaldiHeader kaldi_header(std::string_view bytes) {
  const size_t blank = bytes.find(' ');
  if (!is_kaldi(bytes) || blank == std::string_view::npos)
    throw Error("expected a matrix of Kaldi in binary form");
  KaldiHeader header;
  header.type = bytes.substr(2, blank - 2);
  size_t at = blank + 1;
  if (header.type.starts_with("CM")) {
    at += 2 * sizeof(float);  // the least value and the range
    header.rows = number_at<int32_t>(bytes, at);
    header.columns = number_at<int32_t>(bytes, at + 4);
    header.data = at + 8;
  } else {
    if (number_at<int8_t>(bytes, at) != 4 || number_at<int8_t>(bytes, at + 5) != 4)
      throw Error("the matrix of Kaldi has no size");
    header.rows = number_at<int32_t>(bytes, at + 1);
    header.columns = number_at<int32_t>(bytes, at + 6);
    header.data = at + 10;
  }
  if (header.rows < 0 || header.columns < 0 ||
      (header.columns > 0 && header.rows > kMostFeatures / header.columns))
    throw Error("expected a matrix of Kaldi of at most {} numbers, got {} by {}", kMostFeatures,
                header.rows, header.columns);
  const int64_t count = header.rows * header.columns;
  if (header.type == "FM")
    header.data_bytes = 4 * count;
  else if (header.type == "DM")
    header.data_bytes = 8 * count;
  else if (header.type == "CM")
    header.data_bytes = 8 * header.columns + count;
  else if (header.type == "CM2")
    header.data_bytes = 2 * count;
  else if (header.type == "CM3")
    header.data_bytes = count;
  else
    throw Error("expected a matrix FM, DM or CM of Kaldi, got {:?}", header.type);
  return header;
}

// The first way: each column by four of its values, between which a byte interpolates.
void read_by_quantiles(std::string_view data, float least, float range, FeatureRows& rows) {
  const int64_t count = rows.rows();
  for (int64_t c = 0; c < rows.columns; ++c) {
    std::array<float, 4> at = {};
    for (size_t i = 0; i < at.size(); ++i)
      at[i] =
          least + range / 65535.0F * number_at<uint16_t>(data, static_cast<size_t>(c) * 8 + i * 2);
    for (int64_t r = 0; r < count; ++r) {
      const float x =
          number_at<uint8_t>(data, static_cast<size_t>(rows.columns * 8 + c * count + r));
      float value = 0;
      if (x <= 64)
        value = at[0] + (at[1] - at[0]) * x / 64;
      else if (x <= 192)
        value = at[1] + (at[2] - at[1]) * (x - 64) / 128;
      else
        value = at[2] + (at[3] - at[2]) * (x - 192) / 63;
      rows.values[static_cast<size_t>(r * rows.columns + c)] = value;
    }
  }
}

}  // namespace

FeatureRows read_htk_or_sphinx(std::string_view bytes, int64_t columns) {
  for (const std::endian order : {std::endian::big, std::endian::little}) {
    const auto count = number_at<int32_t>(bytes, 0, order);
    if (count < 0 || 4 * static_cast<int64_t>(count) + 4 != std::ssize(bytes)) continue;
    if (count % columns != 0)
      throw Error("expected rows of {} numbers, but the Sphinx file has {}: see mfc-columns",
                  columns, count);
    FeatureRows rows{columns, {}};
    read_floats(bytes.substr(4), order, rows);
    return rows;
  }
  constexpr int64_t kChecksum = 2;  // _K
  if (bytes.size() >= 12) {
    const auto count = number_at<int32_t>(bytes, 0, std::endian::big);
    const auto row_bytes = number_at<int16_t>(bytes, 8, std::endian::big);
    const int64_t end = 12 + static_cast<int64_t>(count) * row_bytes;
    if (count >= 0 && row_bytes > 0 &&
        (end == std::ssize(bytes) || end + kChecksum == std::ssize(bytes)))
      return read_htk(bytes, row_bytes);
  }
  throw Error(
      "expected a sound, a picture, an array of NumPy, or features of HTK, Sphinx or Kaldi: the "
      "{} bytes are none of them, or damaged{}",
      bytes.size(), kNameMember);
}

bool is_kaldi(std::string_view bytes) { return bytes.starts_with(kKaldi); }

FeatureRows read_kaldi(std::string_view bytes) {
  const KaldiHeader header = kaldi_header(bytes);
  if (static_cast<int64_t>(bytes.size() - header.data) < header.data_bytes)
    throw Error("the matrix of Kaldi ends early: expected {} bytes of numbers, got {}",
                header.data_bytes, bytes.size() - header.data);
  const std::string_view data = bytes.substr(header.data, static_cast<size_t>(header.data_bytes));
  FeatureRows rows{header.columns, {}};
  if (header.type == "FM") {
    read_floats(data, std::endian::little, rows);
    return rows;
  }
  rows.values.resize(static_cast<size_t>(header.rows * header.columns));
  if (header.type == "DM") {
    for (size_t i = 0; i < rows.values.size(); ++i)
      rows.values[i] = static_cast<float>(number_at<double>(data, i * 8));
    return rows;
  }
  const auto least = number_at<float>(bytes, header.data - 16),
             range = number_at<float>(bytes, header.data - 12);
  if (header.type == "CM") {
    read_by_quantiles(data, least, range, rows);
    return rows;
  }
  for (size_t i = 0; i < rows.values.size(); ++i)
    rows.values[i] = header.type == "CM2"
                         ? least + range / 65535.0F * number_at<uint16_t>(data, i * 2)
                         : least + range / 255.0F * number_at<uint8_t>(data, i);
  return rows;
}

int64_t kaldi_size(const Bytes& archive, int64_t offset) {
  constexpr int64_t kLongestHeader = 64;
  if (offset < 0 || offset >= archive.size())
    throw Error("expected an offset below {}, got {}", archive.size(), offset);
  const std::string first = archive.part(offset, std::min(kLongestHeader, archive.size() - offset));
  const KaldiHeader header = kaldi_header(first);
  const int64_t size = static_cast<int64_t>(header.data) + header.data_bytes;
  if (size > archive.size() - offset)
    throw Error("the matrix of Kaldi ends early: expected {} bytes, got {}", size,
                archive.size() - offset);
  return size;
}

std::map<std::string, int64_t> kaldi_keys(const Bytes& archive) {
  constexpr int64_t kLongestKey = 4096;
  std::map<std::string, int64_t> keys;
  for (int64_t at = 0; at < archive.size();) {
    const std::string first = archive.part(at, std::min(kLongestKey, archive.size() - at));
    const size_t blank = first.find(' ');
    if (blank == std::string::npos)
      throw Error("expected a key and a blank at byte {} of the archive", at);
    const int64_t begin = at + static_cast<int64_t>(blank) + 1;
    keys[first.substr(0, blank)] = begin;
    at = begin + kaldi_size(archive, begin);
  }
  return keys;
}

}  // namespace alinea
