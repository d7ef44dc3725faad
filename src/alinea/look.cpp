#include "alinea/look.h"

#include <cmath>
#include <mutex>
#include <numeric>
#include <utility>

#include "alinea/one_line.h"
#include "alinea/with_threads.h"
#include "models/picture_classification.h"
#include "models/picture_model.h"
#include "signals/feature_reader.h"
#include "support/unanswered.h"

namespace alinea {

class PictureLooker::Model {
 public:
  explicit Model(const std::filesystem::path& folder)
      : model_(load<PictureModel>(ModelFolder(folder))), reader_(model_.features) {}

  std::vector<ClassifiedPicture> classify(std::span<const std::string> entries,
                                          const LookingOptions& options) {
    if (options.batch_size < 1 || options.samples < 0)
      throw UsageError("expected a batch size of 1 or more and no fewer samples than 0, got {}, {}",
                       options.batch_size, options.samples);
    std::vector<ClassifiedPicture> answers(entries.size());
    std::vector<size_t> places;  // of those without a fault
    PictureSet pictures(model_.network->sizes().picture);
    for (size_t i = 0; i < entries.size(); ++i)
      if (read(entries[i], pictures, answers[i].fault)) places.push_back(i);
    std::vector<int64_t> all(places.size());
    std::iota(all.begin(), all.end(), 0);
    const std::vector<PictureClassification> results = with_threads(options.threads, [&] {
      return alinea::classify(*model_.network, pictures, all,
                              {options.batch_size, options.samples, options.keep_paths});
    });
    for (size_t i = 0; i < results.size(); ++i) finish(results[i], answers[places[i]]);
    return answers;
  }

  const Labels& labels() const { return model_.labels; }

 private:
  bool read(const std::string& entry, PictureSet& pictures, std::string& fault) {
    fault = no_line(entry, "the name of a picture");
    if (!fault.empty()) return false;
    const std::lock_guard lock(reading_);
    try {
      pictures.add(reader_.read(entry).values, kNoLabel);
      return true;
    } catch (const Error& error) {
      fault = error.what();
      return false;
    }
  }

  void finish(const PictureClassification& result, ClassifiedPicture& answer) const {
    if (std::isnan(result.log_probabilities[0])) {
      answer.fault = kOverflow;
      return;
    }
    answer.label = model_.labels.name(result.label);
    for (const double p : result.log_probabilities) answer.probabilities.push_back(std::exp(p));
    for (const PictureClassification::Path& path : result.paths) {
      ClassifiedPicture::Path& kept = answer.paths.emplace_back();
      kept.probability = path.probability;
      for (const Place& drawn : path.places) {
        const Place place = inside(drawn);
        kept.places.emplace_back(place.x, place.y);
      }
    }
  }

  PictureModel model_;
  FeatureReader reader_;
  std::mutex reading_;  // archives are kept open
};

PictureLooker::PictureLooker(const std::filesystem::path& model_folder)
    : model_(std::make_unique<Model>(model_folder)) {}

PictureLooker::PictureLooker(PictureLooker&&) noexcept = default;
PictureLooker& PictureLooker::operator=(PictureLooker&&) noexcept = default;
PictureLooker::~PictureLooker() = default;

std::vector<ClassifiedPicture> PictureLooker::classify(std::span<const std::string> entries,
                                                       const LookingOptions& options) const {
  return model_->classify(entries, options);
}

const std::vector<std::string>& PictureLooker::labels() const { return model_->labels().names(); }

}  // namespace alinea
