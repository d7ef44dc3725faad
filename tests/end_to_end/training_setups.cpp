#include "training_setups.h"

#include <catch2/catch.hpp>

#include "small_data.h"

namespace alinea {

namespace {

// A workspace has the data of translators and language models from the start.
void write_nothing(const Workspace& /*work*/) {}

void write_sounds(const Workspace& work) {
  const Tones train(work, "train", 42), valid(work, "valid", 6);
}

void write_pairs(const Workspace& work) {
  work.write("train.tsv", pairs_text(64));
  work.write("valid.tsv", pairs_text(16));
}

void write_tagged(const Workspace& work) {
  work.write("train.tsv", as_columns(tagged_sentences(60)));
  work.write("valid.tsv", as_columns(tagged_sentences(17)));
}

void write_tagged_lines(const Workspace& work) {
  work.write("train.tsv", as_lines(tagged_sentences(60)));
  work.write("valid.tsv", as_lines(tagged_sentences(17)));
}

void write_questions(const Workspace& work) {
  work.write("train.tsv", questions_text(60));
  work.write("valid.tsv", questions_text(20));
}

const Given kTransformer = {{"embedding-size", "8"},
                            {"heads", "2"},
                            {"feed-forward-size", "10"},
                            {"embedding-dropout", "0"}};
const Given kConvolutional = {{"embedding-size", "8"}, {"channels", "6"}, {"kernel", "3"}};
const Given kRecurrent = {{"embedding-size", "7"}, {"hidden-size", "6"}};
const Given kNothingDropped = {{"dropout", "0"}, {"word-dropout", "0"}};
const Given kRandom = {{"dropout", "0.2"}, {"word-dropout", "0.1"}};
const Given kLabelled = {
    {"train", "train.tsv"}, {"valid", "valid.tsv"}, {"dropout", "0"}, {"word-dropout", "0"}};

// Of a model of these options.
Given large(const Given& options) {
  Given sizes = {{"embedding-size", "96"}};
  if (options.contains("hidden-size")) sizes["hidden-size"] = "48";
  return sizes;
}

TrainingSetup translator(const std::string& name, const Given& options) {
  const Given text = {{"source", "train.de"},
                      {"target", "train.en"},
                      {"valid-source", "valid.de"},
                      {"valid-target", "valid.en"}};
  return {.name = "translator: " + name,
          .command = "train",
          .write_data = write_nothing,
          .options = with(with(kNothingDropped, text), options),
          .random = kRandom,
          .large = large(options),
          .kind = "translation model",
          .use = "translate",
          .input = "drei\n\nzwei hundert\n"};
}

Given layers(const Given& part, Given options = {}) {
  return with(with(part, {{"encoder-layers", "2"}, {"decoder-layers", "2"}}), std::move(options));
}

TrainingSetup hard_attention() {
  TrainingSetup setup = translator("hard attention", with(kRecurrent, {{"attention-choice", "hard"},
                                                                       {"doubly-stochastic", "0.1"},
                                                                       {"context-gate", ""}}));
  setup.draws = true;
  return setup;
}

TrainingSetup feature_translator(const std::string& name, void (*write_data)(const Workspace&),
                                 const Given& options, const std::string& input) {
  const Given data = {{"source-type", "features"},   {"source", "train.lst"},
                      {"target", "train.txt"},       {"valid-source", "valid.lst"},
                      {"valid-target", "valid.txt"}, {"features-folder", "."}};
  return {.name = name,
          .command = "train",
          .write_data = write_data,
          .options = with(with(kNothingDropped, data), options),
          .random = {{"dropout", "0.2"},
                     {"time-warp", "3"},
                     {"time-masks", "1"},
                     {"frequency-masks", "1"}},
          .large = large(options),
          .kind = "translation model",
          .use = "translate",
          .use_options = {{"features-folder", "."}},
          .input = input};
}

TrainingSetup classifier(const std::string& name, void (*write_data)(const Workspace&),
                         const Given& options, const std::string& input) {
  return {.name = name,
          .command = "train-classifier",
          .write_data = write_data,
          .options = with(kLabelled, options),
          .random = kRandom,
          .large = large(options),
          .kind = "document classifier",
          .use = "classify",
          .input = input};
}

TrainingSetup documents(const std::string& name, const Given& options) {
  return classifier("classifier of documents: " + name, write_documents, options,
                    "The room was cold. I am angry.\n\nThank you.\n");
}

TrainingSetup pairs(const std::string& name, const Given& options) {
  return classifier("classifier of pairs: " + name, write_pairs, with(options, {{"pairs", ""}}),
                    "The cat sleeps.\tA cat sleeps\nA dog.\tAn owl\n");
}

TrainingSetup glimpses() {
  TrainingSetup setup = classifier(
      "classifier by glimpses", [](const Workspace& work) { write_labelled_pictures(work, 80); },
      {{"source-type", "features"},
       {"features-folder", "."},
       {"glimpses", "3"},
       {"glimpse-size", "4"},
       {"glimpse-hidden-size", "12"}},
      "pictures-idx3-ubyte:0\npictures-idx3-ubyte:1\n");
  for (const char* name : {"dropout", "word-dropout"}) setup.options.erase(name);
  setup.random = {};
  setup.large = {{"glimpse-hidden-size", "200"}};
  setup.kind = "picture classifier";
  setup.use_options = {{"features-folder", "."}};
  return setup;
}

TrainingSetup tagger(const std::string& name, const Given& options,
                     void (*write_data)(const Workspace&) = write_tagged) {
  return {.name = "tagger: " + name,
          .command = "train-tagger",
          .write_data = write_data,
          .options = with(kLabelled, options),
          .random = kRandom,
          .large = large(options),
          .kind = "tagger",
          .use = "tag",
          .input = "the\nplay\n\nAnn\n"};
}

TrainingSetup joint_tagger() {
  TrainingSetup setup = tagger("tags and a class",
                               with(kRecurrent, {{"form", "lines"},
                                                 {"tag-column", "2"},
                                                 {"class-column", "3"},
                                                 {"joint-class", ""},
                                                 {"slot-gate", ""}}),
                               write_tagged_lines);
  setup.input = "the play stops\n\nAnn\n";
  return setup;
}

TrainingSetup reader(const std::string& name, const Given& options) {
  return {.name = "reader: " + name,
          .command = "train-reader",
          .write_data = write_questions,
          .options = with(kLabelled, options),
          .random = kRandom,
          .large = large(options),
          .kind = "reader",
          .use = "answer",
          .input = "Ann sleeps but Bob runs .\tXXXXX has no work .\n"};
}

TrainingSetup story_reader(const std::string& name, const Given& options) {
  TrainingSetup setup = reader("stories: " + name, with(options, {{"stories", ""}}));
  setup.write_data = [](const Workspace& work) {
    work.write("train.tsv", stories_text(72));
    work.write("valid.tsv", stories_text(24));
  };
  setup.kind = "reader of stories";
  setup.input = "1 Mary went to the hall.\n2 Where is Mary?\t\n";
  setup.answers = 1;
  return setup;
}

TrainingSetup language_model(const std::string& name, const Given& options) {
  TrainingSetup setup = {
      .name = "language model: " + name,
      .command = "train-language-model",
      .write_data = write_nothing,
      .options =
          with(with(kNothingDropped, {{"train", "train.en"}, {"valid", "valid.en"}}), options),
      .random = kRandom,
      .large = large(options),
      .kind = "language model"};
  if (options.contains("objective")) return setup;
  setup.use = "generate";
  setup.input = "one\ntwo hundred\n";
  return setup;
}

std::vector<TrainingSetup> make_setups() {
  const Given transformer = with(kTransformer, {{"encoder", "transformer"}}),
              convolutional = with(kConvolutional, {{"encoder", "convolutional"}}),
              transformers = with(kTransformer, {{"architecture", "transformer"}}),
              convolutions = with(kConvolutional, {{"architecture", "convolutional"}}),
              window = with(kRecurrent, {{"encoder", "window"}, {"window", "1"}}),
              intra = with(kRecurrent, {{"intra-attention", ""}});
  const std::string picture = "pictures-idx3-ubyte:0\n\npictures-idx3-ubyte:1\n";
  const auto write_pictures = [](const Workspace& work) { write_described_pictures(work, 60); };
  return {
      translator("GRU, additive attention", kRecurrent),
      translator(
          "LSTM, local attention, input feeding",
          layers(kRecurrent,
                 {{"cell", "lstm"}, {"attention", "general"}, {"attention-mode", "local-p"}})),
      translator("intra-attention", with(intra, {{"cell", "lstm"}})),
      hard_attention(),
      translator(
          "copying, coverage",
          with(kRecurrent, {{"copy", ""}, {"joint-vocabulary", ""}, {"coverage-loss", "0.1"}})),
      translator("Transformer", layers(transformers)),
      translator("Transformer, relative positions, pre-norm",
                 layers(transformers, {{"positions", "relative"}, {"norm", "pre"}})),
      translator("Universal Transformer with halting",
                 layers(transformers, {{"universal", ""}, {"halting", ""}})),
      translator("convolutional", layers(convolutions)),
      translator("Transformer encoder, recurrent decoder",
                 with(transformer,
                      {{"decoder", "luong"}, {"attention", "general"}, {"hidden-size", "8"}})),
      translator("bag of words, feed-forward decoder",
                 with(kRecurrent, {{"encoder", "bag"}, {"decoder", "feed-forward"}})),
      feature_translator("translator of sounds: joint loss, location-aware", write_sounds,
                         with(layers(kRecurrent), {{"mel-filters", "12"},
                                                   {"feature-normalization", "corpus"},
                                                   {"deltas", "1"},
                                                   {"subsampling", "1"},
                                                   {"location-aware", ""},
                                                   {"ctc-weight", "0.3"}}),
                         "valid0.wav\n\nvalid1.wav\n"),
      feature_translator("translator of pictures: convolutional front end", write_pictures,
                         with(kRecurrent, {{"front-end", "convolution"},
                                           {"front-end-layers", "1"},
                                           {"front-end-channels", "4"}}),
                         picture),
      feature_translator("translator of pictures: patches, Transformer", write_pictures,
                         layers(transformers, {{"patches", "4"}}), picture),
      documents("hierarchical", with(kRecurrent, {{"attention-size", "5"}})),
      documents("LSTM, self-attentive pooling",
                with(kRecurrent, {{"no-hierarchical", ""}, {"pooling", "self-attentive"}})),
      documents("intra-attention", with(intra, {{"no-hierarchical", ""}})),
      documents("Transformer", with(transformer, {{"no-hierarchical", ""}})),
      documents("convolutional", with(convolutional, {{"no-hierarchical", ""}})),
      pairs("word by word", kRecurrent),
      pairs("two-way, GRU", with(kRecurrent, {{"pair-attention", "two-way"}, {"cell", "gru"}})),
      pairs("compared", with(kRecurrent, {{"pair-attention", "compare"}})),
      pairs("joined, Transformer", transformer),
      glimpses(),
      tagger("recurrent, CRF, letters",
             with(kRecurrent, {{"crf", ""}, {"character-features", ""}})),
      tagger("intra-attention", intra),
      tagger("window", window),
      tagger("Transformer", transformer),
      tagger("convolutional", convolutional),
      joint_tagger(),
      reader("attention over attention", kRecurrent),
      reader("sum of attention, LSTM", with(kRecurrent, {{"reader", "sum"}, {"cell", "lstm"}})),
      reader("Transformer", transformer),
      story_reader("recurrent", kRecurrent),
      story_reader("Universal Transformer with halting",
                   with(transformer, {{"universal", ""}, {"layers", "3"}, {"halting", ""}})),
      language_model("recurrent stream",
                     with(kRecurrent, {{"cell", "lstm"}, {"stream", ""}, {"bptt", "5"}})),
      language_model("intra-attention", intra),
      language_model("Transformer", transformers),
      language_model("convolutional", convolutions),
      language_model("masked", with(transformers, {{"objective", "masked"}})),
      language_model("bidirectional", with(kRecurrent, {{"objective", "bidirectional"}})),
  };
}

}  // namespace

const std::vector<TrainingSetup>& training_setups() {
  static const std::vector<TrainingSetup> setups = make_setups();
  return setups;
}

Given with(const Given& options, Given more) {
  more.insert(options.begin(), options.end());
  return more;
}

Outcome train(const Workspace& work, const TrainingSetup& setup, const std::string& model,
              const Given& options, const std::string& before) {
  Given all = with(setup.options, options);
  all.merge(Given{{"model", work.path(model)},
                  {"batch-size", "8"},
                  {"updates", "12"},
                  {"epochs", "0"},
                  {"learning-rate", "0.01"},
                  {"threads", "1"}});
  return work.shell(before, setup.command, all, "");
}

std::string make(const Workspace& work, const TrainingSetup& setup, const std::string& model,
                 const Given& options, const std::string& before) {
  const Outcome outcome = train(work, setup, model, options, before);
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  return outcome.err;
}

TrainingLogRows training_log(const Workspace& work, const std::string& model) {
  std::vector<std::string> columns;
  TrainingLogRows rows;
  for (const std::string& line : lines_of(work.read(model + "/training.csv"))) {
    const std::vector<std::string> fields = split(line.substr(0, line.find('\r')), ",");
    if (columns.empty()) {
      columns = fields;
      continue;
    }
    REQUIRE(fields.size() == columns.size());
    rows.emplace_back();
    for (size_t i = 0; i < fields.size(); ++i) rows.back()[columns[i]] = fields[i];
  }
  return rows;
}

TrainingLogRows timeless_log(const Workspace& work, const std::string& model) {
  TrainingLogRows rows = training_log(work, model);
  for (auto& row : rows)
    std::erase_if(row, [](const auto& field) {
      return field.first.ends_with("_per_second") || field.first == "seconds" ||
             field.first == "arena_bytes";
    });
  return rows;
}

}  // namespace alinea
