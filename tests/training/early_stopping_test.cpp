#include "training/early_stopping.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "support/error.h"

namespace alinea {
namespace {

TEST_CASE("early stopping waits for patience validations in a row without a new best") {
  EarlyStopping stopping(Better::kLower, 2);
  CHECK_FALSE(stopping.best().has_value());
  CHECK(stopping.validated(7));
  CHECK_FALSE(stopping.validated(7.5));
  CHECK(stopping.validated(6));
  CHECK_FALSE(stopping.validated(6));
  CHECK_FALSE(stopping.should_stop());
  CHECK_FALSE(stopping.validated(6.5));
  CHECK(stopping.should_stop());
  CHECK(stopping.best() == 6);
}

TEST_CASE("early stopping by a score that is better when higher") {
  EarlyStopping stopping(Better::kHigher, 1);
  CHECK(stopping.validated(12.5));
  CHECK(stopping.validated(13));
  CHECK_FALSE(stopping.should_stop());
  CHECK_FALSE(stopping.validated(12.9));
  CHECK(stopping.should_stop());
}

TEST_CASE("a score that is not finite is never a best") {
  EarlyStopping stopping(Better::kHigher, 3);
  CHECK_FALSE(stopping.validated(NAN));
  CHECK_FALSE(stopping.validated(INFINITY));
  CHECK(stopping.validated(-1));
  CHECK_FALSE(stopping.validated(NAN));
  CHECK(stopping.best() == -1);
}

TEST_CASE("without patience training never stops early") {
  EarlyStopping stopping(Better::kLower, 0);
  for (int i = 0; i < 50; ++i) stopping.validated(i);
  CHECK_FALSE(stopping.should_stop());
}

TEST_CASE("early stopping goes on from its saved state") {
  EarlyStopping first(Better::kLower, 3);
  EarlyStopping second(Better::kLower, 3);
  second.restore(first.state());
  CHECK_FALSE(second.best().has_value());
  for (const double score : {3.0, 4.0, 4.0}) first.validated(score);
  second.restore(nlohmann::json::parse(first.state().dump()));
  CHECK(second.best() == 3);
  CHECK_FALSE(second.should_stop());
  second.validated(3.5);
  CHECK(second.should_stop());
  CHECK_THROWS_AS(second.restore({{"best", 1}}), Error);
  CHECK_THROWS_AS(second.restore({{"best", "low"}, {"without_improvement", 0}}), Error);
}

}  // namespace
}  // namespace alinea
