// Writes taggers of every kind with random parameters, and what the library computes with them:
//
//   dump_taggers FOLDER
//
// makes a folder a tagger in FOLDER: the model folder itself and
//   sentences.json           words and tags [sentence][word], labels [sentence]
//   expected.json            log_probability [sentence] of the tags, best [sentence][word]; with
//                            classes also classes [sentence][class], their log-probabilities
//   gradients.safetensors    of the loss, for every parameter
// compare.py computes the same from docs/model.md.
#include <nlohmann/json.hpp>
#include <numeric>

#include "dump.h"
#include "models/tagger_model.h"
#include "models/tagger_variants.h"
#include "ops/cross_entropy.h"
#include "ops/sum.h"
#include "storage/atomic_file.h"

namespace alinea {
namespace {

namespace fs = std::filesystem;

// With unknown words, in other cases and with digits, unknown letters, and no words at all.
const std::vector<std::vector<std::string>> kTaggedWords = {
    {"Ab", "b7", "cab", "?"}, {"DD"}, {}, {"öa", "ab", "aB", "cAb", "b3"}, {"B1", "ab"}};
const std::vector<std::vector<int32_t>> kGoldTags = {
    {1, 4, 0, 2}, {3}, {}, {0, 1, 2, 4, 3}, {2, 2}};
const std::vector<int32_t> kSentenceClasses = {2, 0, 1, 1, 0};

TaggerModel random_tagger_model(const TaggerOptions& options, uint64_t seed) {
  std::optional<Labels> classes;
  if (options.joint_class) classes.emplace(std::vector<std::string>{"buy", "fly", "öl"});
  const WordReader tiny = tiny_words(options.character_features);
  std::vector<std::string> words = tiny.words().tokens();
  words[4] = "b0";
  return {{},
          WordReader({.lowercase = true, .zero_digits = seed % 2 == 0},
                     Vocabulary(std::move(words)), tiny.letters()),
          Labels({"B-x", "B-y", "I-x", "I-y", "O"}),
          std::move(classes),
          random_tagger(options, seed)};
}

nlohmann::json run(Tagger& network, const TaggedCorpus& corpus) {
  std::vector<int64_t> sentences(kTaggedWords.size());
  std::iota(sentences.begin(), sentences.end(), 0);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const TagStates states = network(tape, corpus, sentences);
  const TagLikelihood likelihood = network.likelihood(tape, states, corpus, sentences);
  nlohmann::json expected = {{"log_probability", likelihood.tags},
                             {"best", network.best_tags(tape, states)}};
  if (states.classes) {
    // The gradient will take the place of the logits.
    const std::span<float> values = arena.copy(std::span<const float>(states.classes.values()));
    ops::log_softmax({values.data(), states.classes.shape()});
    const auto count = static_cast<size_t>(states.classes.columns());
    for (size_t n = 0; n < sentences.size(); ++n)
      expected["classes"].push_back(values.subspan(n * count, count));
  }
  network.parameters().clear_gradients();
  const Variable objective = ops::add_present(tape, likelihood.loss, states.penalty);
  tape.backward(objective, 1.0F / static_cast<float>(corpus.words()));
  return expected;
}

void dump(const fs::path& path, const TaggerVariant& variant, uint64_t seed) {
  const TaggerModel model = random_tagger_model(variant.options, seed);
  const ModelFolder folder(path);
  folder.create(/*overwrite=*/false);
  save_description(model, folder, nlohmann::ordered_json::object());
  folder.save_parameters(model.network->parameters(), Snapshot::kBest);
  TaggedCorpus corpus;
  for (size_t n = 0; n < kTaggedWords.size(); ++n)
    corpus.add(model.reader, kTaggedWords[n], {.tags = kGoldTags[n], .label = kSentenceClasses[n]});
  const nlohmann::json given = {
      {"words", kTaggedWords}, {"tags", kGoldTags}, {"labels", kSentenceClasses}};
  write_file(path / "sentences.json", given.dump());
  write_file(path / "expected.json", run(*model.network, corpus).dump());
  write_gradients(path / "gradients.safetensors", model.network->parameters());
}

void dump_all(const fs::path& folder) {
  uint64_t seed = 0;
  for (const TaggerVariant& variant : all_taggers()) {
    ++seed;
    dump(folder / dump_name(seed, variant.name), variant, seed);
  }
}

}  // namespace
}  // namespace alinea

int main(int argc, char** argv) { return alinea::dump_main(argc, argv, alinea::dump_all); }
