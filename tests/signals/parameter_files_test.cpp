#include "signals/parameter_files.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "signals/feature_bytes.h"
#include "signals/idx_file.h"
#include "signals/numpy_array.h"
#include "support/error.h"

namespace alinea {

namespace {

const std::vector<float> kNumbers = {1, -2, 3.5, 4, 5, 1e6};

template <typename T>
std::string compressed(const char* type, const std::vector<T>& values, const std::string& columns) {
  return std::string("\0B", 2) + type + ' ' + bytes_of_number(-1.0F) + bytes_of_number(4.0F) +
         bytes_of_number(int32_t{3}) + bytes_of_number(int32_t{2}) + columns +
         bytes_of_numbers(values);
}

}  // namespace

TEST_CASE("Sphinx files have so many floats, in either order of bytes") {
  for (const std::endian order : {std::endian::big, std::endian::little}) {
    const FeatureRows rows = read_htk_or_sphinx(sphinx_bytes(kNumbers, order), 3);
    CHECK(rows.rows() == 2);
    CHECK(rows.values == kNumbers);
  }
  CHECK_THROWS_WITH(
      read_htk_or_sphinx(sphinx_bytes(kNumbers), 4),
      Catch::Contains("expected rows of 4 numbers") && Catch::EndsWith("see mfc-columns"));
  CHECK_THROWS_AS(read_htk_or_sphinx(sphinx_bytes(kNumbers).substr(0, 20), 3), Error);
  CHECK_THROWS_AS(read_htk_or_sphinx("abc", 3), Error);
}

TEST_CASE("HTK files say how wide a row is") {
  const FeatureRows rows = read_htk_or_sphinx(htk_bytes(kNumbers, 2), 13);
  CHECK(rows.columns == 2);
  CHECK(rows.values == kNumbers);
  CHECK(read_htk_or_sphinx(htk_bytes(kNumbers, 2) + "ab", 13).rows() == 3);  // a checksum
  CHECK_THROWS_WITH(read_htk_or_sphinx(htk_bytes(kNumbers, 2, 02011), 13),
                    Catch::Contains("compressed"));
  CHECK_THROWS_WITH(read_htk_or_sphinx(htk_bytes(kNumbers, 2, 0), 13),
                    Catch::Contains("rows of floats"));
}

TEST_CASE("matrices of Kaldi are of floats or doubles") {
  const FeatureRows rows = read_kaldi(kaldi_bytes(kNumbers, 3));
  CHECK(rows.columns == 3);
  CHECK(rows.values == kNumbers);
  const std::string doubles = std::string("\0BDM \4", 6) + bytes_of_number(int32_t{1}) + '\4' +
                              bytes_of_number(int32_t{2}) +
                              bytes_of_numbers(std::vector<double>{0.5, -3});
  CHECK(read_kaldi(doubles).values == std::vector<float>{0.5, -3});
  CHECK_THROWS_WITH(read_kaldi(kaldi_bytes(kNumbers, 3).substr(0, 30)),
                    Catch::Contains("ends early"));
  CHECK_THROWS_AS(read_kaldi(std::string("\0BXM \4", 6) + std::string(20, '\4')), Error);
}

TEST_CASE("compressed matrices of Kaldi are read in all three ways") {
  const std::vector<uint16_t> wide = {0, 65535, 13107, 0, 65535, 26214};
  const FeatureRows two = read_kaldi(compressed("CM2", wide, ""));
  CHECK(two.values[0] == Approx(-1));
  CHECK(two.values[1] == Approx(3));
  CHECK(two.values[2] == Approx(-1 + 4 * 0.2));
  const std::vector<uint8_t> narrow = {0, 255, 51, 0, 255, 102};
  CHECK(read_kaldi(compressed("CM3", narrow, "")).values[5] == Approx(-1 + 4 * 0.4));
  // Columns by their quantiles 0, 25, 75 and 100 %: -1, 0, 2, 3 and all 3.
  const std::string quantiles =
      bytes_of_numbers(std::vector<uint16_t>{0, 16384, 49151, 65535, 65535, 65535, 65535, 65535});
  const std::vector<uint8_t> places = {0, 32, 128, 7, 8, 9};  // a column after the other
  const FeatureRows one = read_kaldi(compressed("CM", places, quantiles));
  CHECK(one.values[0] == Approx(-1));
  CHECK(one.values[2] == Approx(-0.5).margin(1e-3));
  CHECK(one.values[4] == Approx(1).margin(1e-3));
  CHECK(one.values[1] == Approx(3));
}

TEST_CASE("the keys of an archive are found") {
  const std::string bytes = "a " + kaldi_bytes(kNumbers, 3) + "second " + kaldi_bytes({7}, 1);
  const BytesInMemory archive(bytes);
  const auto keys = kaldi_keys(archive);
  REQUIRE(keys.size() == 2);
  CHECK(keys.at("a") == 2);
  const int64_t begin = keys.at("second");
  CHECK(read_kaldi(archive.part(begin, kaldi_size(archive, begin))).values ==
        std::vector<float>{7});
  CHECK_THROWS_AS(kaldi_keys(BytesInMemory("ab")), Error);
  CHECK_THROWS_AS(kaldi_keys(BytesInMemory(std::string_view(bytes).substr(0, 30))), Error);
  CHECK_THROWS_AS(kaldi_size(archive, 100000), Error);
}

TEST_CASE("arrays of NumPy are read in their type and order") {
  const Array array = read_numpy(npy_bytes("<f4", "(2, 3)", kNumbers));
  CHECK(array.shape == std::vector<int64_t>{2, 3});
  CHECK(array.values == kNumbers);
  CHECK(read_numpy(npy_bytes("<f4", "(2, 3)", kNumbers, "True")).values ==
        std::vector<float>{1, 3.5, 5, -2, 4, 1e6});
  CHECK(read_numpy(npy_bytes("<f4", "(6,)", kNumbers)).shape == std::vector<int64_t>{6});
  std::string big = npy_bytes(">i2", "(2,)", {});
  CHECK(read_numpy(big + std::string("\1\0\xff\xff", 4)).values == std::vector<float>{256, -1});
  CHECK(read_numpy(npy_bytes("|u1", "(1, 2)", {}) + "\1\xff").kind == NumberKind::kByte);
  CHECK(read_numpy(npy_bytes("<f4", "(0, 3)", {})).values.empty());
}

TEST_CASE("floats of 16 bits are read to the last bit") {
  const auto bytes = bytes_of_numbers(std::vector<uint16_t>{0x3C00, 0xC000, 0x7BFF, 0x0001, 0x83FF,
                                                            0x8000, 0x3555, 0x7C00, 0x0400});
  const Array halves = read_numpy(npy_bytes("<f2", "(9,)", {}) + bytes);
  CHECK(halves.values == std::vector<float>{1, -2, 65504, 0x1p-24F, -1023 * 0x1p-24F, -0.0F,
                                            1365 * 0x1p-12F, HUGE_VALF, 0x1p-14F});
  CHECK(std::signbit(halves.values[5]));
  CHECK(std::isnan(from_half(0x7E00)));
  CHECK(from_bfloat(0x3F80) == 1);
  CHECK(from_bfloat(0xC0A0) == -5);
  CHECK(read_numpy(npy_bytes(">f2", "(1,)", {}) + "\x3C" + std::string(1, '\0')).values[0] == 1);
}

TEST_CASE("damaged arrays of NumPy are refused") {
  const std::string whole = npy_bytes("<f4", "(2, 3)", kNumbers);
  CHECK_THROWS_AS(read_numpy(whole.substr(0, 8)), Error);
  CHECK_THROWS_AS(read_numpy(whole.substr(0, 40)), Error);
  CHECK_THROWS_WITH(read_numpy(whole.substr(0, whole.size() - 1)), Catch::Contains("bytes of num"));
  CHECK_THROWS_AS(read_numpy(npy_bytes("<c8", "(2, 3)", kNumbers)), Error);
  CHECK_THROWS_WITH(read_numpy(npy_bytes("|b1", "(1,)", {}) + "\1"),
                    Catch::Contains("got '|b1': save what astype('float32') makes"));
  CHECK_THROWS_AS(read_numpy(npy_bytes("<f4", "(2, -3)", kNumbers)), Error);
  CHECK_THROWS_AS(read_numpy(npy_bytes("<f4", "(99999999999, 9999999999)", kNumbers)), Error);
  CHECK_THROWS_AS(read_numpy(npy_bytes("<f4", "2", kNumbers)), Error);
}

TEST_CASE("examples of an IDX file are counted from 0") {
  const std::string bytes = std::string("\0\0\x08\3", 4) +
                            bytes_of_numbers(std::vector<int32_t>{2, 1, 3}, std::endian::big) +
                            "abcdef";
  const Array array = read_idx(bytes, 1);
  CHECK(array.shape == std::vector<int64_t>{1, 3});
  CHECK(array.values == std::vector<float>{'d', 'e', 'f'});
  CHECK(array.kind == NumberKind::kByte);
  CHECK_THROWS_WITH(read_idx(bytes, 2), "expected an example from 0 to 1, got 2");
  CHECK_THROWS_AS(read_idx(bytes, -1), Error);
  CHECK_THROWS_AS(read_idx(bytes.substr(0, bytes.size() - 1), 0), Error);
  CHECK_THROWS_AS(read_idx(bytes.substr(0, 9), 0), Error);
}

}  // namespace alinea
