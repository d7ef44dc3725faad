#include "storage/safetensors.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string_view>

#include "storage/atomic_file.h"
#include "storage/checksum.h"
#include "storage/json.h"
#include "support/error.h"

namespace alinea {

static_assert(std::endian::native == std::endian::little, "the format is little endian");

namespace {

using nlohmann::json;

constexpr const char* kMetadata = "__metadata__";
constexpr const char* kChecksum = "crc32";
constexpr std::string_view kChecksumMark = "\"crc32\":\"";  // as it stands in the header
constexpr std::string_view kNoChecksum = "00000000";        // in its place while it is computed
constexpr int64_t kLengthBytes = 8;
constexpr int64_t kMaxHeaderBytes = 100'000'000;  // what the public readers accept
constexpr int64_t kFloatBytes = sizeof(float);
constexpr const char* kFloatType = "F32";

// Bytes of a tensor, or nothing where a size is negative or the product overflows.
std::optional<int64_t> byte_count(std::span<const int64_t> shape) {
  if (std::ranges::any_of(shape, [](int64_t size) { return size < 0; })) return std::nullopt;
  if (std::ranges::find(shape, 0) != shape.end()) return 0;
  int64_t count = kFloatBytes;
  for (const int64_t size : shape) {
    if (__builtin_mul_overflow(count, size, &count)) return std::nullopt;
  }
  return count;
}

std::string text(std::span<const int64_t> shape) {
  return fmt::format("[{}]", fmt::join(shape, ", "));
}

void check_tensor(const std::filesystem::path& path, const TensorView& tensor) {
  const auto bytes = byte_count(tensor.shape);
  if (!bytes || *bytes != static_cast<int64_t>(tensor.values.size_bytes())) {
    throw Error("cannot write '{}': tensor '{}' has shape {} and {} values", path.string(),
                tensor.name, text(tensor.shape), tensor.values.size());
  }
}

std::string make_header(const std::filesystem::path& path, std::span<const TensorView> tensors,
                        const std::map<std::string, std::string>& metadata) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  header[kMetadata] = metadata;
  header[kMetadata][kChecksum] = kNoChecksum;
  std::set<std::string> seen = {kMetadata};
  int64_t offset = 0;
  for (const TensorView& tensor : tensors) {
    check_tensor(path, tensor);
    if (!seen.insert(tensor.name).second) {
      throw Error("cannot write '{}': tensor name '{}' is used twice", path.string(), tensor.name);
    }
    const int64_t end = offset + static_cast<int64_t>(tensor.values.size_bytes());
    header[tensor.name] = {
        {"dtype", kFloatType}, {"shape", tensor.shape}, {"data_offsets", {offset, end}}};
    offset = end;
  }
  try {
    return header.dump();
  } catch (const json::exception&) {
    throw Error("cannot write '{}': a name or its metadata is not UTF-8", path.string());
  }
}

// Keys of the top level in the order of the file; the parser itself forgets order and repetition.
struct Keys {
  std::vector<std::string> names;
  bool repeated = false;
};

json parse(std::string_view header, Keys& keys) {
  std::set<std::string> seen;
  return parse_json<json>(header, [&](int depth, json::parse_event_t event, json& value) {
    if (event == json::parse_event_t::key && depth == 1) {
      keys.names.push_back(value.get<std::string>());
      keys.repeated |= !seen.insert(keys.names.back()).second;
    }
    return true;
  });
}

// The non-negative integers of a JSON array, or nothing where it is anything else.
std::optional<std::vector<int64_t>> sizes(const json& tensor, const char* key) {
  const auto found = tensor.find(key);
  if (found == tensor.end() || !found->is_array()) return std::nullopt;
  std::vector<int64_t> values;
  for (const json& size : *found) {
    if (!size.is_number_unsigned()) return std::nullopt;
    const auto value = size.get<uint64_t>();
    if (value > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) return std::nullopt;
    values.push_back(static_cast<int64_t>(value));
  }
  return values;
}

// Fills entry; returns what is wrong with the tensor, or nullptr.
const char* read_entry(const json& tensor, TensorTypes types, TensorEntry& entry) {
  const json type = tensor.is_object() ? tensor.value("dtype", json()) : json();
  if (types == TensorTypes::kFloat32 && type != kFloatType) return "is not of dtype F32";
  if (!type.is_string()) return "has no dtype";
  auto shape = sizes(tensor, "shape");
  const auto offsets = sizes(tensor, "data_offsets");
  if (!shape || !offsets || offsets->size() != 2) return "has no valid shape and data_offsets";
  entry = {type.get<std::string>(), std::move(*shape), offsets->front(), offsets->back()};
  return nullptr;
}

// Where the digits of the checksum lie. No text within the header can hold the mark, because its
// quotes would be escaped.
std::optional<size_t> find_checksum(std::string_view header) {
  const size_t mark = header.find(kChecksumMark);
  if (mark == std::string_view::npos) return std::nullopt;
  const size_t digits = mark + kChecksumMark.size();
  if (digits + kNoChecksum.size() > header.size()) return std::nullopt;
  return digits;
}

std::string_view bytes_of(std::span<const float> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

bool is_text_map(const json& value) {
  return value.is_object() &&
         std::ranges::all_of(value, [](const json& entry) { return entry.is_string(); });
}

}  // namespace

void write_safetensors(const std::filesystem::path& path, std::span<const TensorView> tensors,
                       const std::map<std::string, std::string>& metadata) {
  std::string header = make_header(path, tensors, metadata);
  header.resize((header.size() + 7) / 8 * 8, ' ');
  if (std::ssize(header) > kMaxHeaderBytes)
    throw Error(
        "cannot write '{}': expected at most {} bytes for the names and the metadata of its {} "
        "tensors, got {}: write them to several files, alignments of fewer sentences or as .npz",
        path.string(), kMaxHeaderBytes, tensors.size(), header.size());
  const uint64_t length = header.size();
  const std::string_view length_bytes(reinterpret_cast<const char*>(&length), kLengthBytes);
  uint32_t checksum = crc32(header, crc32(length_bytes));
  for (const TensorView& tensor : tensors) checksum = crc32(bytes_of(tensor.values), checksum);
  header.replace(*find_checksum(header), kNoChecksum.size(), fmt::format("{:08x}", checksum));
  AtomicFile file(path);
  file.stream() << length_bytes << header;
  for (const TensorView& tensor : tensors) file.stream() << bytes_of(tensor.values);
  file.commit();
}

Safetensors::Safetensors(const std::filesystem::path& path, TensorTypes types)
    : path_(path), bytes_(read_file(path)) {
  const std::string_view header = find_header();
  read_header(header, types);
  check_content(header);
  check_layout(static_cast<int64_t>(bytes_.size()) - data_begin_);
}

void Safetensors::malformed(const std::string& what) const {
  throw Error("'{}' is not a complete safetensors file: {}", path_.string(), what);
}

std::string_view Safetensors::find_header() {
  const auto file_bytes = static_cast<int64_t>(bytes_.size());
  if (file_bytes < kLengthBytes) malformed(fmt::format("it has {} bytes", file_bytes));
  uint64_t length = 0;
  std::memcpy(&length, bytes_.data(), sizeof length);
  if (length > static_cast<uint64_t>(std::min(file_bytes - kLengthBytes, kMaxHeaderBytes))) {
    malformed(fmt::format("a header of {} bytes in a file of {}", length, file_bytes));
  }
  data_begin_ = kLengthBytes + static_cast<int64_t>(length);
  const auto header = std::string_view(bytes_).substr(kLengthBytes, length);
  if (!header.starts_with('{')) malformed("its header does not begin with '{'");
  return header;
}

void Safetensors::read_header(std::string_view header, TensorTypes types) {
  json parsed;
  Keys keys;
  try {
    parsed = parse(header, keys);
  } catch (const Error& error) {
    malformed(fmt::format("its header {}", error.what()));
  }
  if (keys.repeated) malformed("a name occurs twice in its header");
  for (const std::string& name : keys.names) {
    const json& value = parsed.at(name);
    if (name != kMetadata) {
      const char* fault = read_entry(value, types, entries_[name]);
      if (fault != nullptr) malformed(fmt::format("tensor '{}' {}", name, fault));
      names_.push_back(name);
    } else if (is_text_map(value)) {
      metadata_ = value.get<std::map<std::string, std::string>>();
    } else {
      malformed("its metadata is not a map from text to text");
    }
  }
}

// A file without a checksum comes from another program.
void Safetensors::check_content(std::string_view header) {
  const auto expected = metadata_.extract(kChecksum);
  if (!expected) return;
  const std::optional<size_t> digits = find_checksum(header);
  if (!digits) malformed("its checksum is not in its usual place");
  const std::string_view bytes(bytes_);
  const size_t begin = kLengthBytes + *digits;
  const uint32_t found = crc32(bytes.substr(begin + kNoChecksum.size()),
                               crc32(kNoChecksum, crc32(bytes.substr(0, begin))));
  if (fmt::format("{:08x}", found) != expected.mapped())
    malformed("its content does not match its checksum");
  has_checksum_ = true;
}

// The tensors tile the data: no hole, no overlap, nothing left over.
void Safetensors::check_layout(int64_t data_bytes) {
  std::ranges::stable_sort(names_, {}, [this](const std::string& name) {
    const TensorEntry& tensor = entries_.at(name);
    return std::pair(tensor.begin, tensor.end);
  });
  int64_t expected = 0;
  for (const std::string& name : names_) {
    const TensorEntry& tensor = entries_.at(name);
    const auto bytes = byte_count(tensor.shape);
    if (tensor.begin != expected || tensor.end < tensor.begin || tensor.end > data_bytes) {
      malformed(fmt::format("tensor '{}' is at bytes {} to {}, expected {} to at most {}", name,
                            tensor.begin, tensor.end, expected, data_bytes));
    }
    if (tensor.type == kFloatType && (!bytes || *bytes != tensor.end - tensor.begin)) {
      malformed(fmt::format("tensor '{}' has shape {} and {} bytes", name, text(tensor.shape),
                            tensor.end - tensor.begin));
    }
    expected = tensor.end;
  }
  if (expected != data_bytes) {
    malformed(fmt::format("its tensors take {} bytes, its data {}", expected, data_bytes));
  }
}

std::vector<std::string> Safetensors::names() const { return names_; }

const TensorEntry& Safetensors::entry(const std::string& name) const {
  const auto found = entries_.find(name);
  if (found == entries_.end()) throw Error("'{}' has no tensor '{}'", path_.string(), name);
  return found->second;
}

const std::vector<int64_t>& Safetensors::shape(const std::string& name) const {
  return entry(name).shape;
}

std::string_view Safetensors::bytes(const std::string& name) const {
  const TensorEntry& tensor = entry(name);
  return std::string_view(bytes_).substr(static_cast<size_t>(data_begin_ + tensor.begin),
                                         static_cast<size_t>(tensor.end - tensor.begin));
}

const std::string& Safetensors::type(const std::string& name) const { return entry(name).type; }

void Safetensors::check_shape(const std::string& name, std::span<const int64_t> shape) const {
  const TensorEntry& tensor = entry(name);
  if (!std::ranges::equal(tensor.shape, shape)) {
    throw Error("'{}' has tensor '{}' of shape {}, expected {}", path_.string(), name,
                text(tensor.shape), text(shape));
  }
}

// A value at a time, because the data need not be aligned for floats.
void Safetensors::check_finite() const {
  for (const auto& [name, tensor] : entries_) {
    if (tensor.type != kFloatType) continue;
    for (int64_t at = tensor.begin; at < tensor.end; at += kFloatBytes) {
      float value = 0;
      std::memcpy(&value, bytes_.data() + data_begin_ + at, sizeof value);
      if (!std::isfinite(value))
        throw Error(
            "'{}' has {} in tensor '{}', value {}, which is not finite: train the model again, "
            "with a lower learning-rate if the training diverged",
            path_.string(), value, name, (at - tensor.begin) / kFloatBytes);
    }
  }
}

void Safetensors::copy(const std::string& name, std::span<const int64_t> shape,
                       std::span<float> out) const {
  check_shape(name, shape);
  const TensorEntry& tensor = entry(name);
  if (tensor.type != kFloatType)
    throw Error("'{}' has tensor '{}' of type {}, expected {}", path_.string(), name, tensor.type,
                kFloatType);
  const int64_t bytes = tensor.end - tensor.begin;
  if (static_cast<int64_t>(out.size_bytes()) != bytes) {
    throw Error("'{}' has {} values in tensor '{}', expected {}", path_.string(),
                bytes / kFloatBytes, name, out.size());
  }
  if (bytes > 0) {
    std::memcpy(out.data(), bytes_.data() + data_begin_ + tensor.begin, static_cast<size_t>(bytes));
  }
}

}  // namespace alinea
