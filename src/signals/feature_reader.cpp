#include "signals/feature_reader.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <optional>
#include <utility>
#include <variant>

#include "signals/bytes.h"
#include "signals/idx_file.h"
#include "signals/numpy_array.h"
#include "signals/parameter_files.h"
#include "signals/picture.h"
#include "signals/sound.h"
#include "signals/tensor_array.h"
#include "storage/is_there.h"
#include "support/counted.h"
#include "support/error.h"
#include "text/line_reader.h"

namespace alinea {

namespace {

constexpr size_t kLongestEntry = 8192;

bool is_file(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(path, error);
}

std::optional<int64_t> number_in(const std::string& text) {
  int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end || text.empty()) return std::nullopt;
  return number;
}

std::string trimmed(const std::string& text) {
  const size_t begin = text.find_first_not_of(" \t"), end = text.find_last_not_of(" \t");
  return begin == std::string::npos ? std::string() : text.substr(begin, end - begin + 1);
}

// What is behind the first blank of a name; empty where there is no blank.
std::string without_key(const std::string& name) {
  const size_t blank = name.find_first_of(" \t");
  return blank == std::string::npos ? std::string() : trimmed(name.substr(blank));
}

// Whether a list of Kaldi names an entry of another list, which might name the first one.
bool is_in_script(const std::string& entry) { return entry.find(".scp:") != std::string::npos; }

// Errors begin with the entry that they are about.
template <typename Read>
auto naming(const std::string& entry, const Read& read) {
  try {
    return read();
  } catch (const Error& error) {
    throw Error("{:?}: {}", entry, error.what());
  }
}

// "a list of numbers", "a table": three axes, or two of bytes, are a picture.
std::variant<Sound, Picture, FeatureRows> from_array(Array array) {
  const std::vector<int64_t>& shape = array.shape;
  const bool has_bytes = array.kind == NumberKind::kByte;
  const bool is_picture = shape.size() == 3 || (shape.size() == 2 && has_bytes);
  if (shape.empty() || shape.size() > 3)
    throw Error("expected an array of 1 to 3 axes, got {}", shape.size());
  if (!is_picture) return FeatureRows{shape.size() == 1 ? 1 : shape[1], std::move(array.values)};
  if (array.kind == NumberKind::kInteger)
    throw Error(
        "expected a picture of bytes (uint8) or floats from 0 to 1, got other integers: divide "
        "them by the greatest that they can be");
  if (std::ranges::find(shape, 0) != shape.end())
    throw Error("the picture is empty: its extents are {}", fmt::join(shape, " by "));
  Picture picture{shape[0], shape[1], shape.size() == 3 ? shape[2] : 1, std::move(array.values)};
  if (picture.channels == 4) {  // what is transparent becomes white
    for (size_t i = 0; i < picture.pixels.size() / 4; ++i)
      for (size_t c = 0; c < 3; ++c) {
        const float full = has_bytes ? 255.0F : 1.0F;
        const float alpha = picture.pixels[4 * i + 3] / full;
        picture.pixels[3 * i + c] = picture.pixels[4 * i + c] * alpha + full * (1 - alpha);
      }
    picture.pixels.resize(picture.pixels.size() / 4 * 3);
    picture.channels = 3;
  }
  if (picture.channels != 1 && picture.channels != 3)
    throw Error("expected a picture of 1, 3 or 4 channels, got {} by {} by {}", picture.height,
                picture.width, picture.channels);
  if (has_bytes)
    for (float& value : picture.pixels) value /= 255.0F;
  return picture;
}

}  // namespace

struct FeatureReader::Content {
  std::variant<Sound, Picture, FeatureRows> of;

  const char* kind() const {
    constexpr const char* kKinds[] = {"sound", "picture", "table"};
    return kKinds[of.index()];
  }
};

bool is_blank_entry(const std::string& line) { return trimmed(line).empty(); }

FeatureReader::FeatureReader(FeatureOptions options, FeatureFileOptions where)
    : options_(std::move(options)), where_(std::move(where)) {}
FeatureReader::FeatureReader(FeatureReader&&) noexcept = default;
FeatureReader& FeatureReader::operator=(FeatureReader&&) noexcept = default;
FeatureReader::~FeatureReader() = default;

std::filesystem::path FeatureReader::full_path(const std::string& name) const {
  return where_.folder / name;
}

FeatureReader::Content FeatureReader::parse(const Bytes& bytes, bool is_first) {
  constexpr int64_t kBeginning = 16;
  const std::string first = bytes.part(0, std::min(kBeginning, bytes.size()));
  if (first.empty()) throw Error("the file is empty");
  if (is_sound(first))
    return {read_sound(bytes, is_first ? 0 : options_.sample_rate, where_.most_seconds)};
  if (bytes.size() > 2 * kMostFeatures)
    throw Error("expected at most {} bytes, got {}{}", 2 * kMostFeatures, bytes.size(),
                kNameMember);
  const std::string all = bytes.all();
  if (is_png(first)) return {read_png(all)};
  if (is_jpeg(first)) return {read_jpeg(all)};
  if (is_numpy(first)) return {from_array(read_numpy(all))};
  if (is_kaldi(first)) return {read_kaldi(all)};
  return {read_htk_or_sphinx(all, options_.mfc_columns)};
}

