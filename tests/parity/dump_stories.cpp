// Writes readers of stories of every kind with random parameters, and what the library computes
// with them:
//
//   dump_stories FOLDER
//
// makes a folder a reader in FOLDER: the model folder itself and
//   stories.txt              numbered lines, "question TAB answer TAB supporting lines" among them
//   expected.json            log_probabilities [question][answer]
//   gradients.safetensors    of the loss, for every parameter
// compare.py computes the same from docs/model.md.
#include <nlohmann/json.hpp>
#include <numeric>

#include "dump.h"
#include "models/story_model.h"
#include "models/story_reading.h"
#include "models/story_variants.h"
#include "ops/cross_entropy.h"
#include "ops/sum.h"
#include "storage/atomic_file.h"

namespace alinea {
namespace {

namespace fs = std::filesystem;

nlohmann::json run(StoryNetwork& network, const StoryCorpus& corpus) {
  std::vector<int64_t> questions(static_cast<size_t>(corpus.size()));
  std::iota(questions.begin(), questions.end(), 0);
  nlohmann::json expected;
  std::vector<int32_t> gold;
  for (const StoryAnswer& found : answer(network, corpus, questions, {.batch_size = 3})) {
    expected["log_probabilities"].push_back(found.log_probabilities);
    gold.push_back(corpus.answer(std::ssize(gold)));
  }
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const StoryStates states = network(tape, corpus, questions);
  const Variable loss = ops::cross_entropy(tape, states.logits, gold).loss;
  network.parameters().clear_gradients();
  tape.backward(ops::add_present(tape, loss, states.penalty),
                1.0F / static_cast<float>(questions.size()));
  return expected;
}

void dump(const fs::path& path, const StoryVariant& variant, uint64_t seed) {
  const StoryModel model({}, tiny_story_words(), tiny_story_answers(),
                         random_story_network(variant.options, seed));
  const ModelFolder folder(path);
  folder.create(/*overwrite=*/false);
  save_description(model, folder, nlohmann::ordered_json::object());
  folder.save_parameters(model.network->parameters(), Snapshot::kBest);
  write_file(path / "stories.txt", tiny_stories());
  write_file(path / "expected.json", run(*model.network, stories_of(tiny_stories())).dump());
  write_gradients(path / "gradients.safetensors", model.network->parameters());
}

void dump_all(const fs::path& folder) {
  uint64_t seed = 0;
  for (const StoryVariant& variant : all_story_networks()) {
    ++seed;
    dump(folder / dump_name(seed, variant.name), variant, seed);
  }
}

}  // namespace
}  // namespace alinea

int main(int argc, char** argv) { return alinea::dump_main(argc, argv, alinea::dump_all); }
