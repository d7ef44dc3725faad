// Prints how exactly the plain encoder-decoder and an attention turn strings around, by length,
// after the same number of updates: reversal_curve [UPDATES [ATTENTION [MODE [SEED]]]]
#include <fmt/format.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "ops/engine.h"
#include "reversal.h"

namespace {

struct Run {
  std::string attention = "additive", mode = "global";
  int64_t updates = 1000;
  uint64_t seed = 1;
};

alinea::ExactShare train(const Run& run, const std::vector<alinea::Digits>& held_out) {
  alinea::ModelOptions options;
  options.attention = run.attention;
  options.attention_mode = run.mode;
  options.attention_window = alinea::kLongestString - 1;
  alinea::ReversalLearner learner(options, run.seed);
  learner.learn(run.updates);
  return learner.exact_share(held_out);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  Run run;
  if (!arguments.empty()) run.updates = std::atoll(arguments[0].c_str());
  if (arguments.size() > 1) run.attention = arguments[1];
  if (arguments.size() > 2) run.mode = arguments[2];
  if (arguments.size() > 3) run.seed = std::strtoull(arguments[3].c_str(), nullptr, 10);

  alinea::ops::set_threads(1);
  constexpr int64_t kEachLength = 200;
  alinea::Random random(run.seed + 1);
  const auto held_out = alinea::digit_strings(alinea::Strings::kHeldOut, kEachLength, random);
  Run plain = run;
  plain.attention = "none";
  plain.mode = "global";
  const alinea::ExactShare without = train(plain, held_out), with = train(run, held_out);
  fmt::print("length  {:>8}  {:>8}\n", "none", run.attention);
  for (const auto& [length, share] : with)
    fmt::print("{:6}  {:7.1f}%  {:7.1f}%\n", length, 100 * without.at(length), 100 * share);
}
