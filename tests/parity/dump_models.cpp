// Writes models of every kind with random parameters, and what the library computes with them:
//
//   dump_models FOLDER
//
// makes a folder a model in FOLDER: the model folder itself and
//   source.txt, target.txt   sentence pairs, one a line; of features features.json
//   [pair][row][column] expected.json            log_probability [pair], weights
//   [pair][target][head][source] gradients.safetensors    of the loss, for every parameter
//   guide.json               of models in full context: links [pair][link][source, target] whose
//   term the loss has, and its options
// compare.py computes the same from docs/model.md.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "attention/mode.h"
#include "attention/score.h"
#include "decoders/bridge.h"
#include "dump.h"
#include "layers/recurrent.h"
#include "models/translation_model.h"
#include "models/variants.h"
#include "ops/sum.h"
#include "search/translator.h"
#include "storage/atomic_file.h"
#include "storage/temporary_folder.h"
#include "support/error.h"
#include "tasks/guided_alignment.h"
#include "text/corpus.h"

namespace alinea {
namespace {

namespace fs = std::filesystem;

// Sentence pairs with an empty source, an empty target, and words that no vocabulary knows.
struct Text {
  std::string tokenizer;
  std::vector<std::string> source_words, target_words;
  std::vector<std::string> sources, targets;
};

const Text kTexts[] = {{"space",
                        {"s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10"},
                        {"t3", "t4", "t5", "t6", "t7", "t8", "t9", "t10", "t11", "t12"},
                        {"s3 s4\ts5 unheard s7", "s8  s9 s3", "", "s10 </s> s8"},
                        {"t3 t4 t12", "t5 t6 t7 unheard t9 t10 ", "t11", ""}},
                       {"char",
                        {"a", "b", "c", "d", "ä", "е", "水", "▁"},
                        {"a", "b", "c", "d", "e", "ß", "ж", "火", "▁", "😀"},
                        {"水 äz", "dab", "", "е水c"},
                        {"ß ж", "火z😀 ea", "b", ""}}};

Language language(const Text& text, const std::vector<std::string>& words) {
  std::vector<std::string> tokens = {"<unk>", "<s>", "</s>"};
  tokens.insert(tokens.end(), words.begin(), words.end());
  return {make_tokenizer(text.tokenizer, {}), Vocabulary(std::move(tokens))};
}

struct Wiring {
  std::string name, decoder;
  bool input_feeding;
  std::string readout;
};

const Wiring kWirings[] = {{"bahdanau-tanh", "bahdanau", false, "tanh"},
                           {"bahdanau-maxout", "bahdanau", false, "maxout"},
                           {"luong-feeding", "luong", true, "tanh"},
                           {"luong", "luong", false, "tanh"}};

// The cross of cells, scores, modes, wirings and bridges. Layers, directions, tying and windows are
// drawn for each.
class Variants {
 public:
  Variants() {
    for (const std::string& cell : cell_names()) {
      for (const Wiring& wiring : kWirings) {
        for (const std::string& bridge : bridge_names()) {
          for (const std::string& score : score_names()) {
            for (const std::string& mode : mode_names()) add(cell, wiring, bridge, score, mode);
          }
          if (bridge != "zero" && !wiring.input_feeding)
            add(cell, wiring, bridge, "none", "global");
        }
      }
    }
  }
  const std::vector<Variant>& all() const { return variants_; }

  // Those of transformer_variants, in which learned positions end before some sentences do, and
  // intra_variants.
  void add_transformers() {
    for (Variant& variant : transformer_variants()) {
      variant.options.transformer.max_positions = 5;
      add(variant);
    }
  }
  // With gradients that are scaled, and positions that end before some sentences do.
  void add_convolutions() {
    for (Variant& variant : convolutional_variants()) {
      variant.options.scale_gradients = variants_.size() % 4 != 0;
      variant.options.transformer.max_positions = 5 + static_cast<int64_t>(variants_.size() % 2);
      std::ranges::replace(variant.name, ',', '-');
      add(variant);
    }
  }
  void add_copying() {
    for (const Variant& variant : copy_variants()) add(variant);
    for (const Variant& variant : feed_forward_variants()) add(variant);
  }
  void add_full_context() {
    for (Variant& variant : full_context_variants()) {
      variant.options.transformer.max_positions = 5;
      add(variant);
    }
  }
  void add_intra_attention() {
    for (const Variant& variant : intra_variants()) add(variant);
  }

  void add_choices() {
    for (const Variant& variant : choice_variants()) add(variant);
  }

  void add_windows() {
    for (Variant& variant : window_variants()) {
      std::string name = variant.name;
      std::ranges::replace(name, ' ', '-');
      variants_.push_back({fmt::format("{:03}-{}", variants_.size(), name), variant.options});
    }
  }

