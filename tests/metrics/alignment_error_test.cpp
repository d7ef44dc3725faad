#include "metrics/alignment_error.h"

#include <catch2/catch.hpp>

#include "storage/temporary_folder.h"
#include "support/error.h"

namespace alinea {
namespace {

std::vector<GoldLinks> sure_and_possible(const std::string& text) {
  const TemporaryFolder folder;
  return read_gold(folder.file("gold", text), {}, 0).sentences;
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
      alignment_error(links({"0-0 1-1 2-1", "3-3"}), sure_and_possible("0-0 1-1 2-2 2?1\n\n"));
  CHECK(error.precision() == Approx(3.0 / 4));
  CHECK(error.recall() == Approx(2.0 / 3));
  CHECK(error.aer() == Approx(1 - (2.0 + 3.0) / (4 + 3)));
  CHECK(error.to_string() ==
        "AER = 0.2857 (precision = 0.7500 recall = 0.6667 links = 4 sure = 3)");
}

TEST_CASE("gold against itself has no error, possible links may be left out") {
  CHECK(alignment_error(links({"0-0"}), sure_and_possible("0-0 1?0\n")).aer() == 0);
  CHECK(alignment_error(links({""}), sure_and_possible("1?0\n")).aer() == 0);
}

TEST_CASE("different numbers of sentences are refused") {
  CHECK_THROWS_WITH(alignment_error(links({"0-0"}), sure_and_possible("0-0\n0-0\n")),
                    Catch::Contains("got 1 and 2"));
}

}  // namespace alinea
