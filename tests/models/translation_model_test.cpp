#include "models/translation_model.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <limits>
#include <map>

#include "models/variants.h"
#include "ops/engine.h"
#include "storage/safetensors.h"
#include "storage/temporary_folder.h"
#include "storage/unprivileged.h"
#include "support/error.h"

namespace alinea {
namespace {

namespace fs = std::filesystem;

Language language(int64_t size, const std::string& prefix) {
  std::vector<std::string> tokens = {"<unk>", "<s>", "</s>"};
  for (int64_t i = 3; i < size; ++i) tokens.push_back(prefix + std::to_string(i));
  return {make_tokenizer("space", {}), Vocabulary(std::move(tokens))};
}

Languages languages() {
  return {language(TinyBatch::kSourceVocabulary, "s"), language(TinyBatch::kTargetVocabulary, "t")};
}

ModelOptions stacked_options() {
  ModelOptions options;
  options.cell = "lstm";
  options.encoder_layers = options.decoder_layers = 2;
  options.embedding_size = 7;
  options.hidden_size = 12;
  options.encoder_hidden_size = 5;
  options.attention_size = 9;
  return options;
}

ModelOptions general_options() {
  ModelOptions options;
  options.attention = "general";
  options.attention_mode = "local-p";
  options.embedding_size = 7;
  options.hidden_size = 12;
  options.encoder_hidden_size = 5;
  options.attention_size = 9;
  return options;
}

const nlohmann::ordered_json kTraining = {{"seed", 1}, {"learning-rate", 0.1}};

// A folder with a whole model in it.
struct Saved {
  explicit Saved(const ModelOptions& options = stacked_options())
      : model(languages(), random_model(options, 8)), folder(temporary.path() / "model") {
    folder.create(/*overwrite=*/false);
    save_description(model, folder, {{"training", kTraining}});
    folder.save_parameters(model.parameters(), Snapshot::kBest);
  }
  fs::path path(const char* file) const { return folder.path() / file; }
  void write(const char* file, std::string_view bytes) const {
    std::ofstream(path(file), std::ios::binary) << bytes;
  }
  // Writes config.json with one change.
  void reconfigure(const std::string& pointer, const nlohmann::ordered_json& value) const {
    auto json = nlohmann::ordered_json::parse(bytes_of(path("config.json")));
    json[nlohmann::ordered_json::json_pointer(pointer)] = value;
    write("config.json", json.dump());
  }
  std::string refusal() const {
    return refusal_of([&] { load<TranslationModel>(folder); });
  }
  template <typename Action>
  static std::string refusal_of(Action action) {
    try {
      action();
    } catch (const Error& error) {
      return error.what();
    }
    return "accepted";
  }

