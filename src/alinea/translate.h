// The translation library: loads models that `alinea train` made, translates text, and scores and
// aligns translations that are given.
//
//   const alinea::Translator translator("models/first");
//   std::cout << translator.translate("ein kleiner Satz") << '\n';
//
// Errors are thrown as exceptions of the standard library with a message of one line:
// std::runtime_error for models and data, std::invalid_argument for arguments out of range.
//
// Members of one object may be called from several threads at once, and share the model. Each call
// uses `threads` threads of its own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "alinea/export.h"

namespace alinea {

// The options of `alinea translate`, with the same defaults.
struct TranslationOptions {
  int64_t beam_size = 5;  // size of the beam; 1 is greedy search; with sampling, how many samples
  double length_penalty = 1;
  double max_length_factor = 3;
  int64_t max_length = 1000;  // longer source lines are cut to this many tokens
  int64_t batch_size = 64;    // lines per batch
  int64_t threads = 0;        // of a call; 0: as many as OpenMP is given (OMP_NUM_THREADS)

  int64_t n_best = 1;  // translations of a line, at most beam_size; with sampling all samples
  bool keep_attention = false;
  bool keep_energies = false;  // with attention, of a single model

  double coverage_penalty = 0;                  // beta of GNMT's; 0: none
  std::vector<double> extractive_weights = {};  // four; none: all 0
  int64_t min_length = 0;                       // tokens of a translation
  int64_t max_target_length = 0;                // the same; 0: max_length_factor alone
  bool allow_unknown = true;                    // <unk>
  int64_t no_repeat_ngram_size = 0;
  double repetition_penalty = 1;
  int64_t decoding_window = 0;   // of location-aware attention; 0: everywhere
  double ctc_weight = 0;         // share of CTC in the score; 0: none
  bool replace_unknown = false;  // <unk> by the source word with the largest weight

  bool sampling = false;  // draws beam_size translations
  double temperature = 1;
  int64_t top_k = 0;  // tokens; 0: all
  double top_p = 1;
  uint64_t seed = 1;
};

// How models are loaded, with the defaults of `alinea translate`.
struct LoadOptions {
  std::vector<double> weights = {};       // of the models of an ensemble; none: equal
  std::string precision = "f32";          // "f32", "bf16" or "int8", where the CPU has it
  std::string hard_attention = "argmax";  // or "expected" or "sampled", of models that have it
  uint64_t hard_attention_seed = 1;
  std::filesystem::path shortlist = {};  // lexicon of lines TARGET SOURCE PROBABILITY
  int64_t shortlist_first = 100, shortlist_best = 100;
  std::filesystem::path dictionary = {};  // SOURCE|||TARGET lines, for replace_unknown
};

// Weights of attention, row-major: [targets, heads, sources], where `heads` are those of all layers
// together, the first layer's first.
struct AttentionTensor {
  int64_t layers = 1, heads = 1, targets = 0, sources = 0;
  std::vector<float> values = {};

