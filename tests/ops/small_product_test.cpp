// Products of small matrices, of all shapes of tiles and both ways in which a may lie.
#include "ops/small_product.h"

#include <catch2/catch.hpp>

#include "ops/operation_check.h"

namespace alinea {

TEST_CASE("a small product is the sum over `inner`, whatever the sizes and the way a lies") {
  const int64_t rows = GENERATE(1, 2, 3, 4, 7, 33), columns = GENERATE(1, 7, 8, 16, 19, 47);
  const int64_t inner = GENERATE(0, 1, 13, 40);
  const bool transposed = GENERATE(false, true), add = GENERATE(false, true);
  CAPTURE(rows, columns, inner, transposed, add);
  TestTensor a({rows, inner + 2}, 1), b({inner + 1, columns + 3}, 2), c({rows, columns + 1}, 3);
  if (transposed) a = TestTensor({inner + 1, rows + 2}, 1);
  const int64_t a_row = a.shape().columns(), b_row = columns + 3, c_row = columns + 1;
  std::vector<double> expected;
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t j = 0; j < c_row; ++j) {
      double sum = add || j == columns ? at(c, r * c_row + j) : 0;
      for (int64_t i = 0; i < inner && j < columns; ++i)
        sum += at(a, transposed ? i * a_row + r : r * a_row + i) * at(b, i * b_row + j);
      expected.push_back(sum);
    }
  const ops::StridedMatrix as_it_lies{a.values().data(), a_row};
  ops::multiply_small({rows, columns, inner, transposed ? as_it_lies.transposed() : as_it_lies,
                       b.values().data(), b_row, c.values().data(), c_row, add});
  for (int64_t i = 0; i < rows * c_row; ++i)
    CHECK(at(c, i) == Approx(expected[static_cast<size_t>(i)]).margin(1e-5));
}

TEST_CASE("a product too large for tiles is the same") {
  const bool transposed = GENERATE(false, true);
  const int64_t rows = 128, columns = 96, inner = 128;
  TestTensor a({rows, inner}, 1), b({inner, columns}, 2), c({rows, columns}, 3);
  const ops::StridedMatrix as_it_lies{a.values().data(), inner};
  ops::multiply_small({rows, columns, inner, transposed ? as_it_lies.transposed() : as_it_lies,
                       b.values().data(), columns, c.values().data(), columns});
  for (int64_t r = 0; r < rows; r += 17)
    for (int64_t j = 0; j < columns; j += 5) {
      double sum = 0;
      for (int64_t i = 0; i < inner; ++i)
        sum += at(a, transposed ? i * inner + r : r * inner + i) * at(b, i * columns + j);
      CHECK(at(c, r * columns + j) == Approx(sum).margin(1e-4));
    }
}

}  // namespace alinea
