// What attention did for one sentence pair.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "metrics/links.h"
#include "reports/source_features.h"
#include "text/language.h"
#include "text/vocabulary.h"

namespace alinea {

inline constexpr const char* kBeginSymbol = "<s>";
// The state that a recurrent decoder starts from, which its intra-attention sees.
inline constexpr const char* kInitialSymbol = "<initial>";

struct Alignment {
  // Where a local mode looked for one target token, in source positions counted from 0.
  struct Focus {
    int64_t begin = 0, end = 0;  // the window [begin, end)
    float centre = 0;            // p_t; may lie between positions, up to one before the first
  };

  int64_t sentence = 0;             // counted from 0
  std::vector<std::string> source;  // tokens, "</s>" last; of features positions alone
  std::vector<std::string> target;  // tokens, "</s>" last where it ended
  bool ended = true;                // false for a translation that was cut off
  std::vector<float> weights;       // target.size() x source.size(), row-major; the mean of heads
  std::vector<std::vector<float>> heads;  // the weights of each of several heads; else empty
  size_t layers = 1;                      // that these are of, as many of each, the first one first
  // How many layers each target token was run through, where positions halt by themselves.
  std::vector<float> taken;     // target.size(), or empty
  std::vector<float> energies;  // of each head, [heads, target, source]; where they were kept
  std::vector<float> states;    // of the encoder, [source, K]; where they are wanted
  std::vector<Focus> focus;  // one for each target token; empty in global mode and of several heads

  // What the words stand for in the lines, without </s>; where links are wanted in characters.
  std::vector<CharacterRange> source_ranges, target_ranges;

  // What a classifier makes of the texts, where it is one that read them.
  struct Prediction {
    std::string label;
    double probability;
  };
  std::optional<Prediction> prediction;
  std::optional<GoldLinks> gold;  // links that people drew, where there are any
  std::optional<double> score;    // log-probability of the target per token, where it is known
  std::optional<SourceFeatures> features;    // what the source is, where it has features
  std::shared_ptr<const Alignment> reverse;  // by a model from target to source, where there is one

  // How many there are without </s>, which features have none of.
  size_t source_words() const {
    return source.size() - (!source.empty() && source.back() == kEndSymbol ? 1 : 0);
  }
  size_t target_words() const { return target.size() - (ended && !target.empty() ? 1 : 0); }

  float weight(size_t target_position, size_t source_position) const {
    return weights[target_position * source.size() + source_position];
  }
};

// The mean over the target tokens of the entropy of their weights, -Σ_s α_ts ln α_ts, in nats.
double attention_entropy(const Alignment& alignment);

}  // namespace alinea
