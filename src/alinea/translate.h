// Translation for other programs, the header that is installed: a model folder, text in, text out.
//
//   const alinea::Translator translator("models/first");
//   std::cout << translator.translate("ein kleiner Satz") << '\n';
//
// What is wrong is thrown as an exception of the standard library whose message is one line.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace alinea {

// As the options of `alinea translate`, with its defaults.
struct TranslationOptions {
  int64_t beam_size = 5;  // hypotheses kept; 1 is greedy search
  double length_penalty = 1;
  double max_length_factor = 3;
  int64_t max_length = 1000;  // longer source lines are cut to this many tokens
  int64_t batch_size = 64;    // lines at a time
};

struct Translation {
  std::string text;
  double score;            // what hypotheses are compared by
  double log_probability;  // log P(text | line)
  // Both with the end symbol </s>, the target's only where the search got there.
  std::vector<std::string> source_tokens, target_tokens;
  // [target_tokens, source_tokens], a row a target token; empty for a model without attention.
  std::vector<float> attention;
};

// A model in memory. Every member may be called from several threads, which take turns: one
// translation takes as many cores as OpenMP is given (OMP_NUM_THREADS).
class Translator {
 public:
  // Throws std::runtime_error where the folder holds no whole translation model, and
  // std::invalid_argument for options out of range.
  explicit Translator(const std::filesystem::path& model_folder,
                      const TranslationOptions& options = {});
  Translator(Translator&&) noexcept;
  Translator& operator=(Translator&&) noexcept;
  ~Translator();

  // A line is UTF-8, split as the model's tokenizer says. An empty one has an empty translation.
  // Throws std::runtime_error for other bytes, and for more than one line.
  std::string translate(std::string_view line) const;
  // Line for line; many at once are quicker than one by one, and translated alike.
  std::vector<std::string> translate_all(std::span<const std::string> lines) const;

  // For each line its n best translations, the best first, or fewer where the beam found fewer.
  // Throws as translate, and std::invalid_argument unless n is from 1 to the beam size.
  std::vector<std::vector<Translation>> n_best(std::span<const std::string> lines, int64_t n) const;

 private:
  class Model;
  std::unique_ptr<const Model> model_;
};

}  // namespace alinea
