#include "signals/transforms.h"

#include <catch2/catch.hpp>

namespace alinea {

TEST_CASE("deltas are slopes of the columns, the ends repeated") {
  const FeatureRows rows{2, {1, 0, 2, 0, 4, 0, 7, 10, 11, 0}};
  const FeatureRows all = with_deltas(rows, 1);
  REQUIRE(all.columns == 4);
  REQUIRE(all.rows() == 5);
  CHECK(all.values[0] == 1);
  CHECK(all.values[2] == Approx((2 - 1 + 2 * (4 - 1)) / 10.0));
  CHECK(all.values[2 * 4 + 2] == Approx((7 - 2 + 2 * (11 - 1)) / 10.0));
  CHECK(all.values[2 * 4 + 3] == Approx((10 - 0) / 10.0));
  CHECK(all.values[4 * 4 + 2] == Approx((11 - 7 + 2 * (11 - 4)) / 10.0));
}

TEST_CASE("the second deltas are those of the first") {
  const FeatureRows rows{1, {1, 5, 2, 8, 3, 3, 9}};
  const FeatureRows twice = with_deltas(rows, 2);
  FeatureRows first{1, {}};
  for (int64_t t = 0; t < rows.rows(); ++t)
    first.values.push_back(twice.values[static_cast<size_t>(3 * t + 1)]);
  const FeatureRows again = with_deltas(first, 1);
  for (int64_t t = 0; t < rows.rows(); ++t)
    CHECK(twice.values[static_cast<size_t>(3 * t + 2)] ==
          again.values[static_cast<size_t>(2 * t + 1)]);
  CHECK(with_deltas(rows, 0).values == rows.values);
  CHECK(with_deltas(FeatureRows{3, {}}, 2).rows() == 0);
}

TEST_CASE("normalised columns have mean 0 and variance 1") {
  FeatureRows rows{3, {1, 5, 0, 2, 5, 100, 6, 5, 50}};
  const std::vector<float> given = rows.values;
  MomentCounter counter;
  counter.add(std::span(rows.values).first(3), 3);
  counter.add(std::span(rows.values).subspan(3), 3);
  const Moments moments = counter.moments();
  CHECK(moments.mean[0] == Approx(3));
  CHECK(moments.deviation[2] == Approx(std::sqrt(5000.0 / 3)));
  normalize(rows, moments);
  CHECK(rows.values[0] + rows.values[3] + rows.values[6] == Approx(0).margin(1e-6));
  // A column that does not change becomes 0.
  CHECK(rows.values[1] == 0);
  CHECK(rows.values[4] == 0);
  denormalize(rows, moments);
  for (size_t i = 0; i < rows.values.size(); ++i)
    CHECK(rows.values[i] == Approx(given[i]).margin(1e-4));
  CHECK(MomentCounter().moments().empty());
}

}  // namespace alinea
