#include "tasks/tagging_task.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "encoders/encoder_cost.h"
#include "ops/sum.h"
#include "support/counted.h"

namespace alinea {

namespace {

double share_of_all(int64_t part, int64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

void TaggingScores::add(std::span<const std::string> gold, std::span<const std::string> given,
                        int32_t gold_class, int32_t given_class) {
  tags.add(gold, given);
  ++sentences;
  const bool class_right = has_classes && gold_class == given_class;
  classes_right += class_right ? 1 : 0;
  if ((class_right || !has_classes) && std::ranges::equal(gold, given)) ++sentences_right;
}

double TaggingScores::class_accuracy() const { return share_of_all(classes_right, sentences); }
double TaggingScores::sentence_accuracy() const { return share_of_all(sentences_right, sentences); }

std::string TaggingScores::to_string() const {
  if (!has_classes) return tags.to_string();
  return fmt::format("{}  class accuracy {:.4f}  class and all tags right {:.4f}\n{}",
                     counted(sentences, "sentence"), class_accuracy(), sentence_accuracy(),
                     tags.to_string());
}

std::vector<Measure> TaggingTask::measures() {
  return {{"accuracy", "accuracy", Better::kHigher},
          {"f1", "span F1", Better::kHigher},
          {"sentences", "sentences right", Better::kHigher},
          {"class", "class accuracy", Better::kHigher}};
}

TaggingTask::TaggingTask(Tagger& model, const TaggedData& data, const Options& options)
    : model_(model),
      data_(data),
      options_(options),
      terms_{"words", false, measures(), TaskTerms().least_share,
             "leave long sentences out of the training text"} {
  if (!data.classes) terms_.measures.pop_back();
}

// Words; a class reads all of them, and costs about as much as one of them does.
int64_t TaggingTask::cost(std::span<const int64_t> examples) const {
  return words(examples) + (data_.classes ? std::ssize(examples) : 0);
}

int64_t TaggingTask::words(std::span<const int64_t> examples) const {
  int64_t words = 0;
  for (const int64_t s : examples) words += data_.training.length(s);
  return words;
}

// What a word leaves on the tape: what its encoder does, and scores of tags.
double TaggingTask::bytes_of_cost() const {
  const TaggerOptions& o = model_.options();
  // The letters of a word that comes once.
  constexpr int64_t kLetters = 8;
  const int64_t letters = kLetters * kFloatsOfUnit *
                          (o.features() + (o.character_features ? o.character_embedding_size : 0));
  return static_cast<double>(sizeof(float)) *
         static_cast<double>(floats_of_word(o.encoder) + letters + 4 * data_.tags.size());
}

EpochBatches TaggingTask::batches(uint64_t seed, int64_t epoch) {
  const auto extent = [this](int64_t s) {
    const int64_t words = data_.training.length(s);
    return Extent{.first = words, .second = 0, .units = words};
  };
  return EpochBatches({size(), extent}, options_.batch, seed, epoch);
}

BatchLoss TaggingTask::loss(Tape& tape, std::span<const int64_t> examples) const {
  const TagStates states = model_(tape, data_.training, examples);
  const Variable loss = model_
                            .likelihood(tape, states, data_.training, examples,
                                        static_cast<float>(options_.label_smoothing))
                            .loss;
  const auto reported = static_cast<double>(loss.value()[0]);
  return {ops::add_present(tape, loss, states.penalty), reported, words(examples)};
}

// What the model says of the validation sentences, whichever rank asked it.
struct TaggingTask::Answers {
  std::vector<double> tags;               // of all words, one sentence behind the other
  std::vector<double> labels;             // of each sentence
  std::vector<double> log_probabilities;  // likewise, of tags and class
};

TaggingTask::Answers TaggingTask::answer(Group& group) const {
  const TaggedCorpus& corpus = data_.validation;
  const std::vector<int64_t> mine = share(group, corpus.size());
  const std::vector<Tagging> results = tag(model_, corpus, mine);
  std::vector<size_t> places;  // where the words of each sentence begin
  size_t words = 0;
  for (int64_t s = 0; s < corpus.size(); ++s) {
    places.push_back(words);
    words += corpus.words(s).size();
  }
  // Every sentence is some rank's, and 0 elsewhere.
  Answers answers{std::vector<double>(words), std::vector<double>(places.size()),
                  std::vector<double>(places.size())};
  for (size_t i = 0; i < mine.size(); ++i) {
    std::ranges::copy(results[i].tags,
                      answers.tags.begin() + static_cast<int64_t>(places[mine[i]]));
    answers.labels[mine[i]] = results[i].label;
    answers.log_probabilities[mine[i]] =
        results[i].tags_log_probability + results[i].class_log_probability;
  }
  group.sum(answers.tags);
  group.sum(answers.labels);
  group.sum(answers.log_probabilities);
  return answers;
}

bool TaggingTask::is_known(int64_t sentence) const {
  return std::ranges::all_of(data_.validation.tags(sentence),
                             [&](int32_t id) { return id < data_.tags.size(); }) &&
         (!data_.classes || data_.validation.label(sentence) != kNoLabel);
}

Validation TaggingTask::judge(const Answers& answers) const {
  TaggingScores scores;
  scores.has_classes = data_.classes.has_value();
  double sum = 0;
  int64_t counted = 0;
  size_t next = 0;
  for (int64_t s = 0; s < data_.validation.size(); ++s) {
    std::vector<std::string> gold, given;
    for (const int32_t id : data_.validation.tags(s)) {
      gold.push_back(data_.tag_names[id]);
      given.push_back(data_.tag_names[static_cast<size_t>(answers.tags[next++])]);
    }
    scores.add(gold, given, data_.validation.label(s), static_cast<int32_t>(answers.labels[s]));
    if (!is_known(s)) continue;
    sum += answers.log_probabilities[s];
    counted += std::ssize(gold);
  }
  const double nothing = std::numeric_limits<double>::quiet_NaN();
  const SpanCounts spans = scores.tags.spans();
  const bool has_spans = spans.gold > 0;  // without any, F1 says nothing of the model
  Validation validation{
      -sum / static_cast<double>(std::max(counted, int64_t{1})),
      {scores.tags.accuracy(), has_spans ? spans.f1() : nothing, scores.sentence_accuracy()},
      has_spans ? scores.tags.table() : std::string(),
      /*has_loss=*/counted > 0};
  if (scores.has_classes) validation.measures.push_back(scores.class_accuracy());
  return validation;
}

Validation TaggingTask::validate(Group& group) const { return judge(answer(group)); }

}  // namespace alinea
