// The search in one sentence: the hypotheses alive and those finished, and when it is over.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "search/search_options.h"
#include "search/state.h"

namespace alinea {

// A hypothesis known by its last token and the row of the step that gave it.
struct Candidate {
  int64_t row;
  int32_t token;
  double log_probability;       // of the whole hypothesis, as the rules leave it
  float token_log_probability;  // of the token, by the model
  double coverage;              // the coverage penalty, part of the score
  size_t met;                   // required tokens that the whole hypothesis has, see phrases.h
};

class Beam {
 public:
  struct Finished {
    Candidate last;
    int64_t step;  // that gave the last token, from 0
    double score;
    bool ended;  // with </s>, not by the maximum length
  };

  struct Lengths {
    int64_t source;
    size_t prefix;    // tokens that come first
    size_t required;  // tokens of required phrases
  };
  // Starts with one hypothesis alive, which holds nothing but <s>; where samples are drawn, with
  // beam_size of them. The options are checked already.
  Beam(const Lengths& lengths, const SearchOptions& options);

  // None once the search is over; else at most beam_size, the best first.
  std::span<const Candidate> alive() const { return alive_; }

  // Takes what the next step makes of the hypotheses alive, the best first: at least the first
  // beam_size, and on from there to the first beam_size that do not end. Those that have met
  // equally many required tokens make a bank, and the banks share the beam as allotment.h says.
  void extend(std::span<const Candidate> candidates);

  // Ends the search with no hypothesis at all.
  void fail();

  // The n_best by score, the best first; of equal ones the first to finish.
  std::vector<Finished> best() const;

 private:
  void finish(const Candidate& last, bool ended);
  void cut_off();
  bool is_decided() const;

  SearchOptions options_;
  size_t required_;
  int64_t max_length_;
  int64_t steps_ = 0;
  std::vector<Candidate> alive_;
  std::vector<Candidate> next_;
  std::vector<Finished> finished_;
};

}  // namespace alinea