  bool empty() const { return values.empty(); }
};

struct Translation {
  std::string text;
  double score;            // the score by which hypotheses are compared
  double log_probability;  // log P(text | line)
  // Both end with </s>, except for a translation that was cut off by its maximum length.
  std::vector<std::string> source_tokens, target_tokens;
  // [target_tokens, source_tokens], one row per target token, the mean of all heads; empty for a
  // model without attention, and where it was not to be kept.
  std::vector<float> attention;
  AttentionTensor heads = {};  // the same before the mean is taken, of several heads; else empty
  // What each head's weights are the softmax of, where they are kept: docs/model.md, "Energies".
  AttentionTensor energies = {};
  std::vector<float> token_log_probabilities =
      {};  // of target_tokens; log_probability is their sum
};

// A line and what is asked of its translation.
struct TranslationRequest {
  std::string text;
  std::string prefix = {};                    // the translation begins with it
  std::vector<std::string> constraints = {};  // phrases that it contains
  std::vector<std::string> avoid = {};        // and that it does not contain
};

struct TranslationAnswer {
  // The n best, best first, each text once; fewer if the search found fewer. An empty line has one,
  // which is empty.
  std::vector<Translation> translations = {};
  std::string fault = {};  // why there is none; empty where there is one
  // Tokens of the line; it was cut where they are more than max_length. Rows of features.
  int64_t source_length = 0;
  bool holds_constraints = true;  // the first one, all of them: other options may forbid it
};

// Told of a call while it runs. Both functions may be missing, and are called from the threads of
// the call, one after the other. They must not throw.
struct TranslationCallbacks {
  // The best translation so far of a request, by its place among all, each time that it has a token
  // more. It grows at its end only with a beam of size 1. With n_best it may start over.
  std::function<void(size_t request, const std::string& text)> on_token = {};
  // Where it says true, the call throws Cancelled soon.
  std::function<bool()> is_cancelled = {};
};

class ALINEA_EXPORT Cancelled : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// How given translations are read, as `alinea score` and `alinea align` do.
struct TranslationScoreOptions {
  int64_t batch_size = 64;  // pairs
  int64_t threads = 0;      // as in TranslationOptions
  bool keep_attention = false;
  bool keep_energies = false;  // with attention of the translation to the source
  // Whose: "cross" of the translation to the source, "encoder" or "decoder" of the words of either
  // to each other.
  std::string attention_of = "cross";
};

// A translation that was given, as the model reads it.
struct ScoredTranslation {
  double log_probability = 0;  // log P(target | source), </s> counted
  std::vector<float> token_log_probabilities = {};
  std::vector<std::string> source_tokens = {}, target_tokens = {};  // both end with </s>
  // What stands in the rows and in the columns of `attention`.
  std::vector<std::string> rows = {}, columns = {};
  std::vector<float> attention = {};  // [rows, columns], the mean of all heads
  AttentionTensor heads = {};         // as in Translation
  AttentionTensor energies = {};      // the same
  // For each target word the source word of its largest weight, unless that is </s>: (source,
  // target), counted from 0.
  std::vector<std::pair<int64_t, int64_t>> links = {};
  std::string fault = {};  // why there is nothing of all that; or empty
};

// How texts are read, without being translated.
struct EncodeOptions {
  int64_t batch_size = 64;    // lines
  int64_t threads = 0;        // as in TranslationOptions
  int64_t max_length = 1000;  // the same
};

// A source as the encoder has it: what attention looks at.
struct EncodedText {
  std::vector<std::string> tokens = {};  // </s> last, where they are words
  std::vector<float> states = {};        // [tokens, columns], row-major
  int64_t columns = 0;
  std::string fault = {};  // why there is nothing of all that; or empty
};

// Models in memory: one, or several that translate together.
class ALINEA_EXPORT Translator {
 public:
  // Throws std::runtime_error if a folder does not contain a complete translation model or the
  // models do not go together, and std::invalid_argument if an option is out of range. `options`
  // are those of the calls that have none of their own.
  explicit Translator(const std::filesystem::path& model_folder,
                      const TranslationOptions& options = {}, const LoadOptions& load = {});
  explicit Translator(std::span<const std::filesystem::path> model_folders,
                      const TranslationOptions& options = {}, const LoadOptions& load = {});
  Translator(Translator&&) noexcept;
  Translator& operator=(Translator&&) noexcept;
  ~Translator();

  // A line of UTF-8 text, which the model's tokenizer splits. An empty line has an empty
  // translation. So has a line for which the model gives every next token the probability 0,
  // whatever the other lines are; n_best tells the two apart. Throws std::runtime_error for invalid
  // UTF-8, for more than one line, and for one that is longer than the model's learned positions.
  std::string translate(std::string_view line) const;
  // One translation per line. Faster than translating lines one by one, with the same results.
  std::vector<std::string> translate_all(std::span<const std::string> lines) const;

  // The n best translations of each line with their attention, none if the model gives every next
  // token the probability 0. Throws as translate, and std::invalid_argument unless n is from 1 to
  // the beam size.
  std::vector<std::vector<Translation>> n_best(std::span<const std::string> lines, int64_t n) const;

  // An answer for each request. What is wrong with one is its fault and changes no other: bytes
  // that are no text, more than one line, constraints that the vocabulary cannot spell. Throws
  // std::invalid_argument for options out of range, std::runtime_error for those that the models do
  // not have, and Cancelled.
  std::vector<TranslationAnswer> answer(std::span<const TranslationRequest> requests,
                                        const TranslationOptions& options,
                                        const TranslationCallbacks& callbacks = {}) const;

  // What the model says of pairs of source and target. Requires a single model.
  using Pair = std::pair<std::string, std::string>;
  std::vector<ScoredTranslation> score(std::span<const Pair> pairs,
                                       const TranslationScoreOptions& options = {}) const;

  // The states of the encoder for each line. Requires a single model.
  std::vector<EncodedText> encode(std::span<const std::string> lines,
                                  const EncodeOptions& options = {}) const;

  // Those that the Translator was made with.
  const TranslationOptions& options() const;
  // Whether every model attends to its source.
  bool has_attention() const;

 private:
  class Models;
  std::unique_ptr<Models> models_;
};

}  // namespace alinea