FeatureReader::Content FeatureReader::kaldi_member(const std::filesystem::path& archive,
                                                   const std::string& name) {
  const auto bytes = file_bytes(archive);
  std::optional<int64_t> begin = number_in(name);
  if (!begin) {
    auto keys = kaldi_keys_.find(archive.string());
    if (keys == kaldi_keys_.end())
      keys = kaldi_keys_.emplace(archive.string(), kaldi_keys(*bytes)).first;
    const auto key = keys->second.find(name);
    if (key == keys->second.end()) throw Error("there is no key {:?} in the archive", name);
    begin = key->second;
  }
  return {read_kaldi(bytes->part(*begin, kaldi_size(*bytes, *begin)))};
}

std::string FeatureReader::named_in_script(const std::filesystem::path& script,
                                           const std::string& key) {
  auto found = scripts_.find(script.string());
  if (found == scripts_.end()) {
    found = scripts_.emplace(script.string(), std::map<std::string, std::string>()).first;
    for (const std::string& line : read_lines(script))
      if (const size_t blank = line.find_first_of(" \t"); blank != std::string::npos)
        found->second[line.substr(0, blank)] = trimmed(line.substr(blank));
  }
  const auto entry = found->second.find(key);
  if (entry == found->second.end()) throw Error("there is no key {:?} in the list", key);
  return entry->second;
}

FeatureReader::Content FeatureReader::member(const std::filesystem::path& archive,
                                             const std::string& name, bool is_first) {
  const std::string path = archive.string(), extension = archive.extension().string();
  if (extension == ".ark") return kaldi_member(archive, name);
  if (extension == ".scp") {
    const std::string entry = named_in_script(archive, name);
    if (is_in_script(entry)) throw Error("the list names another list: {:?}", entry);
    return load(entry, is_first);
  }
  if (extension == ".safetensors") {
    const Safetensors& tensors = tensors_.get(
        path, [&] { return std::make_unique<Safetensors>(archive, TensorTypes::kAny); });
    return {from_array(read_tensor(tensors, name))};
  }
  const std::string stem = archive.filename().string();
  const bool is_idx_name =
      stem.find("idx") != std::string::npos || stem.find("ubyte") != std::string::npos;
  const std::optional<int64_t> number = number_in(name);
  const auto form = is_idx_name && number ? Archive::Form::kRaw : Archive::Form::kMembers;
  const Archive& files = opened(archive, form);
  if (form == Archive::Form::kRaw) return {from_array(read_idx(files.member({}), *number))};
  return parse(BytesInMemory(files.member(name)), is_first);
}

const Archive& FeatureReader::opened(const std::filesystem::path& archive, Archive::Form form) {
  return archives_.get({archive.string(), form},
                       [&] { return std::make_unique<Archive>(archive, form); });
}

FeatureReader::Content FeatureReader::load(const std::string& entry, bool is_first) {
  const std::string name = trimmed(entry);
  if (name.empty()) throw Error("expected the name of a file, got an empty line");
  if (name.size() > kLongestEntry)
    throw Error("expected the name of a file, got {} bytes", name.size());
  if (const std::optional<Located> at = locate_entry(name))
    return naming(at->name, [&] {
      return with_columns(at->member ? member(at->file, *at->member, is_first)
                                     : parse(*file_bytes(at->file), is_first));
    });
  refuse_other_kinds(name);
  if (const std::string behind_key = without_key(name); !behind_key.empty())
    refuse_other_kinds(behind_key);
  throw Error("there is no file {:?}", full_path(name).string());
}

// Throws Error where the name, or what is before a colon in it, is there but is no regular file.
void FeatureReader::refuse_other_kinds(const std::string& name) const {
  for (size_t end = name.find(':');; end = name.find(':', end + 1)) {
    const std::filesystem::path path = full_path(name.substr(0, end));
    if (is_there(path) && !is_file(path))
      throw Error("expected a regular file, but {:?} is a folder, a pipe or a device",
                  path.string());
    if (end == std::string::npos) return;
  }
}

// A table without rows is an example without a word; one without columns is no example, and one
// that claims millions of them, for which it need not have a row, would take memory for each.
FeatureReader::Content FeatureReader::with_columns(Content content) {
  const auto* rows = std::get_if<FeatureRows>(&content.of);
  constexpr int64_t kWidestTable = int64_t{1} << 20;
  if (rows != nullptr && (rows->columns < 1 || rows->columns > kWidestTable))
    throw Error("expected a table of 1 to {} columns, got {}", kWidestTable, rows->columns);
  return content;
}

std::optional<FeatureReader::Located> FeatureReader::locate(const std::string& name) const {
  if (is_file(full_path(name))) return Located{name, full_path(name), std::nullopt};
  for (size_t colon = name.find(':'); colon != std::string::npos; colon = name.find(':', colon + 1))
    if (is_file(full_path(name.substr(0, colon))))
      return Located{name, full_path(name.substr(0, colon)), name.substr(colon + 1)};
  return std::nullopt;
}

