#include "search/best_tokens.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "search/toy_state.h"

namespace alinea {
namespace {

using testing::kInfinity;

std::vector<ScoredToken> by_sorting(const std::vector<float>& row, size_t count, int32_t excluded) {
  std::vector<ScoredToken> all;
  for (size_t i = 0; i < row.size(); ++i) {
    const auto token = static_cast<int32_t>(i);
    if (token != excluded && row[i] > -kInfinity) {
      all.push_back({.token = token, .log_probability = row[i]});
    }
  }
  std::stable_sort(all.begin(), all.end(), [](const ScoredToken& a, const ScoredToken& b) {
    return a.log_probability > b.log_probability;
  });
  all.resize(std::min(all.size(), count));
  return all;
}

void require_same(const std::vector<ScoredToken>& got, const std::vector<ScoredToken>& expected) {
  REQUIRE(got.size() == expected.size());
  for (size_t i = 0; i < got.size(); ++i) {
    CHECK(got[i].token == expected[i].token);
    CHECK(got[i].log_probability == expected[i].log_probability);
  }
}

TEST_CASE("the best tokens of a row are those that sorting finds") {
  std::mt19937 random(7);
  std::uniform_real_distribution<float> uniform(-20.0F, 0.0F);
  const float coarseness = GENERATE(0.0F, 1.0F, 5.0F);  // the coarser, the more ties
  const size_t size = GENERATE(3U, 4U, 63U, 64U, 65U, 129U, 1000U);
  const size_t count = GENERATE(1U, 2U, 3U, 7U, 70U);
  std::vector<float> row(size);
  for (float& value : row) {
    value = uniform(random);
    if (coarseness > 0) value = std::round(value / coarseness);
    if (random() % 5 == 0) value = -kInfinity;
  }
  row[1] = 0.0F;
  std::vector<ScoredToken> best{{.token = 99, .log_probability = 1.0F}};
  REQUIRE(best_tokens(row, static_cast<int64_t>(count), 1, best));
  require_same(best, by_sorting(row, count, 1));
}

TEST_CASE("an ascending row, the worst there is, and a row without any chance") {
  std::vector<float> row(200);
  for (size_t i = 0; i < row.size(); ++i) row[i] = static_cast<float>(i) - 300.0F;
  std::vector<ScoredToken> best;
  REQUIRE(best_tokens(row, 3, 198, best));
  require_same(best, {{199, -101.0F}, {197, -103.0F}, {196, -104.0F}});

  std::fill(row.begin(), row.end(), -kInfinity);
  REQUIRE(best_tokens(row, 3, 1, best));
  CHECK(best.empty());
}

TEST_CASE("NaN and +inf are found wherever they stand") {
  const float bad = GENERATE(std::numeric_limits<float>::quiet_NaN(), kInfinity);
  std::vector<ScoredToken> best;
  for (size_t at = 0; at < 150; ++at) {
    std::vector<float> row(150, -1.0F);
    row[at] = bad;
    CHECK_FALSE(best_tokens(row, 2, 1, best));
  }
}

}  // namespace
}  // namespace alinea
