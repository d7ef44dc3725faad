#include "tasks/teacher_forcing.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "support/error.h"

namespace alinea {
namespace {

double at(const std::string& kind, int64_t update, double minimum = 0) {
  return teacher_forcing({.kind = kind, .decay = 20, .minimum = minimum}, update);
}

TEST_CASE("the probability of the target's own words falls as its schedule says") {
  for (const int64_t update : {0, 7, 20, 1000}) CHECK(at("none", update) == 1);
  CHECK(at("linear", 0) == 1);
  CHECK(at("linear", 5) == Approx(0.75));
  CHECK(at("linear", 20) == 0);
  CHECK(at("linear", 25) == 0);
  CHECK(at("exponential", 0) == 1);
  CHECK(at("exponential", 30) == Approx(std::exp(-1.5)));
  CHECK(at("inverse-sigmoid", 0) == Approx(20.0 / 21));
  CHECK(at("inverse-sigmoid", 60) == Approx(20 / (20 + std::exp(3.0))));
  CHECK(at("inverse-sigmoid", 1'000'000) == 0);  // e^(i / k) is infinite
}

TEST_CASE("no schedule falls below the minimum") {
  for (const std::string& kind : scheduled_sampling_names()) {
    CAPTURE(kind);
    CHECK(at(kind, 100'000, 0.3) == (kind == "none" ? 1 : 0.3));
    CHECK(at(kind, 1, 0.3) > 0.9);
  }
  CHECK_THROWS_AS(at("other", 0), UsageError);
}

}  // namespace
}  // namespace alinea
