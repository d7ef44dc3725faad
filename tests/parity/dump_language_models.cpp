// Writes language models of every kind with random parameters, and what the library computes with
// them:
//
//   dump_language_models FOLDER
//
// makes a folder a model in FOLDER: the model folder itself and
//   text.txt                 a line each
//   masked.json              of masked models: ids [line][token] as they are read, places
//                            [line][word], words [line][word] to be found there
//   expected.json            log_probability [line]
//   gradients.safetensors    of the mean loss, for every parameter
// compare.py computes the same from docs/model.md.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "dump.h"
#include "models/language_model.h"
#include "models/language_variants.h"
#include "ops/sum.h"
#include "storage/atomic_file.h"

namespace alinea {
namespace {

namespace fs = std::filesystem;
using Ids = std::vector<std::vector<int32_t>>;

const std::vector<std::string> kText = {"snow on the roof .", "rain", "", "unheard the rain snow",
                                        "the the ."};
// As they are read, and what stands there in truth; <mask> is 10.
const Ids kRead = {{4, 10, 3, 6, 9, 2}, {10, 2}, {2}, {0, 3, 8, 4, 2}, {3, 10, 10, 2}};
const std::vector<std::vector<int64_t>> kPlaces = {{1, 3}, {0}, {0}, {2}, {1, 2}};
const Ids kHidden = {{7, 6}, {5}, {2}, {5}, {3, 9}};

Language language() {
  return {make_tokenizer("space", {}), Vocabulary({"<unk>", "<s>", "</s>", "the", "snow", "rain",
                                                   "roof", "on", "in", ".", "<mask>"})};
}

MaskedWords masked_words() {
  MaskedWords masked;
  for (size_t n = 0; n < kRead.size(); ++n) {
    for (const int64_t place : kPlaces[n]) masked.places.push_back(std::ssize(masked.ids) + place);
    masked.ids.insert(masked.ids.end(), kRead[n].begin(), kRead[n].end());
    masked.words.insert(masked.words.end(), kHidden[n].begin(), kHidden[n].end());
    masked.lengths.push_back(std::ssize(kRead[n]));
  }
  return masked;
}

// The loss is the sum over all predictions, divided by their number.
std::vector<double> run(LanguageNetwork& network, const Language& words) {
  Ids lines;
  std::vector<SentencePair> pairs;
  for (const std::string& line : kText) lines.push_back(words.encode(line));
  for (const auto& line : lines) pairs.push_back({{}, line, std::ssize(pairs)});
  const Batch batch = make_batch(pairs);
  const MaskedWords masked = masked_words();
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const LanguageOptions& options = network.options();
  const Likelihood likelihood =
      options.is_masked() ? network.likelihood(tape, masked) : network.likelihood(tape, batch);
  const Variable loss =
      likelihood.penalty ? ops::add(tape, likelihood.loss, likelihood.penalty) : likelihood.loss;
  const int64_t count = options.is_masked()
                            ? std::ssize(masked.words)
                            : (options.objective == "causal" ? 1 : 2) * batch.target_tokens();
  network.parameters().clear_gradients();
  tape.backward(loss, 1.0F / static_cast<float>(count));
  if (options.is_masked()) return likelihood.log_probability;
  std::vector<double> log_probabilities(lines.size());
  for (size_t n = 0; n < lines.size(); ++n)
    log_probabilities[static_cast<size_t>(batch.index[n])] = likelihood.log_probability[n];
  return log_probabilities;
}

void dump(const fs::path& path, const LanguageOptions& options, uint64_t seed) {
  const LanguageModel model(language(), random_language_model(options, seed));
  const ModelFolder folder(path);
  folder.create(/*overwrite=*/false);
  save_description(model, folder, nlohmann::ordered_json::object());
  folder.save_parameters(model.network->parameters(), Snapshot::kBest);
  std::string text;
  for (const std::string& line : kText) text += line + "\n";
  write_file(path / "text.txt", text);
  if (options.is_masked())
    write_file(path / "masked.json",
               nlohmann::json({{"ids", kRead}, {"places", kPlaces}, {"words", kHidden}}).dump());
  const std::vector<double> expected = run(*model.network, model.language);
  write_file(path / "expected.json", nlohmann::json({{"log_probability", expected}}).dump());
  write_gradients(path / "gradients.safetensors", model.network->parameters());
}

void dump_all(const fs::path& folder) {
  uint64_t seed = 0;
  for (const LanguageVariant& variant : language_variants()) {
    ++seed;
    std::string name = variant.name;
    std::ranges::replace(name, ' ', '-');
    dump(folder / fmt::format("{}-{}", seed, name), variant.options, seed);
  }
}

}  // namespace
}  // namespace alinea

int main(int argc, char** argv) { return alinea::dump_main(argc, argv, alinea::dump_all); }
