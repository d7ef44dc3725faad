#include "models/tagger_model.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>

#include "models/classifier_model.h"
#include "models/pretrained.h"
#include "models/tagger_variants.h"
#include "options/field_list.h"
#include "storage/temporary_folder.h"
#include "support/error.h"

namespace alinea {
namespace {

using Catch::Matchers::Contains;
namespace fs = std::filesystem;

// With letters, a CRF and a class.
TaggerOptions full_tagger() {
  TaggerOptions options = all_taggers().front().options;
  options.crf = options.character_features = options.joint_class = true;
  options.encoder.dropout = 0.25;
  return options;
}

TaggerModel tagger_of(const TaggerOptions& options, uint64_t seed = 9) {
  const WordReader words = tiny_words(options.character_features);
  std::optional<Labels> classes;
  if (options.joint_class) classes.emplace(std::vector<std::string>{"buy", "fly", "sleep well"});
  return {{.form = "lines", .word_column = 1, .tag_column = 2, .class_column = 3},
          WordReader({.lowercase = true, .zero_digits = false}, words.words(), words.letters()),
          Labels({"B-x", "B-y", "I-x", "I-y", "O"}),
          std::move(classes),
          random_tagger(options, seed)};
}

struct SavedTagger {
  explicit SavedTagger(const TaggerOptions& options = full_tagger())
      : model(tagger_of(options)), folder(temporary.path() / "model") {
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
  TaggerModel model;
  ModelFolder folder;
};

TEST_CASE("a tagger that was saved is loaded as it was") {
  const SavedTagger saved;
  const auto loaded = load<TaggerModel>(saved.folder);
  CHECK(loaded.form.form == "lines");
  CHECK(loaded.form.class_column == 3);
  CHECK(loaded.reader.form() == WordForm{.lowercase = true, .zero_digits = false});
  CHECK(loaded.reader.words() == saved.model.reader.words());
  REQUIRE(loaded.reader.letters());
  CHECK(*loaded.reader.letters() == *saved.model.reader.letters());
  CHECK(loaded.tags.names() == saved.model.tags.names());
  REQUIRE(loaded.classes);
  CHECK(loaded.classes->names() == saved.model.classes->names());
  CHECK(to_json_fields(loaded.network->options()) == to_json_fields(full_tagger()));
  CHECK(std::ranges::equal(loaded.network->parameters().values(),
                           saved.model.network->parameters().values()));
}

TEST_CASE("a tagger saved, loaded and saved again has the same files to the byte") {
  const SavedTagger saved;
  const ModelFolder again(saved.temporary.path() / "again");
  again.create(false);
  const auto loaded = load<TaggerModel>(saved.folder);
  save_description(loaded, again, {{"training", {{"seed", 1}}}});
  again.save_parameters(loaded.network->parameters(), Snapshot::kBest);
  for (const char* file : {"config.json", "vocabulary.txt", "tags.txt", "classes.txt",
                           "characters.txt", "best.safetensors"})
    CHECK(bytes_of(again.path() / file) == bytes_of(saved.path(file)));
}

TEST_CASE("a plain tagger has no files of classes and letters, and an old one's are removed") {
  const SavedTagger plain(all_taggers().front().options);
  CHECK_FALSE(fs::exists(plain.path("classes.txt")));
  CHECK_FALSE(fs::exists(plain.path("characters.txt")));
  CHECK_FALSE(load<TaggerModel>(plain.folder).classes);
  const SavedTagger full;
  full.folder.create(/*overwrite=*/true);
  for (const char* file : {"tags.txt", "classes.txt", "characters.txt"})
    CHECK_FALSE(fs::exists(full.path(file)));
}

TEST_CASE("a tagger is told apart from other models, with the command that is meant") {
  const SavedTagger saved;
  CHECK_THROWS_WITH(load<ClassifierModel>(saved.folder),
                    Contains("got a tagger") && Contains("alinea tag"));
}

TEST_CASE("a damaged folder of a tagger is refused by the file's name") {
  const SavedTagger saved;
  const auto refused = [&](const std::string& file) {
    CHECK_THROWS_AS(load<TaggerModel>(saved.folder), Error);
    CHECK_THROWS_WITH(load<TaggerModel>(saved.folder), Contains(file));
  };
  SECTION("tags missing") {
    fs::remove(saved.path("tags.txt"));
    refused("tags.txt");
  }
  SECTION("classes missing") {
    fs::remove(saved.path("classes.txt"));
    refused("classes.txt");
  }
  SECTION("letters missing") {
    fs::remove(saved.path("characters.txt"));
    refused("characters.txt");
  }
  SECTION("a tag too many") {
    saved.write("tags.txt", "B-x\nB-y\nI-x\nI-y\nO\nU-z\n");
    refused("best.safetensors");
  }
  SECTION("an option of another type") {
    saved.reconfigure("/model/crf", "yes");
    refused("'crf'");
  }
  SECTION("an option that no model has") {
    saved.reconfigure("/model/encoder", "none");
    refused("config.json");
  }
  SECTION("a column below 1") {
    saved.reconfigure("/text/word_column", 0);
    refused("word_column");
  }
  SECTION("no text") {
    saved.reconfigure("/text", 1);
    refused("config.json");
  }
}

TEST_CASE(
    "a tagger takes what fits of another one: words, letters, and tags where all are the same") {
  const TaggerModel from = tagger_of(full_tagger(), 3);
  TaggerModel same = tagger_of(full_tagger(), 4);
  const Pretrained whole(from, same);
  CHECK(whole.missing().empty());
  whole.copy();
  // Special symbols keep what they have.
  const auto rows_behind = [](const TaggerModel& model, const char* name) {
    const Parameter& parameter = model.parameters().at(name);
    return parameter.value().subspan(static_cast<size_t>(parameter.shape().columns()) * 3);
  };
  for (const char* name : {"encoder.embedding.weight", "characters.embedding.weight"})
    CHECK(std::ranges::equal(rows_behind(from, name), rows_behind(same, name)));
  for (const char* name : {"output.weight", "crf.transitions", "class.output.weight"})
    CHECK(
        std::ranges::equal(from.parameters().at(name).value(), same.parameters().at(name).value()));

  TaggerModel other = tagger_of(full_tagger(), 4);
  other.tags = Labels({"B-x", "B-z", "I-x", "I-z", "O"});
  const Pretrained some(from, other);
  for (const char* name : {"output.weight", "output.bias", "crf.transitions", "crf.start"})
    CHECK(std::ranges::find(some.missing(), name) != some.missing().end());
  CHECK(std::ranges::find(some.missing(), "class.output.weight") == some.missing().end());
}

}  // namespace
}  // namespace alinea
