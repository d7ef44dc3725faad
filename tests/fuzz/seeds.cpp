// fuzz_seeds FOLDER: writes inputs that every reader accepts, or nearly, to FOLDER/READER/NAME.
// Fuzzing begins with them.
#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "fuzz/tiny_models.h"
#include "fuzz/toy_training.h"
#include "signals/feature_bytes.h"
#include "storage/safetensors.h"
#include "text/gzip.h"
#include "text/sentencepiece.h"
#include "training/checkpoint.h"
#include "training/training_log.h"

namespace alinea::fuzz {
namespace {

class Seeds {
 public:
  explicit Seeds(std::filesystem::path folder) : folder_(std::move(folder)) {}

  std::filesystem::path file(const std::string& reader, const std::string& name) const {
    std::filesystem::create_directories(folder_ / reader);
    return folder_ / reader / name;
  }
  void write(const std::string& reader, const std::string& name, std::string_view bytes) const {
    std::ofstream(file(reader, name), std::ios::binary) << bytes;
  }

 private:
  std::filesystem::path folder_;
};

// Without a checksum, or else every change would be caught before anything is read.
void write_tensors(const Seeds& seeds) {
  constexpr std::array<float, 6> kValues = {0, 1, -1, 0.5F, 1e30F, -0.0F};
  const std::array<TensorView, 3> tensors = {TensorView{"a", {2, 3}, kValues},
                                             TensorView{"b", {}, std::span(kValues).first(1)},
                                             TensorView{"empty", {0, 3}, {}}};
  const auto path = seeds.file("safetensors", "checked");
  write_safetensors(path, tensors, {{"format", "pt"}});
  std::string bytes = bytes_of(path);
  const size_t mark = bytes.find("crc32");
  seeds.write("safetensors", "unchecked", bytes.replace(mark, 5, "crc31"));
}

void write_lists(const Seeds& seeds) {
  seeds.write("vocabulary", "words", "<unk>\n<s>\n</s>\nthe\nhouse\nGrüße\n\u4e2d\u6587\n");
  seeds.write("vocabulary", "windows", "<unk>\r\n<s>\r\n</s>\r\na\r\n");
  seeds.write("labels", "two", "negative\npositive\n");
  seeds.write("labels", "three", "1\n2\nüber\n");
}

void write_texts(const Seeds& seeds) {
  const std::string text =
      "ein Haus .\nzwei Häuser ,  drei\t\u4e2d\u6587\r\n\nNr. 4: \"5,000.5\"!\n";
  for (const char* reader : {"parallel_text", "scored_text"}) {
    seeds.write(reader, "plain", text);
    seeds.write(reader, "marked", "\xef\xbb\xbf" + text);
    seeds.write(reader, "gzipped", gzip(text));
  }
  const std::string pairs = "ein Haus\ta house\nzwei\t\r\n\tthree\n\u4e2d\u6587\tChinese .\n";
  seeds.write("tabbed_text", "plain", pairs);
  seeds.write("tabbed_text", "gzipped", gzip(pairs));
  const std::string documents =
      "1\tA film. It is good!<br />Very good.\n0\tDr. No isn't.\n1\tgood <s> better <s>\n"
      "0\tno ! <s> never\n1\tyes\n0\tnein \u4e2d\u6587\u3002\u4e5f\n";
  seeds.write("labelled_documents", "plain", documents);
  seeds.write("labelled_documents", "gzipped", gzip(documents));
  const std::string labelled_pairs =
      "1\tA man. He sleeps.\tA man sleeps\n0\t\tno <s> one\t2.5\n1\tgood <s> better\t\n"
      "0\ta\tb\n1\t\u4e2d\u6587\tc\n0\tx\ty\n";
  seeds.write("labelled_pairs", "plain", labelled_pairs);
  seeds.write("labelled_pairs", "gzipped", gzip(labelled_pairs));
  const std::string questions =
      "The cat ran\tthe XXXXX ran\tcat\tcat|The\nA dog\tXXXXX\tdog\n\u4e2d b\t a  XXXXX\tb\t\n";
  seeds.write("reading_text", "plain", questions);
  seeds.write("reading_text", "gzipped", gzip(questions));
  seeds.write("reading_text", "book", "2\t6\tcat\tcat|dog\n3\t1\tdog\n");
  const std::string stories =
      "1 Mary went to the hall.\n2 Where is Mary? \thall\t1\n1 \u4e2d, b!\n2 Who?\tn,s\n";
  seeds.write("story_text", "plain", stories);
  seeds.write("story_text", "gzipped", gzip(stories));
  const std::string tagged = "The\tB-NP\ndog\tI-NP\n\nIt O\nruns B-VP\n\n-X- O\nö X\n";
  seeds.write("tagged_text", "columns", tagged);
  seeds.write("tagged_text", "gzipped", gzip(tagged));
  seeds.write("tagged_text", "lines", "the dog\tB-NP I-NP\nit runs\tO B-VP\n\t\n");
  const std::string vectors = "3 3\na 1 2 3\nü -1e-3 0 .5\nz 1 1 1\n";
  seeds.write("word_vectors", "plain", vectors);
  seeds.write("word_vectors", "gzipped", gzip(vectors));
  seeds.write("word_vectors", "glove", "der 0.5 -1 2\n. . . 1 2 3\n");
  seeds.write("links", "pharaoh", "0-0 1-2 2?1\n\n3-3\n");
  seeds.write("links", "found", "0-0 1-2\n2-1\n");
  seeds.write("links", "naacl", "1 1 1 S\n1 2 2 P\n0003 1 1\n");
  seeds.write("option_file", "options", "# comment\nepochs = 3\noverwrite=true\n\ncell = gru\n");
}

// One of every format that needs no library to write.
void write_features(const Seeds& seeds) {
  seeds.write("features", "wav", wav_bytes(std::vector<int16_t>(300, 1000), 8000));
  seeds.write("features", "stereo", wav_bytes(std::vector<int16_t>(100, -1000), 44100, 2));
  seeds.write("features", "npy", npy_bytes("<f4", "(2, 3)", {1, 2, 3, 4, 5, 6}));
  seeds.write("features", "sphinx", sphinx_bytes({1, 2, 3, 4, 5, 6}));
  seeds.write("features", "htk", htk_bytes({1, 2, 3, 4, 5, 6}, 3));
  seeds.write("features", "kaldi", kaldi_bytes({1, 2, 3, 4, 5, 6}, 3));
  seeds.write("features", "png", std::string(kTinyPng));
  seeds.write("features", "jpeg", std::string(kTinyJpeg));
}

void write_models(const Seeds& seeds) {
  const TemporaryFolder folder;
  const auto config = folder.path() / "model" / "config.json";
  save_translator(config.parent_path());
  seeds.write("translation_config", "tiny", bytes_of(config));
  save_classifier(config.parent_path());
  seeds.write("classifier_config", "tiny", bytes_of(config));
  const auto text = folder.file("text", "ein Haus\nzwei Wörter und drei\nein Wort und ein Satz\n");
  for (const std::string& type : sentencepiece_types()) {
    train_sentencepiece({{text}}, {.vocabulary_size = 23, .type = type})
        .tokenizer->save(folder.path() / type);
    seeds.write("sentencepiece_model", type, bytes_of(folder.path() / (type + ".spm")));
  }
}

// As deep as a document can be that needs a stack for every level. Longer ones would slow fuzzing
// down.
void write_nested(const Seeds& seeds) {
  constexpr size_t kLevels = 20'000;
  const std::string nested = std::string(kLevels, '[') + std::string(kLevels, ']');
  for (const char* reader : {"checkpoint", "classifier_config", "translation_config"})
    seeds.write(reader, "nested", nested);
  const std::string header = R"({"w":)" + nested + "}";
  const uint64_t length = header.size();
  seeds.write("safetensors", "nested",
              std::string(reinterpret_cast<const char*>(&length), sizeof length) + header);
}

// The path of a request, and its body.
void write_requests(const Seeds& seeds) {
  const auto request = [&](const std::string& name, const std::string& text) {
    seeds.write("server_request", name, text);
  };
  request("translate", "/translate\n{\"text\": \"a b\", \"attention\": true, \"n_best\": 2}");
  request("list",
          "/translate\n{\"text\": [\"a\", \"b\"], \"prefix\": [\"c\", \"\"], \"constraints\": "
          "[[\"d\"], []], \"avoid\": [[], [\"e\"]], \"beam_size\": 3}");
  request("sampling",
          "/translate\n{\"text\": \"a\", \"sampling\": true, \"temperature\": 0.5, \"top_k\": 3, "
          "\"top_p\": 0.9, \"seed\": 7, \"replace_unknown\": true}");
  request("stream",
          "/translate\n{\"text\": [\"a b\", \"\"], \"stream\": true, \"attention\": true}");
  request("libre", "/translate\n{\"q\": \"a\\nb\", \"source\": \"auto\", \"target\": \"en\"}");
  request("form", "/translate&\nq=a+b%20c&q=d&source=de&target=en&alternatives=2");
  request("opennmt", "/translator/translate\n[{\"src\": \"a\", \"id\": 100}, {\"src\": \"b\"}]");
  request("align",
          "/align\n{\"source\": \"a b\", \"target\": \"c\", \"links\": \"threshold\", "
          "\"threshold\": 0.2, \"unit\": \"word\"}");
  request("score", "/score\n{\"source\": [\"a\"], \"target\": [\"b\"], \"model\": \"de-en\"}");
  request("text", "/score\n{\"text\": [\"a\", \"\"]}");
  request("classify", "/classify\n{\"text\": \"a b. c\", \"attention\": true}");
  request("pairs", "/classify\n{\"model\": \"pairs\", \"premise\": \"a\", \"hypothesis\": \"b\"}");
  request("tag", "/tag\n{\"words\": [[\"a\", \"b\"], [\"c\"]]}");
}

void write_training(const Seeds& seeds) {
  const TemporaryFolder folder;
  train_toy(folder.path(), /*losses=*/5);
  std::vector<std::string> notes;
  nlohmann::ordered_json training = Checkpoints(folder.path()).newest(notes)->training;
  seeds.write("checkpoint", "begun", training.dump());
  // Numbers that a later sum would overflow by.
  const std::vector<std::pair<const char*, nlohmann::ordered_json>> changes = {
      {"/state/progress/update", std::numeric_limits<int64_t>::max()},
      {"/state/progress/seconds", 1e300},
      {"/state/progress/log_rows", 1e300},
      {"/state/early_stopping/without_improvement", std::numeric_limits<int64_t>::max()}};
  for (size_t i = 0; i < changes.size(); ++i) {
    nlohmann::ordered_json changed = training;
    changed[nlohmann::ordered_json::json_pointer(changes[i].first)] = changes[i].second;
    seeds.write("checkpoint", fmt::format("changed{}", i), changed.dump());
  }
  TrainingLog log(seeds.file("training_log", "rows"),
                  {.unit = "target tokens", .has_perplexity = true, .measures = {}});
  for (int64_t update = 1; update <= 5; ++update)
    log.write({.update = update, .epoch = 0.5, .loss = 1.25, .learning_rate = 1e-3});
}

}  // namespace
}  // namespace alinea::fuzz

int main(int count, char** arguments) try {
  if (count != 2) {
    fmt::print(stderr, "usage: fuzz_seeds FOLDER\n");
    return 2;
  }
  const alinea::fuzz::Seeds seeds(arguments[1]);
  alinea::fuzz::write_tensors(seeds);
  alinea::fuzz::write_lists(seeds);
  alinea::fuzz::write_texts(seeds);
  alinea::fuzz::write_features(seeds);
  alinea::fuzz::write_models(seeds);
  alinea::fuzz::write_nested(seeds);
  alinea::fuzz::write_requests(seeds);
  alinea::fuzz::write_training(seeds);
  return 0;
} catch (const std::exception& error) {
  std::cerr << "fuzz_seeds: " << error.what() << '\n';
  return 1;
}
