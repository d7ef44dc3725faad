#include "search/model_source.h"

#include <fmt/format.h>

#include <algorithm>

#include "support/error.h"

namespace alinea {

ModelSource::ModelSource(const TranslationModel& model, const FeatureFileOptions& files)
    : model_(model),
      features_(model.languages.has_features
                    ? std::make_unique<FeatureReader>(model.features, files)
                    : nullptr) {}

SourceContent ModelSource::read_features(const std::string& line) {
  if (is_blank_entry(line)) return {};
  return {{}, features_->read(line).values};
}

SourceLine ModelSource::read(const std::string& line, int64_t max_length) {
  if (!features_) return read_source(model_.languages.source, line, max_length);
  SourceLine source;
  source.columns = model_.features.columns;
  source.features = read_features(line).features;
  source.length = std::ssize(source.features) / source.columns;
  source.tokens = positions(line, source.length);
  return source;
}

std::string ModelSource::sound_file(const std::string& line) const {
  constexpr int64_t kMostInAPage = int64_t{1} << 20;
  try {
    return features_ ? features_->sound_file(line, kMostInAPage) : std::string();
  } catch (const Error&) {
    return {};  // a page does without
  }
}

SourceReader ModelSource::reader() {
  if (!features_) return model_.languages.source;
  return {[this](const std::string& line) { return read_features(line); }, model_.features.columns};
}

std::vector<std::string> ModelSource::positions(const std::string& line, int64_t length) const {
  if (!features_) return model_.languages.source.tokens(line);
  const FeatureOptions& features = model_.features;
  const int64_t count = model_.network->source_positions(std::max<int64_t>(length, 1));
  const int64_t rows = model_.network->options().rows_per_position();
  std::vector<std::string> names;
  for (int64_t s = 0; s < count; ++s) {
    if (features.kind == "sound") {
      const int64_t last = std::min((s + 1) * rows, std::max<int64_t>(length, 1)) - 1;
      const double middle = static_cast<double>(s * rows + last) / 2;
      names.push_back(fmt::format("{:.4f}", features.seconds_of(middle)));
    } else if (features.is_picture() && rows == 1) {
      const int64_t width = model_.network->options().front_end.cells_across();
      names.push_back(fmt::format("{}:{}", s / width, s % width));
    } else {
      names.push_back(fmt::format("{}", s));
    }
  }
  return names;
}

}  // namespace alinea
