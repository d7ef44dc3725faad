// Writes readers of every kind with random parameters, and what the library computes with them:
//
//   dump_readers FOLDER
//
// makes a folder a reader in FOLDER: the model folder itself and
//   questions.txt            document TAB query TAB answer TAB candidates
//   expected.json            log_probability [question] of the answer; s [question][word]; alpha
//                            [question][query word * document word]; of attention over attention
//                            beta [question][query word]
//   gradients.safetensors    of the loss, for every parameter
// compare.py computes the same from docs/model.md.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "dump.h"
#include "models/reader_model.h"
#include "models/reader_variants.h"
#include "models/reading.h"
#include "ops/sum.h"
#include "storage/atomic_file.h"

namespace alinea {
namespace {

namespace fs = std::filesystem;

nlohmann::json run(Reader& network, const ReadingCorpus& corpus) {
  std::vector<int64_t> questions(static_cast<size_t>(corpus.size()));
  std::iota(questions.begin(), questions.end(), 0);
  nlohmann::json expected;
  for (const ReadingAnswer& found :
       answer(network, corpus, questions, {.batch_size = 5, .keep_weights = true})) {
    expected["s"].push_back(found.s);
    expected["alpha"].push_back(found.alpha);
    if (network.options().has_query_weights()) expected["beta"].push_back(found.beta);
  }
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const ReaderStates states = network(tape, corpus, questions);
  const Reader::Likelihood likelihood = network.likelihood(tape, states, corpus, questions);
  expected["log_probability"] = likelihood.log_probabilities;
  network.parameters().clear_gradients();
  const Variable objective = ops::add_present(tape, likelihood.loss, states.penalty);
  tape.backward(objective, 1.0F / static_cast<float>(questions.size()));
  return expected;
}

void dump(const fs::path& path, const ReaderVariant& variant, const ReadingForm& form,
          uint64_t seed) {
  const ReaderModel model(form, tiny_reading_words(), random_reader(variant.options, seed));
  const ModelFolder folder(path);
  folder.create(/*overwrite=*/false);
  save_description(model, folder, nlohmann::ordered_json::object());
  folder.save_parameters(model.network->parameters(), Snapshot::kBest);
  std::string text;
  for (const std::string& line : tiny_question_lines()) text += line + "\n";
  write_file(path / "questions.txt", text);
  write_file(path / "expected.json",
             run(*model.network, questions_of(tiny_question_lines(), form)).dump());
  write_gradients(path / "gradients.safetensors", model.network->parameters());
}

void dump_all(const fs::path& folder) {
  uint64_t seed = 0;
  for (const ReaderVariant& variant : all_readers()) {
    ++seed;
    dump(folder / dump_name(seed, variant.name), variant, {}, seed);
  }
  const ReaderVariant first = all_readers().front();
  ++seed;
  dump(folder / dump_name(seed, first.name + " markers"), first, {.entity_markers = 2}, seed);
}

}  // namespace
}  // namespace alinea

int main(int argc, char** argv) { return alinea::dump_main(argc, argv, alinea::dump_all); }
