#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "libreoffice/help_page.h"
#include "libreoffice/segment_pairs.h"
#include "libreoffice/word_breaker.h"
#include "support/error.h"

using namespace alinea;
namespace fs = std::filesystem;

namespace {

std::string repeat(const std::string& word, int times) {
  std::string text = word;
  for (int i = 1; i < times; ++i) text += " " + word;
  return text;
}

size_t kept(const SegmentPair& pair) {
  SegmentPairs pairs;
  pairs.add(pair);
  return pairs.pairs().size();
}

}  // namespace

TEST_CASE("a help page gives its paragraphs by id") {
  const fs::path path =
      fs::temp_directory_path() / ("alinea-page-" + std::to_string(getpid()) + ".html");
  std::ofstream(path) << "<!DOCTYPE html><html><body><aside><p dir=auto>No id</p></aside>"
                         "<h1 id=\"hd_1\"><a name=\"x\"></a>Größe\n</h1>"
                         "<div><p id=\"par_2\">A <span class=\"emph\">bold</span> &amp; &quot;b"
                         "&quot;&nbsp;&lt;c&gt;</p><ul><li><p id=\"par_3\">one</p></li></ul></div>"
                         "<div><p id=\"par_3\">two</p><br><div id=\"par_4\">no text</div></div>";
  const auto paragraphs = read_help_page(path);
  CHECK(paragraphs.size() == 4);
  CHECK(paragraphs.at({"hd_1", 0}) == "Größe\n");
  CHECK(paragraphs.at({"par_2", 0}) == "A bold & \"b\"\u00A0<c>");
  CHECK(paragraphs.at({"par_3", 0}) == "one");
  CHECK(paragraphs.at({"par_3", 1}) == "two");
  fs::remove(path);
  CHECK_THROWS_AS(read_help_page(path), Error);
}

TEST_CASE("text is cut into lower-case words and marks") {
  WordBreaker german("de");
  CHECK(german.tokenize(" Die  Größe,\n(3,5 cm)\u00A0ändern!") ==
        "die größe , ( 3,5 cm ) ändern !");
  CHECK(german.tokenize("Silben\u00ADtrennung\u200B") == "silbentrennung");
  CHECK(german.tokenize("A\u0308rger") == "ärger");
  CHECK(german.tokenize("…ÄÖ") == "… äö");
  CHECK(german.tokenize(" \n\t").empty());
  CHECK(german.tokenize("").empty());
  WordBreaker english("en");
  CHECK(english.tokenize("Don't click \"OK\".") == "don't click \" ok \" .");
}

TEST_CASE("only translations are kept") {
  CHECK(kept({"die datei", "the file"}) == 1);
  CHECK(kept({"", "the file"}) == 0);
  CHECK(kept({"die datei", ""}) == 0);
  CHECK(kept({"import sys", "import sys"}) == 0);
  CHECK(kept({"1 + 2", "1 , 2"}) == 0);
  CHECK(kept({repeat("wort", 50), repeat("word", 50)}) == 1);
  CHECK(kept({repeat("wort", 51), repeat("word", 50)}) == 0);
  CHECK(kept({"wort", repeat("word", 6)}) == 1);
  CHECK(kept({"wort", repeat("word", 7)}) == 0);
  CHECK(kept({repeat("wort", 12), repeat("word", 4)}) == 1);
  CHECK(kept({repeat("wort", 13), repeat("word", 4)}) == 0);
}

TEST_CASE("neither side of a pair comes twice") {
  SegmentPairs pairs;
  pairs.add({"die datei", "the file"});
  pairs.add({"die datei", "a file"});
  pairs.add({"eine datei", "the file"});
  pairs.add({"eine datei", "a file"});
  REQUIRE(pairs.pairs().size() == 2);
  CHECK(pairs.pairs()[1].source == "eine datei");
  CHECK(pairs.pairs()[1].target == "a file");
}

TEST_CASE("pairs are split alike whatever their order") {
  std::vector<SegmentPair> pairs;
  for (const char* word : {"a", "b", "c", "d", "e", "f", "g"}) {
    pairs.push_back({word, std::string(word) + word});
  }
  const SegmentSplits splits = split_by_hash(pairs, 2);
  CHECK(splits.test.size() == 2);
  CHECK(splits.valid.size() == 2);
  CHECK(splits.train.size() == 3);
  std::set<std::string> sources;
  for (const auto* split : {&splits.train, &splits.valid, &splits.test}) {
    for (const SegmentPair& pair : *split) {
      CHECK(pair.target == pair.source + pair.source);
      sources.insert(pair.source);
    }
  }
  CHECK(sources.size() == 7);

  const SegmentSplits again = split_by_hash({pairs.rbegin(), pairs.rend()}, 2);
  CHECK(again.test[0].source == splits.test[0].source);
  CHECK(again.valid[1].source == splits.valid[1].source);
  CHECK(again.train[2].source == splits.train[2].source);

  CHECK_THROWS_AS(split_by_hash(pairs, 4), Error);
}
