#include "layers/packing.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "ops/rows.h"

namespace alinea {
namespace {

using Rows = std::vector<int64_t>;
constexpr int64_t kNone = ops::kNoRow;

Rows active_of(const Packing& packing) {
  return {packing.active().begin(), packing.active().end()};
}

// Sentences a, b, c, d of 4, 2, 2 and 1 words lie as a0 b0 c0 d0 | a1 b1 c1 | a2 | a3.
TEST_CASE("words lie time-major, those of the sentences that have not ended") {
  const Packing packing(Rows{4, 2, 2, 1});
  CHECK(packing.rows() == 9);
  CHECK(active_of(packing) == Rows{4, 3, 1, 1});
  CHECK(packing.row(0, 0) == 0);
  CHECK(packing.row(3, 0) == 3);
  CHECK(packing.row(0, 1) == 4);
  CHECK(packing.row(2, 1) == 6);
  CHECK(packing.row(0, 2) == 7);
  CHECK(packing.row(0, 3) == 8);
}

TEST_CASE("every sentence turns around within its own length") {
  const Packing packing(Rows{4, 2, 2, 1});
  //                                a0 b0 c0 d0 a1 b1 c1 a2 a3
  CHECK(packing.reversed() == Rows{8, 5, 6, 3, 7, 1, 2, 4, 0});
}

TEST_CASE("the padded matrix and the packed rows name each other") {
  const Packing packing(Rows{4, 2, 2, 1});
  CHECK(packing.padded() == Rows{0, 4, 7, 8,          //
                                 1, 5, kNone, kNone,  //
                                 2, 6, kNone, kNone,  //
                                 3, kNone, kNone, kNone});
  CHECK(packing.cells() == Rows{0, 4, 8, 12, 1, 5, 9, 2, 3});
}

TEST_CASE("one sentence, and sentences of one length") {
  const Packing one(Rows{3});
  CHECK(one.rows() == 3);
  CHECK(active_of(one) == Rows{1, 1, 1});
  CHECK(one.reversed() == Rows{2, 1, 0});
  CHECK(one.padded() == Rows{0, 1, 2});
  CHECK(one.cells() == Rows{0, 1, 2});

  const Packing square(Rows{2, 2, 2});
  CHECK(active_of(square) == Rows{3, 3});
  CHECK(square.reversed() == Rows{3, 4, 5, 0, 1, 2});
  CHECK(square.padded() == Rows{0, 3, 1, 4, 2, 5});
  CHECK(square.cells() == Rows{0, 2, 4, 1, 3, 5});
}

}  // namespace
}  // namespace alinea
