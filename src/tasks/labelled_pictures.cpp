#include "tasks/labelled_pictures.h"

#include <algorithm>
#include <map>
#include <set>

#include "signals/named_files.h"
#include "support/error.h"
#include "support/random.h"
#include "text/labelled_documents.h"
#include "text/line_reader.h"

namespace alinea {

namespace {

struct LabelledEntry {
  std::string label, entry;
  int64_t line;
};

std::vector<LabelledEntry> read_list(const std::filesystem::path& path) {
  LineReader reader(path);
  std::vector<LabelledEntry> entries;
  for (std::string text; reader.next(text);) {
    const LabelledLine line = at_line(reader, [&] { return split_label(text); });
    entries.push_back({std::string(line.label), std::string(line.document), reader.line_number()});
  }
  if (entries.empty()) throw Error("'{}' has no lines", path.string());
  return entries;
}

Labels labels_of(std::span<const LabelledEntry> entries) {
  std::set<std::string> names;
  for (const LabelledEntry& entry : entries) names.insert(entry.label);
  return Labels({names.begin(), names.end()});
}

// Which entries validate: the first so many of each class in an order drawn by the seed.
std::vector<bool> drawn_for_validation(std::span<const LabelledEntry> entries,
                                       const PictureSplit& split) {
  std::map<std::string, std::vector<size_t>> by_class;
  for (size_t i = 0; i < entries.size(); ++i) by_class[entries[i].label].push_back(i);
  Random random(split.seed);
  std::vector<bool> drawn(entries.size());
  for (auto& [label, numbers] : by_class) {
    for (size_t i = numbers.size(); i > 1; --i)
      std::swap(numbers[i - 1], numbers[random.next() % i]);
    const auto count = static_cast<size_t>(split.valid_share * static_cast<double>(numbers.size()));
    for (size_t i = 0; i < count; ++i) drawn[numbers[i]] = true;
  }
  return drawn;
}

class Reading {
 public:
  Reading(const PictureFiles& files, const FeatureOptions& features)
      : reader_(features, files.where) {}

  const FeatureOptions& features() const { return reader_.options(); }

  void adapt(const std::filesystem::path& path, const LabelledEntry& first) {
    bool has_rows = false;
    at(path, first, [&] { has_rows = reader_.adapt(first.entry); });
    if (!has_rows)
      throw Error("'{}', line {}: glimpses are of pictures, but this has no features",
                  path.string(), first.line);
    if (!features().is_picture())
      throw Error("'{}', line {}: glimpses are of pictures, but this is a {}", path.string(),
                  first.line, features().kind);
  }
  void add(const std::filesystem::path& path, const LabelledEntry& entry, const Labels& labels,
           PictureSet& pictures) {
    at(path, entry, [&] {
      const int32_t label = labels.id(entry.label);
      if (label == kNoLabel) throw Error("no training picture has the label '{}'", entry.label);
      pictures.add(reader_.read(entry.entry).values, label);
    });
  }

 private:
  template <typename Read>
  void at(const std::filesystem::path& path, const LabelledEntry& entry, const Read& read) {
    try {
      read();
    } catch (const Error& error) {
      throw Error("'{}', line {}: {}", path.string(), entry.line, error.what());
    }
  }
  FeatureReader reader_;
};

}  // namespace

Fingerprint fingerprint_of_pictures(const std::filesystem::path& list,
                                    const FeatureFileOptions& where) {
  NamedFiles files(where);
  for (const LabelledEntry& entry : read_list(list)) files.add(entry.entry);
  return files.fingerprint();
}

PictureSize picture_size(const FeatureOptions& features) {
  return {features.picture_height, features.picture_width, features.picture_channels};
}

LabelledPictures read_pictures(const PictureFiles& files, const FeatureOptions& features,
                               const PictureSplit& split) {
  const std::vector<LabelledEntry> entries = read_list(files.training);
  const Labels labels = labels_of(entries);
  Reading reading(files, features);
  reading.adapt(files.training, entries.front());
  const PictureSize size = picture_size(reading.features());
  LabelledPictures pictures{{}, labels, PictureSet(size), PictureSet(size)};
  const bool is_split = files.validation.empty();
  const std::vector<bool> validates =
      is_split ? drawn_for_validation(entries, split) : std::vector<bool>(entries.size());
  for (size_t i = 0; i < entries.size(); ++i)
    reading.add(files.training, entries[i], labels,
                validates[i] ? pictures.validation : pictures.training);
  if (!is_split)
    for (const LabelledEntry& entry : read_list(files.validation))
      reading.add(files.validation, entry, labels, pictures.validation);
  if (pictures.training.size() == 0 || pictures.validation.size() == 0)
    throw Error("no picture is left to {}: '{}' has too few of each class, or give --valid",
                pictures.training.size() == 0 ? "train on" : "validate by",
                files.training.string());
  pictures.features = reading.features();
  return pictures;
}

}  // namespace alinea
