#include "text/parallel_text.h"

#include <catch2/catch.hpp>

#include "storage/temporary_folder.h"
#include "support/error.h"
#include "text/gzip.h"
#include "text/text_lines.h"

namespace alinea {

using Catch::Matchers::Contains;
using Lines = std::vector<std::string>;
using Column = TextFile::Column;

namespace {

// "source|target" of each pair.
Lines pairs_of(const ParallelFiles& files) {
  PairReader reader(files);
  Lines lines;
  for (std::string source, target; reader.next(source, target);) {
    lines.push_back(source + "|" + target);
    CHECK(reader.line_number() == std::ssize(lines));
  }
  return lines;
}

Lines all_lines(const Texts& texts) {
  TextLines reader(texts);
  Lines lines;
  for (std::string line; reader.next(line);) lines.push_back(line);
  CHECK_FALSE([&] {
    std::string line;
    return reader.next(line);
  }());
  return lines;
}

}  // namespace

TEST_CASE("pairs come from two files or from the columns of one") {
  const TemporaryFolder folder;
  const Lines expected = {"a b|x", "|y z", "c|"};
  const auto source = folder.file("s", "a b\n\nc\n"), target = folder.file("t", "x\r\ny z\n\n");
  CHECK(pairs_of({source, target}) == expected);
  CHECK(pairs_of({folder.file("both", "a b\tx\r\n\ty z\nc\t")}) == expected);
  CHECK(pairs_of({folder.file("both.gz", gzip("a b\tx\n\ty z\nc\t\n"))}) == expected);
  CHECK(pairs_of({folder.file("none", "")}).empty());
  CHECK(ParallelFiles{"a", "b"}.names() == "'a' and 'b'");
  CHECK(ParallelFiles{"a"}.names() == "'a'");
}

TEST_CASE("lines that are no pair are refused by their number") {
  const TemporaryFolder folder;
  CHECK_THROWS_WITH(pairs_of({folder.file("b", "a\tx\nb y\n")}),
                    Contains("b', line 2") && Contains("found 0 tabs"));
  CHECK_THROWS_WITH(pairs_of({folder.file("b", "a\tx\ty\n")}),
                    Contains("line 1") && Contains("found 2 tabs"));
  CHECK_THROWS_WITH(pairs_of({folder.file("s", "a\nb\n"), folder.file("t", "x\n")}),
                    Contains("s' has 2") && Contains("t' has 1"));
}

TEST_CASE("lines of one language come file behind file") {
  const TemporaryFolder folder;
  const auto plain = folder.file("p", "A\nB"), both = folder.file("b", "C\tX\nD\tY\n"),
             none = folder.file("n", "");
  CHECK(all_lines({{plain, none, {both, Column::kSource}}}) == Lines{"A", "B", "C", "D"});
  CHECK(all_lines({{{both, Column::kTarget}, none, plain}, true}) == Lines{"x", "y", "a", "b"});
  CHECK(all_lines({}).empty());
  CHECK(Texts{{plain, both}}.names() == "'" + plain.string() + "' and '" + both.string() + "'");
}

}  // namespace alinea
