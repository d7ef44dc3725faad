#include "support/figure.h"

#include <catch2/catch.hpp>
#include <cmath>

namespace alinea {
namespace {

TEST_CASE("figures have four decimals, and large ones an exponent") {
  CHECK(figure(12.34567) == "12.3457");
  CHECK(figure(-0.5) == "-0.5000");
  CHECK(figure(999999) == "999999.0000");
  CHECK(figure(1234567) == "1.2346e+06");
  CHECK(figure(std::exp(552.4)).size() < 12);
}

}  // namespace
}  // namespace alinea
