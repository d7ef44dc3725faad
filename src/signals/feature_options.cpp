#include "signals/feature_options.h"

#include <nlohmann/json.hpp>

#include "options/field_list.h"
#include "options/limits.h"
#include "support/error.h"

namespace alinea {

namespace {

constexpr int64_t kMostRate = 768000;
constexpr double kMostMilliseconds = 10000;
constexpr int64_t kMostSide = int64_t{1} << 14;

std::vector<std::string> feature_normalizations() {
  return {"auto", "none", "utterance", "corpus"};
}

}  // namespace

double FeatureOptions::seconds_of(double row) const {
  if (kind != "sound") return 0;
  return (frame_length / 2 + row * frame_shift) / 1000;
}

void FeatureOptions::visit(FieldList& fields) {
  const std::vector<std::string> with = {"features"};
  fields.group("Features")
      .add("sample-rate", sample_rate,
           "samples per second that sounds are brought to; 0: those of the first sound")
      .range<int64_t>(0, kMostRate)
      .needs("source-type", with)
      .add("mel-filters", mel_filters, "mel filters, each a column of a sound's frames")
      .range<int64_t>(1, kMostColumns)
      .needs("source-type", with)
      .add("frame-length", frame_length, "length of a frame in milliseconds")
      .range(0.1, kMostMilliseconds)
      .needs("source-type", with)
      .add("frame-shift", frame_shift, "milliseconds from one frame to the next")
      .range(0.1, kMostMilliseconds)
      .needs("source-type", with)
      .add("low-frequency", low_frequency, "lowest frequency of the filters in Hz")
      .range(0.0, static_cast<double>(kMostRate))
      .needs("source-type", with)
      .add("high-frequency", high_frequency,
           "highest frequency of the filters in Hz; 0: half of the sample rate")
      .range(0.0, static_cast<double>(kMostRate))
      .needs("source-type", with)
      .add("pre-emphasis", pre_emphasis, "how much of the sample before is subtracted from each")
      .range(0.0, 1.0)
      .needs("source-type", with)
      .add("deltas", deltas,
           "append to each row of a sound or table how it changes (1), and how that does (2)")
      .range<int64_t>(0, 2)
      .needs("source-type", with)
      .choice("feature-normalization", normalization, feature_normalizations(),
              "mean 0 and variance 1 of each column, within an example or over the training texts; "
              "auto: utterance, and none for pictures")
      .needs("source-type", with)
      .add("mfc-columns", mfc_columns, "numbers in a row of Sphinx's feature files")
      .range<int64_t>(1, kMostColumns)
      .needs("source-type", with)
      .add("patches", patches,
           "make a row of each patch of so many by so many pixels of a picture; 0: of each pixel")
      .range<int64_t>(0, kMostColumns)
      .needs("source-type", with)
      .add("picture-height", picture_height,
           "pixels that pictures are brought to; 0: those of the first picture")
      .range<int64_t>(0, kMostSide)
      .needs("source-type", with)
      .add("picture-width", picture_width, "the same in width")
      .range<int64_t>(0, kMostSide)
      .needs("source-type", with)
      .add("picture-channels", picture_channels, "1: grey; 3: colours; 0: as the first picture")
      .expect("0, 1 or 3",
              [this] {
                return picture_channels == 0 || picture_channels == 1 || picture_channels == 3;
              })
      .needs("source-type", with)
      .choice("feature-kind", kind, {"", "sound", "picture", "table"}, "what examples are")
      .only_in_files()
      .add("feature-columns", columns, "numbers in a row")
      .range<int64_t>(0, kMostFeatures)
      .only_in_files();
}

nlohmann::ordered_json feature_options_to_json(const FeatureOptions& options) {
  nlohmann::ordered_json json = to_json_fields(options);
  json["mean"] = options.corpus.mean;
  json["deviation"] = options.corpus.deviation;
  return json;
}

FeatureOptions feature_options_from_json(const nlohmann::ordered_json& json) {
  FeatureOptions options = from_json_fields<FeatureOptions>(json);
  try {
    options.corpus.mean = json.at("mean").get<std::vector<double>>();
    options.corpus.deviation = json.at("deviation").get<std::vector<double>>();
  } catch (const nlohmann::json::exception&) {
    throw Error("expected lists of numbers as 'mean' and 'deviation' of the features");
  }
  const size_t wanted =
      options.normalization == "corpus" ? static_cast<size_t>(options.columns) : 0;
  if (options.kind.empty() || options.columns < 1 || options.corpus.mean.size() != wanted ||
      options.corpus.deviation.size() != wanted)
    throw Error("expected what the features are, their columns, and as many means, got {} and {}",
                options.columns, options.corpus.mean.size());
  return options;
}

}  // namespace alinea
