// Writes document classifiers of every kind with random parameters, and what the library computes
// with them:
//
//   dump_classifiers FOLDER
//
// makes a folder a classifier in FOLDER: the model folder itself and
//   documents.json           words [document][sentence][word], labels [document],
//                            class_weights [class]
//   expected.json            log_probabilities [document][class]; with attention also
//                            sentences [document][sentence], words [document][sentence][word], of
//                            several rows of weights those of a sentence or word one behind the
//                            other; of pairs instead looks [pair][way][looking * looked at]
//   gradients.safetensors    of the loss, for every parameter
// compare.py computes the same from docs/model.md.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "dump.h"
#include "models/classifier_model.h"
#include "models/classifier_variants.h"
#include "ops/cross_entropy.h"
#include "ops/sum.h"
#include "storage/atomic_file.h"
#include "support/random.h"
#include "text/labelled_documents.h"

namespace alinea {
namespace {

namespace fs = std::filesystem;

// No sentence, one without words, several without words among others, words that the vocabulary
// does not know, and lengths that all differ.
const std::vector<Document> kDocuments = {
    {{"snow", "on", "the", "roof"}, {}, {"unheard"}, {"on", "on", "roof", "the", "öl", "snow"}},
    {},
    {{"the", "roof", "leaks", ".", "the", "rain", "gets", "in"}, {"snow", "</s>"}},
    {{}},
    {{"rain"}, {"rain", ".", "in"}, {"leaks", "öl"}, {}, {"snow", "in", "the", "öl", "."}},
};
const std::vector<Document> kPairs = {
    {{"snow", "on", "the", "roof"}, {"unheard", "snow"}},
    {{}, {"the", "roof", "leaks"}},
    {{"the", "roof", "leaks", ".", "rain"}, {}},
    {{}, {}},
    {{"rain", "on", "öl"}, {"leaks", "in", "the", "</s>", "öl", "."}},
};
const std::vector<int32_t> kLabels = {2, 0, 1, 1, 2};
const std::vector<float> kClassWeights = {1.5F, 0.75F, 1.25F};

Vocabulary vocabulary() {
  return Vocabulary({"<unk>", "<s>", "</s>", "the", "snow", "rain", "roof", "on", "in", ".", "öl",
                     "leaks", "gets"});
}

void set_random(ParameterStore& store, uint64_t seed) {
  Random random(seed);
  for (const Parameter& parameter : store.parameters()) {
    const bool is_inside = parameter.name().find(".layer") != std::string::npos ||
                           parameter.name().find("ward.") != std::string::npos;
    const float limit = is_inside ? 0.7F : 1.4F;
    const float middle = parameter.name().ends_with(".norm.gain") ? 1 : 0;
    for (float& value : parameter.value())
      value = middle + limit * (2.0F * random.uniform() - 1.0F);
  }
  store.changed();
}

ClassifierModel classifier_of(const ClassifierOptions& options, uint64_t seed) {
  ClassifierModel model{{}, vocabulary(), Labels({"bad", "good", "mäßig"}), {}};
  model.network = std::make_unique<DocumentClassifier>(
      options, DocumentClassifier::Sizes{model.vocabulary.size(), model.labels.size()},
      ParameterStore::Gradients::kKept);
  set_random(model.network->parameters(), seed);
  return model;
}

// The loss is -Σ_d w(y_d) log p(y_d) / N, over N documents d.
nlohmann::json run(DocumentClassifier& network, const DocumentCorpus& corpus) {
  std::vector<int64_t> documents(kDocuments.size());
  std::iota(documents.begin(), documents.end(), 0);
  std::vector<float> weights;
  weights.reserve(kLabels.size());
  for (const int32_t label : kLabels) weights.push_back(kClassWeights[static_cast<size_t>(label)]);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const Classified classified = network(tape, corpus, documents, {.weights = true});
  Variable loss =
      ops::cross_entropy(tape, classified.logits, kLabels, /*label_smoothing=*/0, weights).loss;
  if (classified.penalty) loss = ops::add(tape, loss, classified.penalty);
  // The gradient will take the place of the logits.
  const std::span<float> log_probabilities =
      arena.copy(std::span<const float>(classified.logits.values()));
  ops::log_softmax({log_probabilities.data(), classified.logits.shape()});
  network.parameters().clear_gradients();
  tape.backward(loss, 1.0F / static_cast<float>(kDocuments.size()));

  nlohmann::json expected;
  const auto classes = static_cast<size_t>(classified.logits.columns());
  for (size_t n = 0; n < kDocuments.size(); ++n)
    expected["log_probabilities"].push_back(log_probabilities.subspan(n * classes, classes));
  for (size_t n = 0; n < classified.of_hypotheses.size(); ++n) {
    nlohmann::json& looks = expected["looks"].emplace_back();
    looks.push_back(classified.of_hypotheses[n].weights.alpha);
    if (!classified.of_premises.empty()) looks.push_back(classified.of_premises[n].weights.alpha);
  }
  for (const Classified::Weights& attended : classified.weights) {
    expected["sentences"].push_back(attended.sentences);
    expected["words"].push_back(attended.words);
  }
  return expected;
}

void dump(const fs::path& path, const ClassifierOptions& options, uint64_t seed) {
  const ClassifierModel model = classifier_of(options, seed);
  const ModelFolder folder(path);
  folder.create(/*overwrite=*/false);
  save_description(model, folder, nlohmann::ordered_json::object());
  folder.save_parameters(model.network->parameters(), Snapshot::kBest);
  DocumentCorpus corpus;
  const std::vector<Document>& documents = options.pairs ? kPairs : kDocuments;
  for (const Document& document : documents) add_document(corpus, document, model.vocabulary);
  const nlohmann::json given = {
      {"words", documents}, {"labels", kLabels}, {"class_weights", kClassWeights}};
  write_file(path / "documents.json", given.dump());
  write_file(path / "expected.json", run(*model.network, corpus).dump());
  write_gradients(path / "gradients.safetensors", model.network->parameters());
}

void dump_all(const fs::path& folder) {
  uint64_t seed = 0;
  for (const ClassifierVariant& variant : all_classifiers()) {
    std::string name = variant.name;
    std::ranges::replace(name, ' ', '-');
    dump(folder / fmt::format("{:02}-{}", seed, name), variant.options, seed);
    ++seed;
  }
}

}  // namespace
}  // namespace alinea

int main(int argc, char** argv) { return alinea::dump_main(argc, argv, alinea::dump_all); }
