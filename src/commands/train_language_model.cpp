#include "commands/train_language_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <optional>

#include "commands/training_command.h"
#include "tasks/language_data.h"
#include "tasks/language_task.h"

namespace alinea {

namespace {

class LanguageTraining : public TrainingCommand {
 public:
  LanguageTraining() {
    first_ = first_values_of_language_models();
    learning_.terms = {{"sequences", "tokens"}, {"perplexity"}, "all words"};
  }

 protected:
  void add_options(Options& table) override {
    add_folder(table);
    data_.visit(table);
    first_.visit(table);
    network_.visit(table);
    learning_.visit(table);
  }

  void take_defaults(const Options& table) override {
    for (const auto& [name, value] : assumed_options(network_)) table.assume(name, value);
    learning_.trainer.schedule.model_size = network_.network.embedding_size;
    if (network_.is_masked()) first_.embeddings[0].parameter = "encoder.embedding.weight";
    if (!first_.model.empty()) take_pretrained(table, data_, first_);
  }

  void check(const Options& table) override {
    check_data(table, data_, network_);
    const LanguageNetwork smallest(network_, 1, ParameterStore::Gradients::kLater);
  }

  std::map<std::string, std::filesystem::path> files() const override { return text_files(data_); }

  void prepare(const TrainingRun& run) override {
    Language language =
        run.goes_on() && run.group().is_alone()
            ? Language::load(folder_, LanguageModel::kSide,
                             {data_.vocabulary.tokenizer, data_.vocabulary.lowercase})
            : make_language(data_);
    const Vocabulary& vocabulary = language.vocabulary();
    const int64_t size = vocabulary.size();
    const int32_t mask = vocabulary.id(kMaskSymbol);
    texts_.emplace(read_texts(data_, language, network_));
    model_.emplace(std::move(language), std::make_unique<LanguageNetwork>(
                                            network_, size, ParameterStore::Gradients::kKept));
    for (const std::string& line : texts_->report) std::cerr << line << '\n';
    std::cerr << fmt::format("a vocabulary of {} tokens, {} parameters\n", size,
                             model_->parameters().count());
    task_.emplace(*model_->network, LanguageTask::Data{texts_->training, texts_->validation},
                  LanguageTask::Options{.batch = learning_.batch,
                                        .label_smoothing = learning_.label_smoothing,
                                        .cut = text_cut(data_, network_, streams()),
                                        .mask = mask,
                                        .seed = learning_.trainer.seed});
  }

  const Model& model() const override { return *model_; }
  Task& task() override { return *task_; }

 private:
  // As many windows as a batch has.
  int64_t streams() const {
    if (learning_.batch.unit == BatchUnit::kSentences) return learning_.batch.size;
    return std::max<int64_t>(learning_.batch.size / data_.bptt, 1);
  }

  LanguageDataOptions data_;
  LanguageOptions network_;
  std::optional<LanguageTexts> texts_;
  std::optional<LanguageModel> model_;
  std::optional<LanguageTask> task_;
};

}  // namespace

void train_language_model_command(std::span<const std::string> arguments) {
  Options table("train-language-model", "Trains a language model on texts");
  LanguageTraining().run(table, arguments);
}

}  // namespace alinea
