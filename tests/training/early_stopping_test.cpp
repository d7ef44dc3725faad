#include "training/early_stopping.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "support/error.h"

namespace alinea {
namespace {

TEST_CASE("early stopping waits for patience validations in a row without a new best") {
  EarlyStopping stopping(Better::kLower, 2);
  CHECK_FALSE(stopping.best().has_value());
  CHECK(stopping.validated(7, 1));
  CHECK_FALSE(stopping.validated(7.5, 1));
  CHECK(stopping.validated(6, 1));
  CHECK_FALSE(stopping.validated(6, 1));
  CHECK_FALSE(stopping.should_stop());
  CHECK_FALSE(stopping.validated(6.5, 1));
  CHECK(stopping.should_stop());
  CHECK(stopping.best() == 6);
}

TEST_CASE("early stopping by a score that is better when higher") {
  EarlyStopping stopping(Better::kHigher, 1);
  CHECK(stopping.validated(12.5, 1));
  CHECK(stopping.validated(13, 1));
  CHECK_FALSE(stopping.should_stop());
  CHECK_FALSE(stopping.validated(12.9, 1));
  CHECK(stopping.should_stop());
}

TEST_CASE("of equal scores the one with the smaller loss is best, but nothing is won by it") {
  EarlyStopping stopping(Better::kHigher, 3);
  CHECK(stopping.validated(12.5, 3));
  CHECK(stopping.validated(12.5, 2));
  CHECK_FALSE(stopping.validated(12.5, 2));
  EarlyStopping resumed(Better::kHigher, 3);
  resumed.restore(nlohmann::json::parse(stopping.state().dump()));
  CHECK_FALSE(resumed.validated(12.5, 2.5));
  CHECK(resumed.should_stop());
  CHECK(resumed.validated(12.5, 1.5));
  CHECK(resumed.should_stop());
  CHECK(resumed.validated(13, 9));
  CHECK_FALSE(resumed.should_stop());
  // Of an older checkpoint.
  resumed.restore({{"best", 12.5}, {"without_improvement", 0}});
  CHECK_FALSE(resumed.validated(12.5, 1));
}

TEST_CASE("a score that is not finite is never a best") {
  EarlyStopping stopping(Better::kHigher, 3);
  CHECK_FALSE(stopping.validated(NAN, 1));
  CHECK_FALSE(stopping.validated(INFINITY, 1));
  CHECK(stopping.validated(-1, 1));
  CHECK_FALSE(stopping.validated(NAN, 1));
  CHECK(stopping.best() == -1);
}

TEST_CASE("without patience training never stops early") {
  EarlyStopping stopping(Better::kLower, 0);
  for (int i = 0; i < 50; ++i) stopping.validated(i, 1);
  CHECK_FALSE(stopping.should_stop());
}

TEST_CASE("early stopping goes on from its saved state") {
  EarlyStopping first(Better::kLower, 3);
  EarlyStopping second(Better::kLower, 3);
  second.restore(first.state());
  CHECK_FALSE(second.best().has_value());
  for (const double score : {3.0, 4.0, 4.0}) first.validated(score, 1);
  second.restore(nlohmann::json::parse(first.state().dump()));
  CHECK(second.best() == 3);
  CHECK_FALSE(second.should_stop());
  second.validated(3.5, 1);
  CHECK(second.should_stop());
  CHECK_THROWS_AS(second.restore({{"best", 1}}), Error);
  CHECK_THROWS_AS(second.restore({{"best", "low"}, {"without_improvement", 0}}), Error);
}

}  // namespace
}  // namespace alinea
