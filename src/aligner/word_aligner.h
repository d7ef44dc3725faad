// Aligns the words of a parallel text by two hidden Markov models, one in each direction, that are
// trained together: each learns from the links on which both agree (Liang, Taskar & Klein 2006).
//
//   q_ij = p(a_j = i | f, e) p(b_i = j | e, f)
//
// are the expected counts of both translation tables; jumps and words without a counterpart are
// counted by each model alone. A link is drawn where the mean of both posteriors reaches the
// threshold (DeNero & Klein 2007, section 4.2).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "aligner/hidden_markov.h"
#include "aligner/translation_table.h"
#include "aligner/word_pairs.h"
#include "metrics/links.h"

namespace alinea {

struct AlignerOptions {
  int64_t model_1_iterations = 5;
  int64_t hmm_iterations = 5;
  bool agreement = true;  // otherwise each direction learns by itself
  double none = 0.2;      // p_0, the probability that a word has no counterpart
  double prior = 0.01;    // α of the translation tables
  double cognates = 0.2;  // what α is larger by where words are likely cognates
  double threshold = 0.5;
};

class WordAligner {
 public:
  // An iteration, from 1, and the cross-entropies per target and per source word, in nats.
  using Report = std::function<void(const std::string& model, int64_t iteration, double forward,
                                    double backward)>;

  // Trains on the pairs, which must outlive it, by all threads.
  WordAligner(const WordPairs& pairs, const AlignerOptions& options, const Report& report);

  // The links of pair n; none where a side is empty.
  Links links(int64_t n);

  // How often each source word was linked to each target word, in expectation: the lexicon.
  struct Translation {
    int32_t source, target;
    double probability;  // of the target word given the source word
  };
  // Those of at least this probability, by source words.
  std::vector<Translation> lexicon(double least) const;

 private:
  enum class Model { kOne, kHiddenMarkov };
  // How the words of one side come from those of the other.
  struct Direction {
    const WordSide& from;
    const WordSide& to;
    TranslationTable table{from, to};
    JumpTable jumps{};
    std::vector<float> counts{};  // expected, of the table's entries, in the last iteration
  };
  // What one thread expects of some pairs, in one direction.
  struct Expected {
    HiddenMarkovModel model;
    std::vector<float> counts;  // of the table's entries, in an iteration
    std::vector<double> jumps;
    double log_probability = 0;
    std::vector<int64_t> entries = {};  // of the pair looked at, [J, I + 1]
    PairPosteriors posteriors = {};
  };

  void iterate(Model model, int64_t iteration, const Report& report);
  void expect(Model model, int64_t n, Expected& forward, Expected& backward) const;
  void look_at(const Direction& direction, Model model, int64_t n, Expected& expected) const;
  void count(int64_t n, Expected& forward, Expected& backward) const;
  Expected nothing_of(const Direction& direction) const;
  void learn(Direction& direction, Model model, std::span<Expected> parts) const;

  const WordPairs& pairs_;
  AlignerOptions options_;
  Direction forward_, backward_;
  Expected forward_links_, backward_links_;  // for links()
};

}  // namespace alinea
