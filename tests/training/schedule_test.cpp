#include "training/schedule.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "support/error.h"

namespace alinea {
namespace {

std::unique_ptr<Schedule> schedule(const std::string& kind, double rate, int64_t warmup = 0) {
  ScheduleOptions options;
  options.kind = kind;
  options.learning_rate = rate;
  options.warmup = warmup;
  return make_schedule(options);
}

TEST_CASE("a constant rate stays") {
  const auto constant = schedule("constant", 0.2);
  constant->validated(5);
  constant->validated(7);
  CHECK(constant->learning_rate(1, 0) == 0.2);
  CHECK(constant->learning_rate(100000, 99.5) == 0.2);
}

TEST_CASE("warm-up rises linearly to the rate, for every kind") {
  const std::string kind = GENERATE("constant", "plateau", "luong-halving", "inverse-sqrt");
  const auto warming = schedule(kind, 0.5, 5);
  CHECK(warming->learning_rate(1, 0) == Approx(0.1));
  CHECK(warming->learning_rate(3, 0) == Approx(0.3));
  CHECK(warming->learning_rate(5, 0) == Approx(0.5));
}

TEST_CASE("inverse-sqrt falls with the root of the updates") {
  const auto warming = schedule("inverse-sqrt", 0.5, 5);
  CHECK(warming->learning_rate(6, 0) == Approx(0.5 * std::sqrt(5.0 / 6.0)));
  CHECK(warming->learning_rate(20, 0) == Approx(0.25));
  const auto cold = schedule("inverse-sqrt", 0.5);
  CHECK(cold->learning_rate(1, 0) == Approx(0.5));
  CHECK(cold->learning_rate(4, 0) == Approx(0.25));
}

// Vaswani et al. (2017), equation 3, times the factor that --learning-rate is.
TEST_CASE("noam rises and falls as its equation says, by the size of the model") {
  const double factor = GENERATE(1.0, 2.5);
  const int64_t warmup = GENERATE(0, 1, 7, 4000), size = GENERATE(64, 512);
  ScheduleOptions options;
  options.kind = "noam";
  options.learning_rate = factor;
  options.warmup = warmup;
  options.model_size = size;
  const auto noam = make_schedule(options);
  for (const int64_t update : {1, 2, 6, 7, 8, 100, 3999, 4000, 4001, 100000}) {
    CAPTURE(update);
    const auto n = static_cast<double>(update), w = static_cast<double>(warmup);
    const double rising = warmup == 0 ? 1 : n * std::pow(w, -1.5);
    CHECK(noam->learning_rate(update, 0.5) ==
          Approx(factor * std::pow(static_cast<double>(size), -0.5) *
                 std::min(std::pow(n, -0.5), rising)));
  }
}

TEST_CASE("luong-halving halves after so many epochs and every epoch from there on") {
  ScheduleOptions options;
  options.kind = "luong-halving";
  options.learning_rate = 1;
  options.decay_after = 3;
  options.min_learning_rate = 0.1;
  const auto halving = make_schedule(options);
  CHECK(halving->learning_rate(1, 0) == 1);
  CHECK(halving->learning_rate(299, 2.99) == 1);
  CHECK(halving->learning_rate(301, 3) == 0.5);
  CHECK(halving->learning_rate(399, 3.99) == 0.5);
  CHECK(halving->learning_rate(401, 4) == 0.25);
  CHECK(halving->learning_rate(901, 9) == 0.1);
}

TEST_CASE("plateau decays after validations in a row without a new best") {
  ScheduleOptions options;
  options.kind = "plateau";
  options.learning_rate = 0.8;
  options.decay_factor = 0.25;
  options.decay_patience = 2;
  options.min_learning_rate = 0.1;
  const auto plateau = make_schedule(options);
  const auto rate_after = [&plateau](double score) {
    plateau->validated(score);
    return plateau->learning_rate(10, 1);
  };
  CHECK(rate_after(9) == 0.8);
  CHECK(rate_after(10) == 0.8);  // one bad validation
  CHECK(rate_after(8) == 0.8);   // a new best: counting begins again
  CHECK(rate_after(8) == 0.8);   // no better than the best
  CHECK(rate_after(NAN) == Approx(0.2));
  CHECK(rate_after(8.5) == Approx(0.2));
  CHECK(rate_after(8.5) == 0.1);  // 0.05 would be under the least rate
}

TEST_CASE("a schedule goes on from its saved state") {
  ScheduleOptions options;
  options.kind = "plateau";
  options.learning_rate = 1;
  options.decay_patience = 2;
  const auto first = make_schedule(options);
  const nlohmann::json fresh = *first;
  for (const double score : {4.0, 5.0, 5.0, 5.0}) first->validated(score);
  const nlohmann::json saved = nlohmann::json::parse(nlohmann::json(*first).dump());

  const auto second = make_schedule(options);
  saved.get_to(*second);
  CHECK(second->learning_rate(1, 0) == 0.5);
  second->validated(4.5);  // the second bad one since the decay
  CHECK(second->learning_rate(1, 0) == 0.25);

  fresh.get_to(*second);
  CHECK(second->learning_rate(1, 0) == 1);
  second->validated(100);  // anything is better than nothing
  second->validated(100);
  CHECK(second->learning_rate(1, 0) == 1);
}

TEST_CASE("a schedule refuses a kind or a state that is not its own") {
  CHECK_THROWS_AS(schedule("cosine", 1), UsageError);
  CHECK_THROWS_WITH(schedule("cosine", 1), Catch::Contains("inverse-sqrt, noam, got 'cosine'"));
  const auto plateau = schedule("plateau", 1);
  CHECK_THROWS_AS(plateau->restore(schedule("constant", 1)->state()), Error);
  CHECK_THROWS_AS(plateau->restore({{"kind", "plateau"}}), Error);
  CHECK_THROWS_AS(plateau->restore(nlohmann::json::array({1})), Error);
  CHECK_THROWS_AS(
      plateau->restore(
          {{"kind", "plateau"}, {"best", "x"}, {"without_improvement", 0}, {"decay", 1}}),
      Error);
}

}  // namespace
}  // namespace alinea