// The name of an entry, or else what is behind its key.
std::optional<FeatureReader::Located> FeatureReader::locate_entry(const std::string& entry) const {
  const std::string name = trimmed(entry), behind_key = without_key(name);
  std::optional<Located> at = name.empty() ? std::nullopt : locate(name);
  if (!at && !behind_key.empty()) at = locate(behind_key);
  return at;
}

void FeatureReader::take_kind(const Content& content) {
  options_.kind = content.kind();
  if (options_.normalization == "auto")
    options_.normalization = options_.is_picture() ? "none" : "utterance";
  if (const auto* sound = std::get_if<Sound>(&content.of);
      sound != nullptr && options_.sample_rate == 0)
    options_.sample_rate = sound->rate;
  if (const auto* picture = std::get_if<Picture>(&content.of)) {
    if (options_.picture_height == 0) options_.picture_height = picture->height;
    if (options_.picture_width == 0) options_.picture_width = picture->width;
    if (options_.picture_channels == 0) options_.picture_channels = picture->channels;
  }
}

bool FeatureReader::adapt(const std::string& entry) {
  const FeatureOptions before = options_;
  take_kind(load(entry, /*is_first=*/true));
  options_.columns = 0;
  const FeatureRows rows = read_raw(entry);
  if (rows.rows() == 0) {
    options_ = before;
    log_mel_.reset();
    return false;
  }
  options_.columns = rows.columns;
  return true;
}

FeatureRows FeatureReader::features(Content content) {
  if (auto* picture = std::get_if<Picture>(&content.of))
    return patches(resized(in_channels(*picture, options_.picture_channels),
                           options_.picture_height, options_.picture_width),
                   std::max<int64_t>(options_.patches, 1));
  if (auto* table = std::get_if<FeatureRows>(&content.of))
    return with_deltas(*table, options_.deltas);
  if (!log_mel_)
    log_mel_ = std::make_unique<LogMel>(LogMelOptions{
        options_.sample_rate, options_.mel_filters, options_.frame_length, options_.frame_shift,
        options_.low_frequency, options_.high_frequency, options_.pre_emphasis});
  return with_deltas((*log_mel_)(std::get<Sound>(content.of).samples), options_.deltas);
}

FeatureRows FeatureReader::read_raw(const std::string& entry) {
  Content content = load(entry, /*is_first=*/false);
  return naming(trimmed(entry), [&] { return rows_of(std::move(content)); });
}

FeatureRows FeatureReader::rows_of(Content content) {
  if (content.kind() != options_.kind)
    throw Error("expected a {}, as the first example is, got a {}", options_.kind, content.kind());
  FeatureRows rows = features(std::move(content));
  if (options_.columns > 0 && rows.rows() > 0 && rows.columns != options_.columns)
    throw Error("expected rows of {}, as the first example has, got {}",
                counted(options_.columns / (options_.deltas + 1), "number"),
                rows.columns / (options_.deltas + 1));
  if (!std::ranges::all_of(rows.values, [](float x) { return std::isfinite(x); }))
    throw Error("a number of the features is not finite");
  if (options_.normalization == "utterance") {
    MomentCounter own;
    own.add(rows.values, rows.columns);
    if (rows.rows() > 0) normalize(rows, own.moments());
  }
  return rows;
}

FeatureRows FeatureReader::read(const std::string& entry) {
  FeatureRows rows = read_raw(entry);
  if (options_.normalization == "corpus") normalize(rows, options_.corpus);
  return rows;
}

std::vector<std::filesystem::path> FeatureReader::files_of(const std::string& entry) {
  const std::optional<Located> at = locate_entry(entry);
  if (!at) return {};
  std::vector<std::filesystem::path> files = {at->file};
  if (!at->member || at->file.extension() != ".scp") return files;
  const std::string named = named_in_script(at->file, *at->member);
  if (!is_in_script(named)) std::ranges::copy(files_of(named), std::back_inserter(files));
  return files;
}

std::string FeatureReader::sound_file(const std::string& entry, int64_t most_bytes) {
  const auto sound_in = [most_bytes](const Bytes& bytes) {
    if (bytes.size() > most_bytes) return std::string();
    std::string all = bytes.all();
    return is_sound(all) ? all : std::string();
  };
  const std::optional<Located> at = locate_entry(entry);
  if (!at) return {};
  if (!at->member) return sound_in(*file_bytes(at->file));
  const std::string extension = at->file.extension().string();
  if (extension == ".scp") {
    const std::string named = named_in_script(at->file, *at->member);
    return is_in_script(named) ? std::string() : sound_file(named, most_bytes);
  }
  if (extension == ".ark" || extension == ".safetensors") return {};
  return sound_in(BytesInMemory(opened(at->file, Archive::Form::kMembers).member(*at->member)));
}

int64_t FeatureReader::grid_height() const {
  return options_.is_picture() ? options_.picture_height / std::max<int64_t>(options_.patches, 1)
                               : 0;
}

int64_t FeatureReader::grid_width() const {
  return options_.is_picture() ? options_.picture_width / std::max<int64_t>(options_.patches, 1)
                               : 0;
}

}  // namespace alinea
