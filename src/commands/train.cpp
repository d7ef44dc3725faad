#include "commands/train.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <optional>

#include "commands/training_command.h"
#include "distributed/shared_folder.h"
#include "models/translation_model.h"
#include "search/unknown_positions.h"
#include "support/counted.h"
#include "support/error.h"
#include "tasks/data_options.h"
#include "tasks/guide_options.h"
#include "tasks/training_texts.h"
#include "tasks/translation_task.h"
#include "tasks/validation_options.h"

namespace alinea {

namespace {

// L of the score location, </s> counted.
int64_t longest_source(const ParallelCorpus& corpus) {
  int64_t longest = 0;
  for (int64_t i = 0; i < corpus.size(); ++i) longest = std::max(longest, corpus.source_length(i));
  return longest + 1;
}

// The smaller one of two limits, of which 0 is none.
int64_t smaller(int64_t limit, int64_t other) {
  if (limit == 0 || other == 0) return std::max(limit, other);
  return std::min(limit, other);
}

class TranslationTraining : public TrainingCommand {
 public:
  TranslationTraining() {
    first_ = first_values_of_translators();
    learning_.terms = {
        {"sentences", "tokens"}, {"perplexity", "bleu", "chrf", "translation"}, "all words"};
  }

 protected:
  void add_options(Options& table) override {
    add_folder(table);
    data_.visit(table);
    first_.visit(table);
    network_.visit(table);
    data_.visit_features(table);
    learning_.visit(table);
    validation_.visit(table);
    guide_.visit(table);
    sampling_.visit(table);
    augment_.visit(table);
  }

  void take_defaults(const Options& table) override {
    for (const auto& [name, value] : assumed_options(network_)) table.assume(name, value);
    learning_.trainer.schedule.model_size = network_.embedding_size;
    data_.has_features = network_.has_features();
    if (!first_.model.empty()) take_pretrained(table, data_, first_);
  }

  void check(const Options& table) override {
    check_data(table, data_);
    check_guide(guide_, network_);
    if (data_.has_features && !guide_.links.empty())
      throw UsageError(
          "--guided-alignment links the words of the source, but --source-type is features: leave "
          "it out");
    if (!guide_.links.empty() && data_.sentencepiece_alpha > 0)
      throw UsageError(
          "--guided-alignment links the best pieces, but --sentencepiece-alpha draws others: leave "
          "out one of them");
    if (network_.copy && data_.sentencepiece_alpha > 0)
      throw UsageError(
          "--copy copies the best pieces, but --sentencepiece-alpha draws others: leave out one of "
          "them");
    if (table.given("decoder") && table.given("wiring"))
      throw UsageError("--wiring is another name for --decoder: give one of them");
    check_validation(validation_, learning_);
    network_.full_context = guide_.terms.full_context;
    network_ = completed(network_);
    if (network_.has_transformer() && learning_.trainer.schedule.warmup == 0)
      std::cerr << "warning: without a warm-up Transformers often learn nothing but the most "
                   "frequent words: give --warmup, for example 2000\n";
    if (network_.attention == "location") network_.source_positions = 1;  // until texts are read
    if (network_.ties_all() &&
        (table.given("target-embeddings") || table.given("train-target-embeddings")))
      throw UsageError(
          "--tie-embeddings all has one embedding for both sides: use --source-embeddings and "
          "--train-source-embeddings in the place of --target-embeddings and "
          "--train-target-embeddings");
    // Its layers refuse what does not suit them; kLater takes no memory.
    const EncoderDecoder smallest(network_, {.source = 1, .target = 1},
                                  ParameterStore::Gradients::kLater);
    most_words_ = smallest.most_source_words();
    texts_.emplace(data_);
  }

  std::map<std::string, std::filesystem::path> files() const override {
    std::map<std::string, std::filesystem::path> files = texts_->files();
    if (!guide_.links.empty()) files["guided-alignment"] = guide_.links;
    return files;
  }

  std::map<std::string, Fingerprint> named_files() const override {
    return texts_->named_files(data_);
  }

