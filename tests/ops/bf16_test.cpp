// Rounding to bfloat16, bit by bit. It needs no instructions of the CPU.
#include "ops/bf16.h"

#include <bit>
#include <catch2/catch.hpp>
#include <limits>
#include <vector>

namespace alinea {
namespace {

float from_bits(uint32_t bits) { return std::bit_cast<float>(bits); }

ops::Bf16 rounded(float value) {
  ops::Bf16 result = 0;
  ops::round_rows(&value, 1, 1, 1, &result);
  return result;
}

TEST_CASE("a float is rounded to the nearest bfloat16") {
  CHECK(rounded(1.0F) == 0x3f80);
  CHECK(rounded(-2.5F) == 0xc020);
  CHECK(rounded(from_bits(0x3f807fff)) == 0x3f80);  // just below the middle
  CHECK(rounded(from_bits(0x3f808001)) == 0x3f81);  // just above it
  CHECK(rounded(from_bits(0xbf80ffff)) == 0xbf81);
  CHECK(rounded(from_bits(0x00000001)) == 0x0000);  // the smallest subnormal number
  CHECK(rounded(from_bits(0x00018001)) == 0x0002);
}

TEST_CASE("in the middle between two, a float is rounded to the even one") {
  CHECK(rounded(from_bits(0x3f808000)) == 0x3f80);
  CHECK(rounded(from_bits(0x3f818000)) == 0x3f82);
  CHECK(rounded(from_bits(0xbf808000)) == 0xbf80);
  CHECK(rounded(from_bits(0xbf818000)) == 0xbf82);
}

TEST_CASE("a carry goes into the exponent, from the largest floats to infinity") {
  CHECK(rounded(from_bits(0x3fffffff)) == 0x4000);
  CHECK(rounded(from_bits(0x7f7f7fff)) == 0x7f7f);
  CHECK(rounded(std::numeric_limits<float>::max()) == 0x7f80);
  CHECK(rounded(std::numeric_limits<float>::lowest()) == 0xff80);
}

TEST_CASE("zeros and infinities stay what they are, and NaN stays NaN") {
  CHECK(rounded(0.0F) == 0x0000);
  CHECK(rounded(-0.0F) == 0x8000);
  CHECK(rounded(std::numeric_limits<float>::infinity()) == 0x7f80);
  CHECK(rounded(-std::numeric_limits<float>::infinity()) == 0xff80);
  // With bits in the lower half alone, cutting or rounding would make infinity or zero of it.
  for (const uint32_t bits : {0x7f800001U, 0x7fffffffU, 0xffffffffU, 0x7fc00000U})
    CHECK(rounded(from_bits(bits)) == 0x7fc0);
}

TEST_CASE("rows with a gap between them are rounded as rows without") {
  std::vector<float> x;
  for (int i = 0; i < 3 * 7; ++i) x.push_back(1.0F + static_cast<float>(i) / 512);
  std::vector<ops::Bf16> dense(3 * 7), rows(3 * 5);
  ops::round_rows(x.data(), 3, 7, 7, dense.data());
  ops::round_rows(x.data(), 3, 5, 7, rows.data());
  for (size_t i = 0; i < x.size(); ++i)  // bfloat16 has steps of 1/128 here
    CHECK(dense[i] == 0x3f80 + (i % 4 > 2 || (i % 4 == 2 && i / 4 % 2 == 1) ? i / 4 + 1 : i / 4));
  for (size_t r = 0; r < 3; ++r)
    for (size_t c = 0; c < 5; ++c) CHECK(rows[r * 5 + c] == dense[r * 7 + c]);
}

}  // namespace
}  // namespace alinea
