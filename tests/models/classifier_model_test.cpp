#include "models/classifier_model.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "models/classifier_variants.h"
#include "models/translation_model.h"
#include "models/variants.h"
#include "options/field_list.h"
#include "serialization/parameter_tensors.h"
#include "storage/temporary_folder.h"
#include "support/error.h"

namespace alinea {
namespace {

using Catch::Matchers::Contains;
namespace fs = std::filesystem;

ClassifierModel tiny_model(const ClassifierOptions& options) {
  std::vector<std::string> words = {"<unk>", "<s>", "</s>"};
  for (int64_t i = 3; i < kTinyWords; ++i) words.push_back("w" + std::to_string(i));
  return {{.lowercase = false, .tags_as_breaks = true, .max_words = 17, .max_sentences = 0},
          Vocabulary(std::move(words)),
          Labels({"a", "b", "c d"}),
          random_classifier(options, 9)};
}

// A folder with a whole model in it.
struct SavedClassifier {
  explicit SavedClassifier(const ClassifierOptions& options = all_classifiers().front().options)
      : model(tiny_model(options)), folder(temporary.path() / "model") {
    folder.create(/*overwrite=*/false);
    save_description(model, folder, {{"training", {{"seed", 1}}}});
    folder.save_parameters(model.network->parameters(), Snapshot::kBest);
  }
  fs::path path(const char* file) const { return folder.path() / file; }
  void write(const char* file, std::string_view bytes) const {
    std::ofstream(path(file), std::ios::binary) << bytes;
  }
  void reconfigure(const std::string& pointer, const nlohmann::ordered_json& value) const {
    auto json = nlohmann::ordered_json::parse(bytes_of(path("config.json")));
    json[nlohmann::ordered_json::json_pointer(pointer)] = value;
    write("config.json", json.dump());
  }

  TemporaryFolder temporary;
  ClassifierModel model;
  ModelFolder folder;
};

TEST_CASE("a classifier that was saved is loaded as it was") {
  ClassifierOptions options = all_classifiers().back().options;
  options.words.dropout = 0.25;
  options.words.word_dropout = 0.125;
  const SavedClassifier saved(options);
  const auto loaded = load<ClassifierModel>(saved.folder);
  CHECK(loaded.splitter.lowercase == false);
  CHECK(loaded.splitter.tags_as_breaks == true);
  CHECK(loaded.splitter.max_words == 17);
  CHECK(loaded.splitter.max_sentences == 0);
  CHECK(loaded.vocabulary == saved.model.vocabulary);
  CHECK(loaded.labels.names() == saved.model.labels.names());
  CHECK(to_json_fields(loaded.network->options()) == to_json_fields(options));
  CHECK(std::ranges::equal(loaded.network->parameters().values(),
                           saved.model.network->parameters().values()));
}

TEST_CASE("a file of an older version, with the names that it has, is loaded as one of today") {
  ClassifierOptions options;
  options.words.embedding_size = 7;
  options.words.hidden_size = 6;
  const SavedClassifier saved(options);
  const ParameterStore& store = saved.model.network->parameters();
  std::vector<TensorView> tensors = tensors_of(store);
  for (size_t i = 0; i < tensors.size(); ++i)
    if (const std::string& older = store.parameters()[i].older_name(); !older.empty())
      tensors[i].name = older;
  CHECK(tensors[0].name == "embedding.weight");
  CHECK(tensors[1].name == "word.forward.input");
  CHECK(tensors[6].name == "word.backward.bias");
  CHECK(tensors[7].name == "word.attention.weight");
  write_safetensors(saved.path("best.safetensors"), tensors, {});
  const auto loaded = load<ClassifierModel>(saved.folder);
  CHECK(std::ranges::equal(loaded.network->parameters().values(),
                           saved.model.network->parameters().values()));
}

TEST_CASE("saved, loaded and saved again the files are the same to the byte") {
  const SavedClassifier saved;
  const ModelFolder again(saved.temporary.path() / "again");
  again.create(false);
  const auto loaded = load<ClassifierModel>(saved.folder);
  save_description(loaded, again, {{"training", {{"seed", 1}}}});
  again.save_parameters(loaded.network->parameters(), Snapshot::kBest);
  for (const char* file : {"config.json", "vocabulary.txt", "labels.txt", "best.safetensors"})
    CHECK(bytes_of(again.path() / file) == bytes_of(saved.path(file)));
}

TEST_CASE("a new model takes the place of an old one with all of its files") {
  const SavedClassifier saved;
  CHECK_THROWS_WITH(saved.folder.create(false), Contains("overwrite"));
  saved.folder.create(true);
  CHECK_FALSE(fs::exists(saved.path("labels.txt")));
  CHECK_FALSE(fs::exists(saved.path("vocabulary.txt")));
}

TEST_CASE("the two kinds of models are told apart, with the command that is meant") {
  const SavedClassifier saved;
  CHECK_THROWS_WITH(load<TranslationModel>(saved.folder),
                    Contains("document classifier") && Contains("alinea classify"));
  saved.reconfigure("/format", "alinea translation model");
  CHECK_THROWS_WITH(load<ClassifierModel>(saved.folder),
                    Contains("translation model") && Contains("alinea translate"));
  saved.reconfigure("/format", "something else");
  CHECK_THROWS_WITH(load<ClassifierModel>(saved.folder),
                    Contains("does not describe a model of alinea"));
}

TEST_CASE("a damaged folder is refused by the file's name") {
  const SavedClassifier saved;
  const auto refused = [&](const std::string& file) {
    CHECK_THROWS_AS(load<ClassifierModel>(saved.folder), Error);
    CHECK_THROWS_WITH(load<ClassifierModel>(saved.folder), Contains(file));
  };
  SECTION("labels missing") {
    fs::remove(saved.path("labels.txt"));
    refused("labels.txt");
  }
  SECTION("a class too many") {
    saved.write("labels.txt", "a\nb\nc d\ne\n");
    refused("best.safetensors");
  }
  SECTION("a word too few") {
    saved.write("vocabulary.txt", "<unk>\n<s>\n</s>\nw\n");
    refused("best.safetensors");
  }
  SECTION("no vocabulary") {
    saved.write("vocabulary.txt", "w\n");
    refused("vocabulary.txt");
  }
  SECTION("an option of another type") {
    saved.reconfigure("/model/hierarchical", "yes");
    refused("'hierarchical'");
  }
  SECTION("an option that no model has") {
    saved.reconfigure("/model/pooling", "sum");
    refused("config.json");
  }
  SECTION("a limit below 0") {
    saved.reconfigure("/text/max_words", -1);
    refused("max_words");
  }
  SECTION("no text") {
    saved.reconfigure("/text", 1);
    refused("config.json");
  }
  SECTION("no JSON") {
    saved.write("config.json", "{");
    refused("config.json");
  }
  SECTION("another version") {
    saved.reconfigure("/version", 99);
    refused("version");
  }
  SECTION("no parameters") {
    fs::remove(saved.path("best.safetensors"));
    refused("best.safetensors");
  }
}

}  // namespace
}  // namespace alinea
