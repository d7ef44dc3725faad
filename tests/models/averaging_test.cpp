#include "serialization/averaging.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "models/same_model.h"
#include "models/translation_model.h"
#include "models/variants.h"
#include "serialization/parameter_tensors.h"
#include "storage/temporary_folder.h"
#include "support/error.h"

namespace alinea {
namespace {

namespace fs = std::filesystem;

Language numbered_words(int64_t size, const std::string& prefix) {
  std::vector<std::string> tokens = {"<unk>", "<s>", "</s>"};
  for (int64_t i = 3; i < size; ++i) tokens.push_back(prefix + std::to_string(i));
  return {make_tokenizer("space", {}), Vocabulary(std::move(tokens))};
}

ModelOptions averaged_options() {
  ModelOptions options;
  options.embedding_size = 7;
  options.hidden_size = 6;
  options.attention_size = 5;
  return options;
}

// A model of the seed's parameters in a folder.
ModelFolder save_model(const fs::path& path, uint64_t seed,
                       const ModelOptions& options = averaged_options(),
                       const std::string& words = "t") {
  const TranslationModel model({numbered_words(TinyBatch::kSourceVocabulary, "s"),
                                numbered_words(TinyBatch::kTargetVocabulary, words)},
                               random_model(options, seed));
  const ModelFolder folder(path);
  folder.create(/*overwrite=*/false);
  save_description(model, folder, {{"training", {{"seed", seed}}}});
  folder.save_parameters(model.parameters(), Snapshot::kBest);
  return folder;
}

TEST_CASE("the average of parameters is their mean") {
  const TemporaryFolder folder;
  std::vector<fs::path> files;
  std::vector<std::unique_ptr<EncoderDecoder>> models;
  for (const uint64_t seed : {1, 2, 3}) {
    const std::string name = std::to_string(seed);
    files.push_back(save_model(folder.path() / name, seed).parameter_file(Snapshot::kBest));
    models.push_back(random_model(averaged_options(), seed));
  }
  TranslationModel average = TranslationModel::outline(ModelFolder(folder.path() / "1"));
  ParameterStore& parameters = average.network->parameters();
  average_parameters(files, parameters);
  const auto values = [](const auto& model) { return model->parameters().values(); };
  for (size_t i = 0; i < parameters.values().size(); ++i) {
    const double mean =
        (static_cast<double>(values(models[0])[i]) + values(models[1])[i] + values(models[2])[i]) /
        3;
    CHECK(parameters.values()[i] == static_cast<float>(mean));
  }
  average_parameters(std::span(files).first(1), parameters);
  CHECK(std::ranges::equal(parameters.values(), values(models[0])));
}

TEST_CASE("a file of another model is not averaged") {
  const TemporaryFolder folder;
  ModelOptions wide = averaged_options();
  wide.attention_size = 4;
  ModelOptions deep = averaged_options();
  deep.encoder_layers = 2;
  std::vector<fs::path> files = {save_model(folder.path() / "a", 1).parameter_file(Snapshot::kBest),
                                 save_model(folder.path() / "b", 2, GENERATE_COPY(wide, deep))
                                     .parameter_file(Snapshot::kBest)};
  TranslationModel average = TranslationModel::outline(ModelFolder(folder.path() / "a"));
  CHECK_THROWS_WITH(average_parameters(files, average.network->parameters()),
                    Catch::Contains((folder.path() / "b").string()));
}

TEST_CASE("models have to be the same but for their parameters and their training") {
  const TemporaryFolder folder;
  const ModelFolder one = save_model(folder.path() / "one", 1);
  CHECK_NOTHROW(check_same_model(one, save_model(folder.path() / "two", 2)));

  ModelOptions other = averaged_options();
  other.bridge = "zero";
  CHECK_THROWS_WITH(check_same_model(one, save_model(folder.path() / "bridge", 2, other)),
                    Catch::Contains("model/bridge") && Catch::Contains("\"zero\""));
  CHECK_THROWS_WITH(
      check_same_model(one, save_model(folder.path() / "words", 2, averaged_options(), "u")),
      Catch::Contains("differ in target.vocabulary.txt"));
  const ModelFolder more = save_model(folder.path() / "more", 2);
  std::ofstream(more.path() / "source.spm") << "pieces";
  CHECK_THROWS_WITH(check_same_model(one, more), Catch::Contains("different files"));
}

}  // namespace
}  // namespace alinea