  // Of one vocabulary for both sides.
  void add_tied() {
    for (const char* encoder : {"recurrent", "transformer"})
      for (const char* decoder : {"bahdanau", "luong", "transformer"}) {
        ModelOptions options;
        options.encoder = encoder;
        options.decoder = decoder;
        options.tie_embeddings = "all";
        options.embedding_size = options.hidden_size = 12;
        options.attention_size = 6;
        options.transformer.heads = 3;
        options.transformer.feed_forward_size = 7;
        options.transformer.embedding_dropout = options.dropout = 0;
        variants_.push_back(
            {fmt::format("{:03}-tied-{}-{}", variants_.size(), encoder, decoder), options});
      }
  }

  void add_features() {
    for (const Variant& variant : feature_variants()) add(variant);
  }

  // Deep ones with what the cross does not have.
  void add_deep() {
    for (const std::string& cell : cell_names()) {
      for (const Wiring& wiring : kWirings) {
        for (const std::string& score : score_names()) {
          const std::vector<std::string> modes = mode_names(), bridges = bridge_names();
          add(cell, wiring, bridges[draw(3)], score, modes[draw(3)]);
          ModelOptions& options = variants_.back().options;
          options.encoder_layers = options.decoder_layers = 2 + draw(2);
          options.residual = draw(4) > 0;
          options.layer_normalization = draw(2) == 0;
          options.coverage = score != "location" && draw(3) > 0;
          options.attention_heads = 1 + draw(3);
          options.attention_size = 6;
          options.attention_window =
              3;  // with one word in the window coverage would change nothing
        }
      }
    }
  }

 private:
  int64_t draw(int64_t below) {
    return static_cast<int64_t>(random_.next() % static_cast<uint64_t>(below));
  }

  void add(const Variant& variant) {
    std::string name = variant.name;
    for (char& letter : name)
      if (letter == ' ' || letter == '/' || letter == '=') letter = '-';
    variants_.push_back({fmt::format("{:03}-{}", variants_.size(), name), variant.options});
  }

  void add(const std::string& cell, const Wiring& wiring, const std::string& bridge,
           const std::string& score, const std::string& mode) {
    ModelOptions options;
    options.cell = cell;
    options.attention = score;
    options.attention_mode = mode;
    options.decoder = wiring.decoder;
    options.input_feeding = wiring.input_feeding;
    options.readout = wiring.readout;
    options.bridge = bridge;
    options.encoder_layers = 1 + draw(2);
    options.decoder_layers = bridge == "last" ? options.encoder_layers : 1 + draw(2);
    options.bidirectional = draw(2) == 0;
    if (draw(3) == 0) options.tie_embeddings = "target-output";
    options.attention_window = 1 + draw(3);
    set_sizes(options);
    variants_.push_back({fmt::format("{:03}-{}-{}-{}-{}-{}", variants_.size(), cell, wiring.name,
                                     bridge, score, mode),
                         options});
  }

  // All different where the options let them be.
  static void set_sizes(ModelOptions& options) {
    options.encoder_hidden_size = options.bidirectional ? 6 : 9;
    options.attention_size = 5;
    options.source_positions = options.attention == "location" ? 4 : 0;  // fewer than some sources
    const bool is_dot = options.attention == "dot" || options.attention == "scaled-dot";
    options.hidden_size = is_dot || options.bridge == "last" ? options.state_size() : 7;
    options.embedding_size = options.ties_output() ? options.hidden_size : 8;
    options.dropout = 0;
  }

  Random random_{20};
  std::vector<Variant> variants_;
};

// The pairs of a text as ids.
struct Pairs {
  Pairs(const Text& text, const Languages& languages) {
    for (size_t n = 0; n < text.sources.size(); ++n) {
      sources.push_back(languages.source.encode(text.sources[n]));
      targets.push_back(languages.target.encode(text.targets[n]));
    }
    if (languages.has_features) make_features();
    for (size_t n = 0; n < sources.size(); ++n) {
      pairs.push_back({sources[n], targets[n], static_cast<int64_t>(n)});
      if (languages.has_features) pairs.back().features = {features[n], TinyBatch::kColumns};
    }
    batch = make_batch(pairs);
  }
  // [pair][row][column]
  nlohmann::json features_json() const {
    auto all = nlohmann::json::array();
    for (const std::vector<float>& values : features) {
      auto rows = nlohmann::json::array();
      for (size_t i = 0; i < values.size(); i += TinyBatch::kColumns)
        rows.push_back(std::span(values).subspan(i, TinyBatch::kColumns));
      all.push_back(rows);
    }
    return all;
  }
  std::vector<std::vector<int32_t>> sources, targets;
  std::vector<std::vector<float>> features;
  std::vector<SentencePair> pairs;
  Batch batch;

