// The translation library, and the only header that is installed: loads a model folder and
// translates text.
//
//   const alinea::Translator translator("models/first");
//   std::cout << translator.translate("ein kleiner Satz") << '\n';
//
// Errors are thrown as exceptions of the standard library with a message of one line.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace alinea {

// The options of `alinea translate`, with the same defaults.
struct TranslationOptions {
  int64_t beam_size = 5;  // size of the beam; 1 is greedy search
  double length_penalty = 1;
  double max_length_factor = 3;
  int64_t max_length = 1000;  // longer source lines are cut to this many tokens
  int64_t batch_size = 64;    // lines per batch
};

struct Translation {
  std::string text;
  double score;            // the score by which hypotheses are compared
  double log_probability;  // log P(text | line)
  // Both end with </s>, except for a translation that was cut off by its maximum length.
  std::vector<std::string> source_tokens, target_tokens;
  // [target_tokens, source_tokens], one row per target token; empty for a model without attention.
  std::vector<float> attention;
};

// A model in memory. Members may be called from several threads at once; the calls then run one
// after the other, each with as many threads as OpenMP is given (OMP_NUM_THREADS).
class Translator {
 public:
  // Throws std::runtime_error if the folder does not contain a complete translation model, and
  // std::invalid_argument if an option is out of range.
  explicit Translator(const std::filesystem::path& model_folder,
                      const TranslationOptions& options = {});
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

  // The n best translations of each line, best first, each text once; fewer if the search found
  // fewer, none if the model gives every next token the probability 0. An empty line has one, which
  // is empty.
  // Throws as translate, and std::invalid_argument unless n is from 1 to the beam size.
  std::vector<std::vector<Translation>> n_best(std::span<const std::string> lines, int64_t n) const;

 private:
  class Model;
  std::unique_ptr<const Model> model_;
};

}  // namespace alinea
