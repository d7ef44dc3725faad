#include "metrics/classification.h"

#include <catch2/catch.hpp>

namespace alinea {
namespace {

// Of class 0: 3 right, 1 taken for 1; of class 1: 2 right, 2 taken for 0; none of class 2, for
// which one of class 1 is taken; none of class 3.
Confusion example() {
  Confusion confusion(4);
  const int32_t pairs[][2] = {{0, 0}, {0, 0}, {0, 0}, {0, 1}, {1, 1},
                              {1, 1}, {1, 0}, {1, 0}, {1, 2}};
  for (const auto& [gold, given] : pairs) confusion.add(gold, given);
  return confusion;
}

TEST_CASE("accuracy, precision, recall and F1 by hand") {
  const Confusion confusion = example();
  CHECK(confusion.examples() == 9);
  CHECK(confusion.accuracy() == Approx(5.0 / 9));
  const ClassScore first = confusion.score(0), second = confusion.score(1);
  CHECK(first.examples == 4);
  CHECK(first.precision == Approx(3.0 / 5));
  CHECK(first.recall == Approx(3.0 / 4));
  CHECK(first.f1 == Approx(2 * 0.6 * 0.75 / (0.6 + 0.75)));
  CHECK(second.precision == Approx(2.0 / 3));
  CHECK(second.recall == Approx(2.0 / 5));
  CHECK(confusion.macro_f1() == Approx((first.f1 + second.f1) / 2));
}

TEST_CASE("a class without examples or answers has scores of 0, not none") {
  const Confusion confusion = example();
  for (const int64_t label : {2, 3}) {
    CHECK(confusion.score(label).examples == 0);
    CHECK(confusion.score(label).precision == 0);
    CHECK(confusion.score(label).recall == 0);
    CHECK(confusion.score(label).f1 == 0);
  }
  const Confusion empty(2);
  CHECK(empty.accuracy() == 0);
  CHECK(empty.macro_f1() == 0);
}

TEST_CASE("the table has a line for each class, aligned by characters") {
  Confusion confusion(2);
  confusion.add(0, 0);
  confusion.add(1, 0);
  const std::vector<std::string> labels = {"überlang", "b"};
  CHECK(confusion.to_string(labels) ==
        "class     precision  recall      F1  examples\n"
        "überlang     0.5000  1.0000  0.6667         1\n"
        "b            0.0000  0.0000  0.0000         1");
}

}  // namespace
}  // namespace alinea