  TemporaryFolder temporary;
  TranslationModel model;
  ModelFolder folder;
};

bool same_values(const EncoderDecoder& a, const EncoderDecoder& b) {
  return std::ranges::equal(a.parameters().values(), b.parameters().values());
}

TEST_CASE("save, load and save again: the files are the same to the byte") {
  const ModelOptions options = GENERATE(stacked_options(), general_options());
  const Saved saved(options);
  const TranslationModel loaded = load<TranslationModel>(saved.folder);
  CHECK(same_values(*loaded.network, *saved.model.network));

  const ModelFolder again(saved.temporary.path() / "deeper" / "again");
  again.create(/*overwrite=*/false);
  save_description(loaded, again, {{"training", kTraining}});
  again.save_parameters(loaded.network->parameters(), Snapshot::kBest);
  size_t files = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(saved.folder.path())) {
    CAPTURE(entry.path());
    CHECK(bytes_of(again.path() / entry.path().filename()) == bytes_of(entry.path()));
    ++files;
  }
  CHECK(files == 4);  // config.json, both vocabularies, best.safetensors
  CHECK(std::distance(fs::directory_iterator(again.path()), {}) == 4);
}

TEST_CASE("a loaded model gives the same probabilities") {
  ops::set_threads(1);
  const Saved saved;
  const TranslationModel loaded = load<TranslationModel>(saved.folder);
  const TinyBatch tiny;
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  const std::vector<double> found = loaded.network->likelihood(tape, tiny.batch).log_probability,
                            expected =
                                saved.model.network->likelihood(tape, tiny.batch).log_probability;
  REQUIRE(found.size() == expected.size());
  // Its weights are packed, and added up in another order.
  for (size_t n = 0; n < found.size(); ++n) CHECK(found[n] == Approx(expected[n]).epsilon(1e-6));
  CHECK(loaded.languages.source.encode("s3 s10 t3") == std::vector<int32_t>{3, 10, 0});
  CHECK(loaded.languages.target.decode(std::vector<int32_t>{12, 3}) == "t12 t3");
}

TEST_CASE("the best and the last parameters lie side by side") {
  const Saved saved;
  const auto newer = random_model(stacked_options(), 9);
  saved.folder.save_parameters(newer->parameters(), Snapshot::kLast);
  CHECK(same_values(*load<TranslationModel>(saved.folder, Snapshot::kBest).network,
                    *saved.model.network));
  CHECK(same_values(*load<TranslationModel>(saved.folder, Snapshot::kLast).network, *newer));
}

// Nothing but the format's description: a length, JSON, and f32 values.
std::map<std::string, std::pair<std::vector<int64_t>, std::vector<float>>> read_parameters(
    const fs::path& path) {
  const std::string bytes = bytes_of(path);
  uint64_t length = 0;
  std::memcpy(&length, bytes.data(), 8);
  const auto header = nlohmann::json::parse(bytes.substr(8, length));
  std::map<std::string, std::pair<std::vector<int64_t>, std::vector<float>>> parameters;
  for (const auto& [name, tensor] : header.items()) {
    if (name == "__metadata__") continue;
    REQUIRE(tensor.at("dtype") == "F32");
    const size_t begin = tensor.at("data_offsets").at(0), end = tensor.at("data_offsets").at(1);
    std::vector<float> values((end - begin) / 4);
    std::memcpy(values.data(), bytes.data() + 8 + length + begin, end - begin);
    parameters[name] = {tensor.at("shape").get<std::vector<int64_t>>(), std::move(values)};
  }
  return parameters;
}

using Shapes = std::map<std::string, std::vector<int64_t>>;

// The shapes, after every value was seen to be the model's.
Shapes shapes_in(const Saved& saved) {
  const auto read = read_parameters(saved.path("best.safetensors"));
  Shapes shapes;
  for (const auto& [name, tensor] : read) shapes[name] = tensor.first;
  for (const Parameter& parameter : saved.model.network->parameters().parameters()) {
    CAPTURE(parameter.name());
    REQUIRE(read.count(parameter.name()) == 1);
    const std::vector<float>& values = read.at(parameter.name()).second;
    CHECK(std::ranges::equal(values, parameter.value()));
  }
  return shapes;
}

// E = 7, H = 12, the encoder's 5 a direction, K = 10, A = 9, 11 source and 13 target words.
TEST_CASE("the parameters of a stacked LSTM with additive attention, read by other means") {
  const Saved saved(stacked_options());
  CHECK(shapes_in(saved) == Shapes{{"encoder.embedding.weight", {11, 7}},
                                   {"encoder.layer0.forward.input", {7, 4, 5}},
                                   {"encoder.layer0.forward.recurrent", {5, 4, 5}},
                                   {"encoder.layer0.forward.bias", {4, 5}},
                                   {"encoder.layer0.backward.input", {7, 4, 5}},
                                   {"encoder.layer0.backward.recurrent", {5, 4, 5}},
                                   {"encoder.layer0.backward.bias", {4, 5}},
                                   {"encoder.layer1.forward.input", {10, 4, 5}},
                                   {"encoder.layer1.forward.recurrent", {5, 4, 5}},
                                   {"encoder.layer1.forward.bias", {4, 5}},
                                   {"encoder.layer1.backward.input", {10, 4, 5}},
                                   {"encoder.layer1.backward.recurrent", {5, 4, 5}},
                                   {"encoder.layer1.backward.bias", {4, 5}},
                                   {"bridge.layer0.hidden.weight", {10, 12}},
                                   {"bridge.layer0.hidden.bias", {12}},
                                   {"bridge.layer0.cell.weight", {10, 12}},
                                   {"bridge.layer0.cell.bias", {12}},
                                   {"bridge.layer1.hidden.weight", {10, 12}},
                                   {"bridge.layer1.hidden.bias", {12}},
                                   {"bridge.layer1.cell.weight", {10, 12}},
                                   {"bridge.layer1.cell.bias", {12}},
                                   {"decoder.embedding.weight", {13, 7}},
                                   {"attention.query.weight", {12, 9}},
                                   {"attention.key.weight", {10, 9}},
                                   {"attention.key.bias", {9}},
                                   {"attention.v", {9}},
                                   {"decoder.layer0.input", {17, 4, 12}},
                                   {"decoder.layer0.recurrent", {12, 4, 12}},
                                   {"decoder.layer0.bias", {4, 12}},
                                   {"decoder.layer1.input", {12, 4, 12}},
                                   {"decoder.layer1.recurrent", {12, 4, 12}},
                                   {"decoder.layer1.bias", {4, 12}},
                                   {"readout.weight", {29, 12}},
                                   {"readout.bias", {12}},
                                   {"output.weight", {13, 12}},
                                   {"output.bias", {13}}});
}

TEST_CASE("the parameters of a general score with predicted windows, read by other means") {
  const Saved saved(general_options());
  CHECK(shapes_in(saved) == Shapes{{"encoder.embedding.weight", {11, 7}},
                                   {"encoder.layer0.forward.input", {7, 3, 5}},
                                   {"encoder.layer0.forward.recurrent", {5, 3, 5}},
                                   {"encoder.layer0.forward.bias", {3, 5}},
                                   {"encoder.layer0.backward.input", {7, 3, 5}},
                                   {"encoder.layer0.backward.recurrent", {5, 3, 5}},
                                   {"encoder.layer0.backward.bias", {3, 5}},
                                   {"bridge.layer0.hidden.weight", {10, 12}},
                                   {"bridge.layer0.hidden.bias", {12}},
                                   {"decoder.embedding.weight", {13, 7}},
                                   {"attention.key.weight", {10, 12}},
                                   {"attention.position.weight", {12, 9}},
                                   {"attention.position.v.weight", {9, 1}},
                                   {"decoder.layer0.input", {19, 3, 12}},
                                   {"decoder.layer0.recurrent", {12, 3, 12}},
                                   {"decoder.layer0.bias", {3, 12}},
                                   {"readout.weight", {22, 12}},
                                   {"output.weight", {13, 12}},
                                   {"output.bias", {13}}});
}

TEST_CASE("a folder without a model is refused, and what is missing named") {
  const TemporaryFolder temporary;
  const std::string path = temporary.path().string();
  const auto refusal = [](const fs::path& folder) {
    return Saved::refusal_of([&] { load<TranslationModel>(ModelFolder(folder)); });
  };
  CHECK(refusal(temporary.path() / "none") ==
        "there is no model folder " + path + "/none: check the path");
  CHECK(refusal(temporary.file("file", "text")) ==
        "there is no model folder " + path + "/file: check the path");
  CHECK(refusal(temporary.path()) ==
        path + " contains no model: config.json is missing; check the path, or train a model");
}

TEST_CASE("a description that is damaged is refused") {
  const Saved saved;
  const std::string file = saved.path("config.json").string();
  const std::string whole = bytes_of(file);
  for (const size_t length : {size_t{0}, size_t{1}, whole.size() / 2, whole.size() - 2}) {
    CAPTURE(length);
    saved.write("config.json", whole.substr(0, length));
    CHECK_THAT(saved.refusal(), Catch::StartsWith(file + " is not JSON at byte ") &&
                                    Catch::EndsWith(": the file is damaged"));
  }
  saved.write("config.json", std::string(80'000, '[') + std::string(80'000, ']'));
  CHECK(saved.refusal() == file + " is nested more than 32 levels deep: the file is damaged");
  for (const char* other : {"[]", "3", "null", "{}", R"({"format": "onnx"})"}) {
    CAPTURE(other);
    saved.write("config.json", other);
    CHECK(saved.refusal() == file + " does not describe a model of alinea");
  }
}

TEST_CASE("a description of another version, or without what a model needs, is refused") {
  const Saved saved;
  const std::string file = saved.path("config.json").string();
  saved.reconfigure("/version", 2);
  CHECK(saved.refusal() == "expected a model of version 1 in " + saved.folder.path().string() +
                               ", got version 2: train it again");
  saved.reconfigure("/version", 1);
  REQUIRE(saved.refusal() == "accepted");

  saved.reconfigure("/model/cell", 7);
  CHECK(saved.refusal() == file + ": expected 'cell' to be one of gru, lstm, lbr-gru, rnn, got 7");
  saved.reconfigure("/model/cell", "elman");
  CHECK(saved.refusal() ==
        file + ": expected 'cell' to be one of gru, lstm, lbr-gru, rnn, got \"elman\"");
  saved.reconfigure("/model/cell", "gru");
  saved.reconfigure("/tokenizer", 3);
  const std::string damaged =
      "expected 'model', 'tokenizer' and 'lowercase' in " + file + ": the file is damaged";
  CHECK(saved.refusal() == damaged);
  saved.reconfigure("/tokenizer", "letters");
  CHECK_THAT(saved.refusal(), Catch::StartsWith("the options in " + file));
  saved.reconfigure("/tokenizer", "space");
  saved.reconfigure("/lowercase", "yes");
  CHECK(saved.refusal() == damaged);
}

TEST_CASE("a description from before lower-casing keeps the case of its text") {
  const Saved saved;
  const auto keeps_case = [&] {
    return load<TranslationModel>(saved.folder).languages.source.tokens("Ein Haus") ==
           std::vector<std::string>{"Ein", "Haus"};
  };
  CHECK(keeps_case());
  saved.reconfigure("/lowercase", true);
  CHECK_FALSE(keeps_case());
  auto json = nlohmann::ordered_json::parse(bytes_of(saved.path("config.json")));
  REQUIRE(json.erase("lowercase") == 1);
  saved.write("config.json", json.dump());
  CHECK(keeps_case());
}

TEST_CASE("vocabularies that are missing or damaged are refused") {
  const Saved saved;
  const std::string file = saved.path("source.vocabulary.txt").string();
  saved.write("source.vocabulary.txt", "<unk>\n<s>\nword\n");
  CHECK_THAT(saved.refusal(), Catch::StartsWith("'" + file + "' is not a vocabulary"));
  saved.write("source.vocabulary.txt", "<unk>\n<s>\n</s>\nword\n");
  CHECK_THAT(saved.refusal(), Catch::Contains("'encoder.embedding.weight' of shape [11, 7], "
                                              "expected [4, 7]"));
  fs::remove(file);
  CHECK_THAT(saved.refusal(), Catch::StartsWith("cannot read '" + file + "'"));
}

TEST_CASE("a model whose training never came to a validation is unfinished") {
  const Saved saved;
  fs::rename(saved.path("best.safetensors"), saved.path("last.safetensors"));
  CHECK_NOTHROW(load<TranslationModel>(saved.folder, Snapshot::kLast));
  fs::remove(saved.path("last.safetensors"));
  CHECK(saved.refusal() == "there is no validated model in " + saved.folder.path().string() +
                               " yet, best.safetensors comes with the first validation: wait for "
                               "it if the training is running, otherwise resume the training; "
                               "training.csv shows whether it diverged");
}

TEST_CASE("parameters that are cut off anywhere are refused") {
  const Saved saved;
  const std::string whole = bytes_of(saved.path("best.safetensors"));
  for (const size_t length :
       {size_t{0}, size_t{7}, size_t{100}, whole.size() / 2, whole.size() - 1}) {
    CAPTURE(length);
    saved.write("best.safetensors", whole.substr(0, length));
    CHECK_THAT(saved.refusal(), Catch::Contains("best.safetensors' is not a complete safetensors"));
  }
}

TEST_CASE("parameters of another model are refused") {
  const Saved saved;
  const std::string file = saved.path("best.safetensors").string();
  saved.folder.save_parameters(random_model(general_options(), 1)->parameters(), Snapshot::kBest);
  CHECK(saved.refusal() ==
        "expected 36 parameters in " + file + ", got 19: the file belongs to another model");

  ModelOptions wider = stacked_options();
  wider.attention_size = 8;
  saved.folder.save_parameters(random_model(wider, 1)->parameters(), Snapshot::kBest);
  CHECK_THAT(saved.refusal(), Catch::StartsWith("'" + file + "' has tensor 'attention."));
  CHECK_THAT(saved.refusal(), Catch::EndsWith("of shape [12, 8], expected [12, 9]"));
}

TEST_CASE("sizes that the parameters do not have are refused before anything is made for them") {
  const Saved saved;
  for (const char* size : {"hidden_size", "embedding_size", "attention_size"}) {
    CAPTURE(size);
    saved.reconfigure(fmt::format("/model/{}", size), 1 << 16);
    saved.reconfigure("/model/decoder_layers", 64);
    CHECK_THAT(saved.refusal(), Catch::Contains("best.safetensors"));
  }
}

TEST_CASE("a file of a model that is a link to elsewhere is refused") {
  const Saved saved;
  const TemporaryFolder elsewhere;
  for (const char* name : {"config.json", "best.safetensors", "source.vocabulary.txt"}) {
    CAPTURE(name);
    fs::rename(saved.path(name), elsewhere.path() / name);
    fs::create_symlink(elsewhere.path() / name, saved.path(name));
    CHECK_THAT(saved.refusal(),
               Catch::StartsWith(saved.path(name).string() + " is a link that leads out"));
    fs::remove(saved.path(name));
    fs::rename(elsewhere.path() / name, saved.path(name));
  }
  CHECK(saved.refusal() == "accepted");
}

TEST_CASE("an existing model is left alone unless it is to be replaced") {
  const Saved saved;
  const std::string expected = saved.folder.path().string() +
                               " already contains a model: overwrite it, or give another folder";
  CHECK(Saved::refusal_of([&] { saved.folder.create(false); }) == expected);
  CHECK(Saved::refusal_of([&] { saved.folder.check_free(false); }) == expected);
  CHECK_NOTHROW(saved.folder.check_free(true));
  CHECK(saved.refusal() == "accepted");  // nothing was touched
}

TEST_CASE("replacing a model removes its files and no others") {
  const Saved saved;
  saved.write("last.safetensors", "");
  saved.write("training.csv", "epoch\n");
  saved.write("source.spm", "");
  saved.write("target.spm", "");
  saved.write("notes.txt", "mine");
  fs::create_directory(saved.path("alignments"));
  saved.folder.create(/*overwrite=*/true);
  std::vector<std::string> left;
  for (const fs::directory_entry& entry : fs::directory_iterator(saved.folder.path()))
    left.push_back(entry.path().filename());
  std::ranges::sort(left);
  CHECK(left == std::vector<std::string>{"alignments", "notes.txt"});
  CHECK(bytes_of(saved.path("notes.txt")) == "mine");
  CHECK_NOTHROW(saved.folder.create(/*overwrite=*/false));
}

TEST_CASE("a model is replaced once the new one is whole, and left alone where that fails") {
  const Saved saved;
  saved.write("checkpoint-7.safetensors", "...");
  const std::string before = bytes_of(saved.path("best.safetensors"));
  const auto write = [&](const ModelFolder& made, bool fails) {
    save_description(saved.model, made, {{"training", {{"seed", 2}}}});
    CHECK(bytes_of(saved.path("best.safetensors")) == before);
    CHECK(saved.refusal() == "accepted");
    if (fails) throw Error("the disk is full");
    made.save_parameters(random_model(stacked_options(), 9)->parameters(), Snapshot::kBest);
  };
  CHECK(Saved::refusal_of([&] {
          saved.folder.create(true, [&](const ModelFolder& made) { write(made, true); });
        }) == "the disk is full");
  CHECK(saved.refusal() == "accepted");
  CHECK(bytes_of(saved.path("best.safetensors")) == before);
  CHECK(fs::exists(saved.path("checkpoint-7.safetensors")));
  saved.folder.create(true, [&](const ModelFolder& made) { write(made, false); });
  CHECK(saved.refusal() == "accepted");
  CHECK(bytes_of(saved.path("best.safetensors")) != before);
  CHECK_FALSE(fs::exists(saved.path("checkpoint-7.safetensors")));
  CHECK(saved.temporary.file_count() == 1);
}

TEST_CASE("parameters that are not finite are refused by name, and not saved") {
  const Saved saved;
  const float bad =
      GENERATE(std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity());
  // Another program's file has no checksum.
  std::string bytes = bytes_of(saved.path("best.safetensors"));
  bytes.replace(bytes.find("crc32"), 5, "crc31");
  std::memcpy(bytes.data() + bytes.size() - sizeof bad, &bad, sizeof bad);
  saved.write("best.safetensors", bytes);
  const std::string last = Safetensors(saved.path("best.safetensors")).names().back();
  CHECK_THAT(saved.refusal(), Catch::Contains(saved.path("best.safetensors").string()) &&
                                  Catch::Contains(fmt::format("has {} in tensor '{}'", bad, last)));
  CHECK_FALSE(saved.folder.has_parameters(Snapshot::kBest));
  saved.model.network->parameters().parameters().begin()->value()[0] = bad;
  CHECK_THAT(Saved::refusal_of([&] {
               saved.folder.save_parameters(saved.model.network->parameters(), Snapshot::kLast);
             }),
             Catch::Contains("not finite"));
  CHECK_FALSE(fs::exists(saved.path("last.safetensors")));
}

TEST_CASE("a model whose best parameters were removed is told from one that never had any") {
  const Saved saved;
  fs::rename(saved.path("best.safetensors"), saved.path("last.safetensors"));
  CHECK_THAT(saved.refusal(), Catch::Contains("best.safetensors is missing") &&
                                  Catch::Contains("copy last.safetensors"));
}

TEST_CASE("a model cannot lie where a file lies") {
  const TemporaryFolder temporary;
  const fs::path file = temporary.file("file", "text");
  const std::string expected =
      "expected a folder for the model, but " + file.string() + " is a file: give another name";
  CHECK(Saved::refusal_of([&] { ModelFolder(file).create(true); }) == expected);
  CHECK(Saved::refusal_of([&] { ModelFolder(file).check_free(false); }) == expected);
  CHECK_THAT(Saved::refusal_of([&] { ModelFolder(file / "inside").create(true); }),
             Catch::StartsWith("cannot create the folder " + (file / "inside").string()));
  CHECK(bytes_of(file) == "text");
}

TEST_CASE("a model that may not be read is not said to be missing") {
  const Saved saved;
  REQUIRE(::chmod(saved.folder.path().c_str(), 0) == 0);
  {
    const Unprivileged user;
    CHECK_THROWS_WITH(load<TranslationModel>(saved.folder), Catch::Contains("Permission denied"));
    CHECK_THROWS_WITH(kind_of(saved.folder), Catch::Contains("Permission denied"));
  }
  REQUIRE(::chmod(saved.folder.path().c_str(), 0700) == 0);
}

}  // namespace
}  // namespace alinea