  void prepare(const TrainingRun& run) override {
    Languages languages = share_languages(run);
    if (network_.ties_all() && languages.source.vocabulary() != languages.target.vocabulary())
      throw UsageError(
          "--tie-embeddings all requires one vocabulary for both sides: give --joint-vocabulary");
    if (network_.copy && languages.source.vocabulary() != languages.target.vocabulary())
      throw UsageError("--copy requires one vocabulary for both sides: give --joint-vocabulary");
    if (network_.copy) languages.open();
    const Placement placement = data_.corpus_on_disk ? Placement::kDisk : Placement::kMemory;
    if (data_.has_features) {
      features_.emplace(texts_->make_feature_reader(data_));
      network_.front_end.columns = features_->options().columns;
      network_.front_end.height = std::max<int64_t>(features_->grid_height(), 1);
      network_.front_end.width = std::max<int64_t>(features_->grid_width(), 1);
      if (network_.front_end.name == "convolution" && !features_->options().is_picture())
        throw UsageError("--front-end convolution reads pictures, but the first example is a {}",
                         features_->options().kind);
    }
    corpus_ =
        texts_->read(source(languages), languages.target, longest_pair(), placement, run.group());
    if (network_.attention == "location")
      network_.source_positions = longest_source(corpus_->pairs);
    guide_links_ = read_guide(guide_, corpus_->pairs, *texts_, languages);
    read_validation(languages);
    const EncoderDecoder::Vocabularies sizes = languages.sizes();
    model_.emplace(
        std::move(languages),
        std::make_unique<EncoderDecoder>(network_, sizes, ParameterStore::Gradients::kKept),
        features_ ? features_->options() : FeatureOptions());
    check_lengths();
    for (const std::string& line : texts_->report()) std::cerr << line << '\n';
    if (features_) {
      std::cerr << fmt::format("features of {}, a vocabulary of {} words, {} parameters\n",
                               counted(network_.front_end.columns, "column"), sizes.target,
                               model_->parameters().count());
    } else {
      std::cerr << fmt::format("vocabularies of {} and {} words, {} parameters\n", sizes.source,
                               sizes.target, model_->parameters().count());
    }
    BatchOptions batch = learning_.batch;
    batch.ranges = corpus_->ranges;
    task_.emplace(*model_->network,
                  TranslationTask::Data{corpus_->pairs, *validation_data_, model_->languages,
                                        guide_links_ ? &*guide_links_ : nullptr},
                  TranslationTask::Options{.batch = batch,
                                           .label_smoothing = learning_.label_smoothing,
                                           .sampling = sampling_,
                                           .pieces_alpha = data_.sentencepiece_alpha,
                                           .augment = augment_});
  }

  const Model& model() const override { return *model_; }
  Task& task() override { return *task_; }

 private:
  // Rank 0 makes them, or takes those that it began with, and tells the others.
  Languages share_languages(const TrainingRun& run) const {
    const auto find = [&] {
      return run.goes_on() ? load_languages(folder_, data_) : texts_->make_languages(data_);
    };
    if (run.group().is_alone()) return find();
    const SharedFolder folder;
    if (run.group().leads()) {
      const Languages languages = find();
      if (!languages.has_features) languages.source.save(folder.path(), "source");
      languages.target.save(folder.path(), "target");
    }
    folder.share(run.group());
    return load_languages(folder.path(), data_);
  }

  SourceReader source(const Languages& languages) {
    return features_ ? source_reader(*features_) : SourceReader(languages.source);
  }

  // What of a pair the model can learn.
  ReadOptions longest_pair() const {
    ReadOptions options{.max_length = data_.max_length, .max_rows = data_.max_frames};
    if (!most_words_) return options;
    if (network_.has_features()) {
      options.max_rows = smaller(data_.max_frames, *most_words_ * network_.rows_per_position());
    } else {
      options.max_length = smaller(data_.max_length, *most_words_ - 1);
    }
    return options;
  }

  void check_lengths() const {
    const ParallelCorpus& corpus = validation_data_->corpus;
    for (int64_t i = 0; i < corpus.size(); ++i)
      if (const std::string reason = beyond_positions(*model_->network, corpus.source_length(i));
          !reason.empty())
        throw Error("'{}', line {}: {}; raise --max-positions", data_.validation_source.string(),
                    corpus.line(i), reason);
  }

  void read_validation(const Languages& languages) {
    validation_data_.emplace(
        ValidationData{texts_->read_validation(source(languages), languages.target)});
    const auto references = [&] {
      return texts_->read_references(languages.target, validation_data_->corpus.size());
    };
    validation_data_->measure =
        make_measure(learning_.trainer.validate_by, validation_, languages.target, references);
  }

  DataOptions data_;
  std::optional<int64_t> most_words_;  // of a source, as the encoder has it
  ModelOptions network_;
  std::optional<FeatureReader> features_;  // of the source; none of words
  GuideOptions guide_;
  ScheduledSamplingOptions sampling_;
  SpecAugmentOptions augment_;
  ValidationOptions validation_;
  std::optional<TrainingTexts> texts_;
  std::optional<TrainingTexts::Corpus> corpus_;
  std::optional<GuidedAlignment> guide_links_;
  std::optional<ValidationData> validation_data_;
  std::optional<TranslationModel> model_;
  std::optional<TranslationTask> task_;
};

}  // namespace

void train_command(std::span<const std::string> arguments) {
  Options table("train", "Trains a translation model on parallel texts");
  TranslationTraining().run(table, arguments);
}

}  // namespace alinea
