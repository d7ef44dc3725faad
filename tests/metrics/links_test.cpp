#include "metrics/links.h"

#include <catch2/catch.hpp>

#include "storage/temporary_folder.h"
#include "support/error.h"

namespace alinea {
namespace {

using Catch::Contains;

constexpr LinkFormat kFrom1 = {1, false}, kNaacl = {1, true};

Gold read(const std::string& text, const LinkFormat& format = {}, int64_t sentences = 3) {
  const TemporaryFolder folder;
  return read_gold(folder.file("gold", text), format, sentences);
}

std::vector<GoldLinks> gold(const std::string& text, const LinkFormat& format = {}) {
  return read(text, format).sentences;
}

std::vector<Links> found(const std::string& text) {
  const TemporaryFolder folder;
  return read_links(folder.file("found", text));
}

TEST_CASE("links can be counted from 1") {
  CHECK(parse_links("1-1 2-3", 1) == parse_links("0-0 1-2"));
  CHECK_THROWS_WITH(parse_links("0-1", 1), Contains("of at least 1, got '0'"));
  CHECK(gold("1-1 2?1\n", kFrom1)[0].possible == parse_links("0-0 1-0"));
}

TEST_CASE("possible links are written with a question mark or a p") {
  const std::vector<GoldLinks> read = gold("0-0 1?1 2p3 1-2\n");
  CHECK(read[0].sure == parse_links("0-0 1-2"));
  CHECK(read[0].possible == parse_links("0-0 1-1 1-2 2-3"));
}

TEST_CASE("sentences may have numbers before a tab") {
  CHECK(found("0\t0-0 2-1\n1\t\n2\t1-0\n") == found("0-0 2-1\n\n1-0\n"));
  CHECK(found("17\t0-0\n18\t1-0\n") == found("0-0\n1-0\n"));
  CHECK(gold("1\t0-0 1p1\n2\t\n")[0].possible == parse_links("0-0 1-1"));
  CHECK(found("0-0\t1-1\n") == found("0-0 1-1\n"));
  CHECK_THROWS_WITH(found("4\t0-0\n6\t0-0\n"),
                    Contains("found:2: expected sentence 5, got sentence 6"));
  CHECK_THROWS_WITH(found("4\t0-0\n0-0\n"), Contains("found:2: expected a sentence number"));
  CHECK_THROWS_WITH(found("0-0\n4\t0-0\n"), Contains("found:2: expected no sentence number"));
  CHECK_THROWS_WITH(found("99999999999\t0-0\n"), Contains("99999999999"));
}

TEST_CASE("NAACL's form: sentences may have no link, marks are S, P or none") {
  const std::vector<GoldLinks> read = gold("0001 1 1 S\n0001 2 1 P\n0003 4 2\n0002 1 1\n", kNaacl);
  REQUIRE(read.size() == 3);
  CHECK(read[0].sure == parse_links("0-0"));
  CHECK(read[0].possible == parse_links("0-0 1-0"));
  CHECK(read[1].sure == parse_links("0-0"));
  CHECK(read[2].sure == parse_links("3-1"));
  CHECK(gold("", kNaacl).size() == 3);
}

TEST_CASE("NAACL's NULL links are left out and counted, but not where words count from 0") {
  const Gold read_from_1 = read("1 1 1 S\n1 0 3 S\n2 2 0 P\n", kNaacl);
  CHECK(read_from_1.null_links == 2);
  CHECK(read_from_1.sentences[0].sure == parse_links("0-0"));
  CHECK(read_from_1.sentences[1].possible.empty());
  const Gold read_from_0 = read("1 0 3 S\n", {0, true});
  CHECK(read_from_0.null_links == 0);
  CHECK(read_from_0.sentences[0].sure == parse_links("0-3"));
}

TEST_CASE("numbers of sentences that there are no alignments for are refused at once") {
  CHECK_THROWS_WITH(gold("4 1 1 S\n", kNaacl),
                    Contains("gold:1") && Contains("3 sentences") && Contains("got sentence 4"));
  CHECK_THROWS_WITH(gold("1 1 1\n2000000000 1 1 S\n", kNaacl), Contains("gold:2"));
  CHECK_THROWS_WITH(gold("0 1 1 S\n", kNaacl), Contains("of at least 1"));
}

TEST_CASE("what is no link is refused with file and line") {
  CHECK_THROWS_WITH(gold("0-0\n0=1\n"), Contains("gold:2: expected a link i-j, i?j or ipj"));
  CHECK_THROWS_WITH(gold("0-x\n"), Contains("got 'x'"));
  CHECK_THROWS_WITH(gold("0-1-2\n"), Contains("got '1-2'"));
  CHECK_THROWS_WITH(gold("-1-2\n"), Contains("got ''"));
  CHECK_THROWS_WITH(gold("99999999999-2\n"), Contains("99999999999"));
  CHECK_THROWS_WITH(gold("1 1 1 X\n", kNaacl), Contains("[S|P]"));
  CHECK_THROWS_AS(parse_links("0?0"), Error);
  CHECK_THROWS_AS(parse_links("0p0"), Error);
}

TEST_CASE("byte order marks, CRLF and a missing last line end are passed over") {
  const std::vector<Links> links = found("0-0 2-1\n\n1-0\n");
  CHECK(found("\xef\xbb\xbf"
              "0-0 2-1\r\n\r\n1-0") == links);
  CHECK(found("\xef\xbb\xbf"
              "7\t0-0 2-1\r\n8\t\r\n9\t1-0") == links);
  CHECK(gold("\xef\xbb\xbf"
             "0-0 1p1\r\n2?1")[1]
            .possible == parse_links("2-1"));
  CHECK(gold("\xef\xbb\xbf"
             "1 1 1 S\r\n2 3 2 P\r\n",
             kNaacl)[1]
            .possible == parse_links("2-1"));
}

TEST_CASE("gold links look counted from 1 where only those that were found have a word 0") {
  const auto look = [](const std::string& gold_text, const std::string& found_text) {
    return look_counted_from_1(gold(gold_text), found(found_text));
  };
  CHECK(look("1-1 2?2\n1-2\n", "0-0 1-1\n0-1\n"));
  CHECK_FALSE(look("1-1 2?2\n0-2\n", "0-0 1-1\n0-1\n"));
  CHECK_FALSE(look("1-1 2?0\n1-2\n", "0-0 1-1\n0-1\n"));
  CHECK_FALSE(look("1-1 2?2\n1-2\n", "1-1 2-2\n1-2\n"));
  CHECK_FALSE(look("\n\n", "0-0\n0-1\n"));
}

}  // namespace
}  // namespace alinea
