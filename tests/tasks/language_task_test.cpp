// Texts as lines, windows and streams; masks; and a training that is interrupted anywhere.
#include "tasks/language_task.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <set>

#include "models/language_variants.h"
#include "models/near.h"
#include "ops/engine.h"
#include "storage/temporary_folder.h"
#include "text/vocabulary.h"
#include "training/trainer.h"

namespace alinea {
namespace {

using LineIds = std::vector<int32_t>;

TextCorpus text_of(std::span<const LineIds> lines) {
  TextCorpus corpus;
  for (size_t i = 0; i < lines.size(); ++i) corpus.add(lines[i], static_cast<int64_t>(i) + 1);
  return corpus;
}

const std::vector<LineIds> kSomeLines = {{3, 4, 5, 6}, {}, {7, 8}, {9, 3, 3}, {5}, {6, 7, 4, 4, 8}};

// All tokens that an epoch of kept leftovers reads, in the order of their examples.
std::vector<int32_t> read_words(const TextExamples& examples) {
  std::vector<int32_t> words;
  for (int64_t i = 0; i < examples.size(); ++i)
    for (const int32_t word : examples.corpus().words(examples.window(i))) words.push_back(word);
  return words;
}

TEST_CASE("lines and windows hold every token of the text once and in order") {
  const TextCorpus corpus = text_of(kSomeLines);
  const std::vector<int32_t> all = {3, 4, 5, 6, 2, 2, 7, 8, 2, 9, 3, 3, 2, 5, 2, 6, 7, 4, 4, 8, 2};
  REQUIRE(corpus.tokens() == std::ssize(all));
  CHECK(read_words({corpus, {}, TextExamples::Leftover::kKept}) == all);
  for (const int64_t length : {1, 4, 5, 21, 100})
    CHECK(read_words({corpus, {TextCut::Kind::kWindows, length}, TextExamples::Leftover::kKept}) ==
          all);
}

TEST_CASE("before the first word of a line stands <s>, wherever a window begins") {
  const TextCorpus corpus = text_of(kSomeLines);
  const std::vector<TextWindow> windows = {{0, 4}, {3, 9}, {9, 10}};
  const Batch batch = corpus.batch(windows);
  CHECK(batch.index == std::vector<int64_t>{1, 0, 2});
  CHECK(batch.target_lengths == std::vector<int64_t>{6, 4, 1});
  CHECK(batch.target == std::vector<int32_t>{6, 2, 2, 7, 8, 2, 3, 4, 5, 6, 9});
  CHECK(batch.previous == std::vector<int32_t>{5, 6, 1, 1, 7, 8, 1, 3, 4, 5, 1});
}

TEST_CASE("streams run side by side, a window of each at a time, and miss no token but the last") {
  const TextCorpus corpus = text_of(kSomeLines);
  const TextCut cut{TextCut::Kind::kStreams, 3, 4};
  const TextExamples kept(corpus, cut, TextExamples::Leftover::kKept),
      dropped(corpus, cut, TextExamples::Leftover::kDropped);
  std::map<int64_t, std::vector<int32_t>> streams;
  for (int64_t i = 0; i < kept.size(); ++i)
    for (const int32_t word : corpus.words(kept.window(i))) streams[kept.stream(i)].push_back(word);
  std::vector<int32_t> all;
  for (const auto& [stream, words] : streams) all.insert(all.end(), words.begin(), words.end());
  CHECK(all == read_words({corpus, {}, TextExamples::Leftover::kKept}));
  for (int64_t i = 0; i < dropped.size(); ++i) {
    CHECK(dropped.window(i).length() == (i < 4 ? 3 : 2));  // 5 of 21 tokens each
    CHECK(dropped.begins_stream(i) == (i < 4));
    if (i >= 4) CHECK(dropped.window(i).begin == dropped.window(i - 4).end);
  }
}

TEST_CASE("windows of training begin somewhere else in every epoch") {
  const TextCorpus corpus = text_of(kSomeLines);
  TextExamples examples(corpus, {TextCut::Kind::kWindows, 7}, TextExamples::Leftover::kDropped);
  std::set<int64_t> begins;
  for (int64_t epoch = 0; epoch < 40; ++epoch) {
    examples.begin_epoch(3, epoch);
    for (int64_t i = 0; i < examples.size(); ++i) CHECK(examples.window(i).length() > 0);
    begins.insert(examples.window(0).begin);
  }
  CHECK(begins == std::set<int64_t>{0, 1, 2, 3, 4, 5, 6});
}

TEST_CASE("15 % of the words are masked, and read as the paper says") {
  constexpr int32_t kMaskId = 10;
  const MaskingOptions options{.mask = kMaskId, .vocabulary_size = 11};
  std::vector<int32_t> sentence(40, 3);
  sentence.back() = kEnd;
  Random random(1);
  int64_t masked_words = 0, mask = 0, same = 0, other = 0;
  for (int64_t i = 0; i < 2000; ++i) {
    MaskedWords masked;
    add_masked(sentence, options, random, masked);
    CHECK(masked.places.size() == 6);  // of 39
    CHECK(masked.ids.back() == kEnd);
    for (size_t w = 0; w < masked.places.size(); ++w) {
      const int32_t read = masked.ids[masked.places[w]];
      CHECK(masked.words[w] == 3);
      CHECK(read > kEnd);
      ++masked_words;
      mask += read == kMaskId ? 1 : 0;
      same += read == 3 ? 1 : 0;
      other += read != kMaskId && read != 3 ? 1 : 0;
    }
    int64_t changed = 0;
    for (const int32_t read : masked.ids) changed += read != 3 && read != kEnd ? 1 : 0;
    CHECK(changed <= 6);
  }
  // One of 7 words that are drawn is the word itself.
  const auto share = [&](int64_t count) {
    return static_cast<double>(count) / static_cast<double>(masked_words);
  };
  CHECK(share(mask) == Approx(0.8).margin(0.01));
  CHECK(share(same) == Approx(0.1 + 0.1 / 7).margin(0.01));
  CHECK(share(other) == Approx(0.1 * 6 / 7).margin(0.01));
}

TEST_CASE("a sentence has at least one word to find, one without words its first token") {
  Random random(1);
  MaskedWords masked;
  add_masked(std::vector<int32_t>{4, 2}, {10, 11}, random, masked);
  add_masked(std::vector<int32_t>{2}, {10, 11}, random, masked);
  CHECK(masked.places == std::vector<int64_t>{0, 2});
  CHECK(masked.words == std::vector<int32_t>{4, 2});
  CHECK(masked.lengths == std::vector<int64_t>{2, 1});
}

// 60 lines of counting up, each from somewhere else.
std::vector<LineIds> counting_lines() {
  std::vector<LineIds> lines;
  for (int32_t i = 0; i < 60; ++i) {
    LineIds& line = lines.emplace_back();
    for (int32_t t = 0; t < 3 + i % 4; ++t) line.push_back(3 + (i + t) % 7);
  }
  return lines;
}

LanguageTask::Options task_options(const LanguageOptions& model, bool stream) {
  LanguageTask::Options options;
  options.batch.size = 6;
  options.mask = 10;
  if (!stream) return options;
  const bool is_carried = model.objective == "causal" && !model.is_transformer();
  options.cut = {is_carried ? TextCut::Kind::kStreams : TextCut::Kind::kWindows, 5, 6};
  return options;
}

std::vector<LanguageOptions> trained_models() {
  std::vector<LanguageOptions> models;
  for (const char* objective : {"causal", "masked", "bidirectional"})
    for (const char* architecture : {"recurrent", "transformer"}) {
      LanguageOptions options;
      options.objective = objective;
      options.network.encoder = architecture;
      options.network.cell = "lstm";
      options.network.layers = 2;
      options.network.embedding_size = options.network.hidden_size = 8;
      options.network.dropout = 0.1;
      options.network.transformer.feed_forward_size = 8;
      models.push_back(options);
    }
  return models;
}

TEST_CASE("every language model learns, and goes on after an interruption to the same bits") {
  ops::set_threads(1);
  const TextCorpus corpus = text_of(counting_lines());
  for (const bool stream : {false, true})
    for (const LanguageOptions& model : trained_models()) {
      INFO(model.objective << " " << model.network.encoder << (stream ? " stream" : " lines"));
      const TemporaryFolder folder;
      double first = 0, last = 0;
      const auto train = [&](const char* name, int64_t updates) {
        LanguageNetwork network(model, kLanguageVocabulary, ParameterStore::Gradients::kKept);
        Random random(2);
        network.parameters().initialize(random);
        LanguageTask task(network, {corpus, corpus}, task_options(model, stream));
        if (first == 0) first = task.validate(alone()).loss;
        TrainerOptions options;
        options.patience = 0;
        options.epochs = 0;
        options.updates = updates;
        options.save_every = 7;
        options.schedule.learning_rate = 0.02;
        const std::filesystem::path path = folder.path() / name;
        TrainingRun run(path, {}, /*overwrite=*/false);
        if (!run.goes_on()) run.begin();
        Trainer(task, options, ModelFolder(path), run).run();
        last = task.validate(alone()).loss;
        const std::span<const float> values = network.parameters().values();
        return std::vector<float>(values.begin(), values.end());
      };
      const std::vector<float> whole = train("whole", 60);
      CHECK(last < 0.9 * first);
      for (const int64_t half : {3, 31}) train("parts", half);  // within epochs
      CHECK(train("parts", 60) == whole);
    }
}

TEST_CASE("validation is the mean of what the model says of every token, in any batch") {
  ops::set_threads(1);
  const TextCorpus corpus = text_of(kSomeLines);
  for (const LanguageVariant& variant : language_variants("causal")) {
    INFO(variant.name);
    const auto model = random_language_model(variant.options, 5);
    std::vector<SentencePair> pairs;
    pairs.reserve(kSomeLines.size());
    for (const LineIds& line : kSomeLines) pairs.push_back({{}, line, 0});
    Arena arena;
    Tape tape(arena, Tape::Mode::kInference);
    const Batch batch = make_batch(pairs);
    const double loss = static_cast<double>(model->likelihood(tape, batch).loss.value()[0]) /
                        static_cast<double>(corpus.tokens());
    for (const int64_t size : {1, 4, 100}) {
      LanguageTask::Options options;
      options.batch.size = size;
      const Validation validation =
          LanguageTask(*model, {corpus, corpus}, options).validate(alone());
      CHECK(validation.loss == near(loss, 1e-5));
      CHECK(validation.measures == std::vector<double>{std::exp(validation.loss)});
    }
    if (!variant.options.is_recurrent()) continue;  // pieces are read each by itself
    // One stream reads the text in one piece, however it is cut.
    std::vector<double> losses;
    for (const int64_t length : {4, 21}) {
      LanguageTask::Options options;
      options.cut = {TextCut::Kind::kStreams, length, 1};
      losses.push_back(LanguageTask(*model, {corpus, corpus}, options).validate(alone()).loss);
    }
    CHECK(losses[0] == near(losses[1], 1e-5));
  }
}

TEST_CASE("the first word that a stream reads is <s>, also within a line") {
  ops::set_threads(1);
  const std::vector<LineIds> line = {{3, 4, 5, 6, 7, 8}};
  const TextCorpus corpus = text_of(line);
  for (const LanguageVariant& variant : language_variants("causal")) {
    if (!variant.options.carries_states()) continue;
    INFO(variant.name);
    const auto model = random_language_model(variant.options, 5);
    LanguageTask::Options options;
    options.cut = {TextCut::Kind::kStreams, 3, 2};
    const double loss = LanguageTask(*model, {corpus, corpus}, options).validate(alone()).loss;
    Arena arena;
    Tape tape(arena, Tape::Mode::kInference);
    Batch batch;
    batch.size = 2;
    batch.target_lengths = {4, 3};
    batch.target = {3, 4, 5, 6, 7, 8, kEnd};
    batch.previous = {kBegin, 3, 4, 5, kBegin, 7, 8};
    batch.index = {0, 1};
    CHECK(loss ==
          near(static_cast<double>(model->likelihood(tape, batch).loss.value()[0]) / 7, 1e-5));
  }
}

TEST_CASE("states that are not finite are not carried on") {
  const auto model = random_language_model(language_variants("causal").front().options, 1);
  CarriedStates states(*model, 2);
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  const std::vector<CarriedStates::Place> both = {{1, false}, {0, false}};
  std::vector<Variable> rows = states.rows(tape, both);
  std::ranges::fill(rows[0].values(), 0.5F);
  rows[0].values()[0] = std::nanf("");
  states.keep(both, rows);
  const std::vector<Variable> kept = states.rows(tape, both);
  CHECK(kept[0].values()[0] == 0);
  CHECK(kept[0].values()[1] == 0.5F);
  const std::vector<CarriedStates::Place> begun = {{1, true}, {0, false}};
  const std::vector<Variable> again = states.rows(tape, begun);
  CHECK(again[0].values()[1] == 0);
  CHECK(again[0].values().back() == 0.5F);
}

}  // namespace
}  // namespace alinea