 private:
  void make_features() {
    Random random(30);
    for (size_t rows = 0; rows < sources.size(); ++rows)
      for (size_t i = 0; i < (1 + 4 * rows) * TinyBatch::kColumns; ++i) {
        if (i == 0) features.emplace_back();
        features.back().push_back(2 * random.uniform() - 1);
      }
  }
};

// rows [target][head][source] of sentence n of the batch, weights or energies; nothing without
// attention.
enum class Rows { kWeights, kEnergies };
nlohmann::json rows_of(const EncoderDecoder& model, const Likelihood& likelihood,
                       const Batch& batch, int64_t n, Rows rows) {
  const auto row = static_cast<size_t>(n);
  auto steps = nlohmann::json::array();
  for (int64_t t = 0; !likelihood.attention.empty() && t < batch.target_lengths[row]; ++t) {
    const auto [block, step] = block_step(likelihood.attention, t);
    const AttentionValues values = likelihood.attention[block].values();
    auto heads = nlohmann::json::array();
    for (int64_t head = 0; head < values.heads; ++head) {
      const std::span<const float> alpha = values.row(n, head, step);
      const auto length = static_cast<size_t>(model.source_positions(batch.source_lengths[row]));
      if (std::ranges::any_of(alpha.subspan(length), [](float weight) { return weight != 0; }))
        throw Error("a weight of padding is not 0");
      heads.push_back(
          (rows == Rows::kWeights ? alpha : values.energies_row(n, head, step)).first(length));
    }
    steps.push_back(heads);
  }
  return steps;
}

// The states of the encoder, [source][K] of each sentence.
nlohmann::json states_of(const EncoderDecoder& model, const Batch& batch) {
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  const Encoded encoded = model.encode(
      tape, {.ids = batch.source, .lengths = batch.source_lengths, .rows = batch.features});
  nlohmann::json states(static_cast<size_t>(batch.size), nullptr);
  for (int64_t n = 0; n < batch.size; ++n) {
    const auto row = static_cast<size_t>(n);
    auto rows = nlohmann::json::array();
    for (int64_t s = 0; s < encoded.layout.lengths()[row]; ++s)
      rows.push_back(encoded.states.values().subspan(
          static_cast<size_t>(encoded.layout.row(n, s) * encoded.states.columns()),
          static_cast<size_t>(encoded.states.columns())));
    states[static_cast<size_t>(batch.index[row])] = rows;
  }
  return states;
}

// Links of the pairs of either text.
const std::vector<Links> kLinks = {
    {{0, 0}, {1, 0}, {2, 2}, {3, 1}}, {{0, 5}, {1, 2}, {2, 2}, {2, 3}}, {}, {}};

// What guides attention in full context, another for each model.
GuidedAlignmentOptions guide_options(uint64_t seed) {
  const std::vector<std::string> costs = alignment_cost_names();
  return {.cost = costs[seed % costs.size()],
          .weight = 0.6,
          .layer = static_cast<int64_t>((seed / 2 + 1) % 3) - 1,
          .head = static_cast<int64_t>(seed % 4) - 1,
          .full_context = true,
          .to_end = seed / 3 % 2 == 0};
}

nlohmann::json guide_json(const GuidedAlignmentOptions& options) {
  auto pairs = nlohmann::json::array();
  for (const Links& links : kLinks) {
    auto pair = nlohmann::json::array();
    for (const Link& link : links) pair.push_back({link.source, link.target});
    pairs.push_back(pair);
  }
  return {{"cost", options.cost}, {"weight", options.weight}, {"layer", options.layer},
          {"head", options.head}, {"to_end", options.to_end}, {"links", pairs}};
}

GuidedAlignment guide_of(const Pairs& pairs, const GuidedAlignmentOptions& options) {
  const TemporaryFolder folder;
  ParallelCorpus corpus;
  std::string lines;
  for (size_t n = 0; n < kLinks.size(); ++n) {
    corpus.add(pairs.sources[n], pairs.targets[n]);
    for (const Link& link : kLinks[n]) lines += fmt::format("{}-{} ", link.source, link.target);
    lines += "\n";
  }
  return {folder.file("links", lines), corpus, options};
}

// Values [target][head][source] of a row each.
nlohmann::json rows_of(std::span<const float> values, int64_t targets, int64_t heads) {
  const size_t length = values.size() / static_cast<size_t>(targets * heads);
  auto steps = nlohmann::json::array();
  for (int64_t t = 0; t < targets; ++t) {
    auto rows = nlohmann::json::array();
    for (int64_t head = 0; head < heads; ++head, values = values.subspan(length))
      rows.push_back(values.first(length));
    steps.push_back(rows);
  }
  return steps;
}

// Where the rows are not those of the steps: what is told of each word.
void put_told_rows(const EncoderDecoder& model, const Pairs& pairs, nlohmann::json& expected) {
  const std::vector<ScoredPair> told =
      score(model, pairs.pairs, {.keep_attention = true, .keep_energies = true});
  for (size_t n = 0; n < told.size(); ++n) {
    const KeptAttention& kept = told[n].attention;
    expected["weights"][n] = rows_of(kept.alpha, told[n].tokens, kept.heads);
    expected["energies"][n] = rows_of(kept.energies, told[n].tokens, kept.heads);
  }
}

// In the order of the text, not of the batch.
nlohmann::json expected(const EncoderDecoder& model, const Likelihood& likelihood,
                        const Batch& batch) {
  const auto size = static_cast<size_t>(batch.size);
  nlohmann::json log_probability(size, 0.0), weights(size, nullptr), energies(size, nullptr);
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);  // where nothing is learned, energies are at hand
  const Likelihood inferred = model.likelihood(tape, batch);
  for (int64_t n = 0; n < batch.size; ++n) {
    const auto row = static_cast<size_t>(n);
    const auto pair = static_cast<size_t>(batch.index[row]);
    log_probability[pair] = likelihood.log_probability[row];
    weights[pair] = rows_of(model, likelihood, batch, n, Rows::kWeights);
    energies[pair] = rows_of(model, inferred, batch, n, Rows::kEnergies);
  }
  return {{"log_probability", log_probability},
          {"weights", weights},
          {"energies", energies},
          {"states", states_of(model, batch)}};
}

void write_lines(const fs::path& path, const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  write_file(path, text);
}

FeatureOptions features_of(const ModelOptions& options) {
  FeatureOptions features;
  features.kind = "table";
  features.columns = options.front_end.columns;
  features.normalization = "none";
  return features;
}

void dump(const fs::path& path, const Variant& variant, uint64_t seed) {
  const Text& text = kTexts[seed % std::size(kTexts)];
  const bool is_one = variant.options.ties_all() || variant.options.copy;
  const auto& source_words = is_one ? text.target_words : text.source_words;
  TranslationModel saved({language(text, source_words), language(text, text.target_words),
                          variant.options.has_features()},
                         random_model(variant.options, seed), features_of(variant.options));
  if (variant.options.copy) saved.languages.open();
  const Languages& languages = saved.languages;
  const auto& model = saved.network;
  const ModelFolder folder(path);
  folder.create(/*overwrite=*/false);
  save_description(saved, folder, nlohmann::ordered_json::object());
  folder.save_parameters(model->parameters(), Snapshot::kBest);
  write_lines(path / "source.txt", text.sources);
  write_lines(path / "target.txt", text.targets);

  const Pairs pairs(text, languages);
  if (languages.has_features) write_file(path / "features.json", pairs.features_json().dump());
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  std::optional<GuidedAlignment> guide;
  if (model->options().full_context) guide = guide_of(pairs, guide_options(seed));
  const Likelihood likelihood =
      model->likelihood(tape, pairs.batch, {.last_layer = guide ? guide->layer() : std::nullopt});
  nlohmann::json values = expected(*model, likelihood, pairs.batch);
  if (guide) {
    put_told_rows(*model, pairs, values);
    write_file(path / "guide.json", guide_json(guide_options(seed)).dump());
  }
  write_file(path / "expected.json", values.dump());
  model->parameters().clear_gradients();
  Variable objective = ops::add_present(tape, likelihood.loss, likelihood.penalty);
  if (guide)
    objective = ops::add(tape, objective, guide->loss(tape, likelihood.attention, pairs.batch));
  tape.backward(objective, 1.0F / static_cast<float>(pairs.batch.target_tokens()));
  write_gradients(path / "gradients.safetensors", model->parameters());
}

void dump_all(const fs::path& folder) {
  uint64_t seed = 0;
  Variants variants;
  variants.add_deep();
  variants.add_intra_attention();
  variants.add_transformers();
  variants.add_windows();
  variants.add_convolutions();
  variants.add_choices();
  variants.add_features();
  variants.add_copying();
  variants.add_tied();
  variants.add_full_context();
  for (const Variant& variant : variants.all()) dump(folder / variant.name, variant, ++seed);
}

}  // namespace
}  // namespace alinea

int main(int argc, char** argv) { return alinea::dump_main(argc, argv, alinea::dump_all); }
