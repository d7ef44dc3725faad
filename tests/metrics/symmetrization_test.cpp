#include "metrics/symmetrization.h"

#include <catch2/catch.hpp>

#include "support/error.h"

namespace alinea {
namespace {

std::string combine(const char* method, const char* forward, const char* backward) {
  return to_string(symmetrize(method, parse_links(forward), parse_links(backward)));
}

}  // namespace

TEST_CASE("intersection and union") {
  CHECK(combine("intersection", "0-0 1-1 2-1", "0-0 1-2 2-1") == "0-0 2-1");
  CHECK(combine("union", "0-0 1-1", "0-0 1-2") == "0-0 1-1 1-2");
  CHECK(combine("intersection", "", "0-0").empty());
}

TEST_CASE("grow-diag adds neighbours that cover a new word, step by step") {
  // 0-0 is agreed; 1-1 is its diagonal neighbour, 2-2 the neighbour of that.
  CHECK(combine("grow-diag-final-and", "0-0 1-1", "0-0 2-2") == "0-0 1-1 2-2");
  // 1-0 beside 0-0 covers source word 1; 1-1 then covers target word 1.
  CHECK(combine("grow-diag-final-and", "0-0 1-0", "0-0 1-1") == "0-0 1-0 1-1");
  // Both words of 0-1 are covered by agreed links: left out.
  CHECK(combine("grow-diag-final-and", "0-0 1-1 0-1", "0-0 1-1") == "0-0 1-1");
}

TEST_CASE("final-and adds links far away between words that both have none") {
  CHECK(combine("grow-diag-final-and", "0-0 5-7", "0-0") == "0-0 5-7");
  // 0-7: source word 0 is covered already.
  CHECK(combine("grow-diag-final-and", "0-0 0-7", "0-0") == "0-0");
  // Of two that share a word the first stands; the forward direction goes first.
  CHECK(combine("grow-diag-final-and", "5-7", "5-9") == "5-7");
}

TEST_CASE("another method is refused with the names of all") {
  CHECK_THROWS_WITH(combine("grow", "", ""), Catch::Contains("grow-diag-final-and"));
  CHECK_THROWS_AS(combine("grow", "", ""), UsageError);
}

}  // namespace alinea
