// Every score of attention and every mode, in the wiring that it has by default, learns to turn
// strings of digits around; the plain encoder-decoder does not in the same number of updates.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "ops/engine.h"
#include "reversal.h"

namespace alinea {
namespace {

constexpr int64_t kUpdates = 2000;  // at most
constexpr int64_t kLookEvery = 100;
constexpr double kLearnt = 0.98;
constexpr int64_t kLong = kLongestString - 1;

// The best that was reached within the updates allowed.
ExactShare learn(const std::string& attention, const std::string& mode) {
  ModelOptions options;
  options.attention = attention;
  options.attention_mode = mode;
  // local-m looks around the target's own position, but the first digit to write stands last, as
  // many places away as the longest string has digits besides it. A narrower window hides it.
  options.attention_window = kLongestString - 1;
  ops::set_threads(1);  // so that several of these tests run side by side
  Random random(2);
  const std::vector<Digits> held_out = digit_strings(Strings::kHeldOut, /*each=*/50, random);

  ReversalLearner learner(options, /*seed=*/1);
  ExactShare share;
  do {
    learner.learn(kLookEvery);
    share = learner.exact_share(held_out);
  } while (mean_share(share) < kLearnt && learner.updates() < kUpdates);
  return share;
}

void check_learns(const std::string& attention, const std::string& mode) {
  INFO(attention << ", " << mode);
  const ExactShare share = learn(attention, mode);
  CHECK(mean_share(share) >= kLearnt);
  CHECK(mean_share(share, kLong) >= 0.9);
}

TEST_CASE("every score of attention learns to reverse") {
  for (const char* score : {"additive", "dot", "general", "concat", "scaled-dot"})
    check_learns(score, "global");
}

TEST_CASE("every local mode of attention learns to reverse") {
  for (const char* mode : {"local-m", "local-p"}) check_learns("additive", mode);
}

TEST_CASE("without attention long strings are not learned in the same time") {
  const ExactShare share = learn("none", "global");
  CHECK(mean_share(share, kLong) < 0.5);
  CHECK(share.at(kShortestString) > share.at(kLongestString));
}

}  // namespace
}  // namespace alinea
