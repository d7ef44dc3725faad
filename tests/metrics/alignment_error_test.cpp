#include "metrics/alignment_error.h"

#include <catch2/catch.hpp>

#include "storage/temporary_folder.h"
#include "support/error.h"

namespace alinea {
namespace {

std::vector<GoldLinks> gold(const std::string& text, const LinkFormat& format = {}) {
  const TemporaryFolder folder;
  return read_gold(folder.file("gold", text), format);
}

std::vector<Links> links(std::initializer_list<const char*> lines) {
  std::vector<Links> sentences;
  for (const char* line : lines) sentences.push_back(parse_links(line));
  return sentences;
}

}  // namespace

TEST_CASE("AER, precision and recall by hand") {
  // A = {0-0, 1-1, 2-1, 3-3}, S = {0-0, 1-1, 2-2}, P = S and {2-1}
  const AlignmentError error =
      alignment_error(links({"0-0 1-1 2-1", "3-3"}), gold("0-0 1-1 2-2 2?1\n\n"));
  CHECK(error.precision() == Approx(3.0 / 4));
  CHECK(error.recall() == Approx(2.0 / 3));
  CHECK(error.aer() == Approx(1 - (2.0 + 3.0) / (4 + 3)));
  CHECK(error.to_string() ==
        "AER = 0.2857 (precision = 0.7500 recall = 0.6667 links = 4 sure = 3)");
}

TEST_CASE("gold against itself has no error, possible links may be left out") {
  CHECK(alignment_error(links({"0-0"}), gold("0-0 1?0\n")).aer() == 0);
  CHECK(alignment_error(links({""}), gold("1?0\n")).aer() == 0);
}

TEST_CASE("links can be counted from 1") {
  CHECK(parse_links("1-1 2-3", 1) == parse_links("0-0 1-2"));
  CHECK_THROWS_WITH(parse_links("0-1", 1), Catch::Contains("of at least 1, got '0'"));
  CHECK(gold("1-1 2?1\n", {1, false})[0].possible == parse_links("0-0 1-0"));
}

TEST_CASE("NAACL's form: sentences may have no link, marks are S, P or none") {
  const std::vector<GoldLinks> read =
      gold("0001 1 1 S\n0001 2 1 P\n0003 4 2\n", LinkFormat{1, true});
  REQUIRE(read.size() == 3);
  CHECK(read[0].sure == parse_links("0-0"));
  CHECK(read[0].possible == parse_links("0-0 1-0"));
  CHECK(read[1].possible.empty());
  CHECK(read[2].sure == parse_links("3-1"));
}

TEST_CASE("what is no link is refused with file and line") {
  CHECK_THROWS_WITH(gold("0-0\n0=1\n"), Catch::Contains("gold:2: expected a link i-j or i?j"));
  CHECK_THROWS_WITH(gold("0-x\n"), Catch::Contains("got 'x'"));
  CHECK_THROWS_WITH(gold("0-1-2\n"), Catch::Contains("got '1-2'"));
  CHECK_THROWS_WITH(gold("-1-2\n"), Catch::Contains("got ''"));
  CHECK_THROWS_WITH(gold("99999999999-2\n"), Catch::Contains("99999999999"));
  CHECK_THROWS_WITH(gold("2 1 1 S\n1 1 1 S\n", {1, true}), Catch::Contains("in order"));
  CHECK_THROWS_WITH(gold("1 1 1 X\n", {1, true}), Catch::Contains("[S|P]"));
  CHECK_THROWS_WITH(gold("2000000000 1 1 S\n", {1, true}), Catch::Contains("in order"));
  CHECK_THROWS_AS(parse_links("0?0"), Error);
}

TEST_CASE("different numbers of sentences are refused") {
  CHECK_THROWS_WITH(alignment_error(links({"0-0"}), gold("0-0\n0-0\n")),
                    Catch::Contains("got 1 and 2"));
}

}  // namespace alinea
