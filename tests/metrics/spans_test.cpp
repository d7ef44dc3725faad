#include "metrics/spans.h"

#include <catch2/catch.hpp>
#include <random>
#include <sstream>

namespace alinea {
namespace {

using Tags = std::vector<std::string>;

Tags tags_of(const std::string& text) {
  std::istringstream words(text);
  Tags tags;
  for (std::string tag; words >> tag;) tags.push_back(tag);
  return tags;
}

std::vector<Span> spans(const std::string& text) { return spans_of(tags_of(text)); }

// The counts of conlleval.pl, which goes through both columns at once, its conditions one by one as
// they stand there: an oracle for tags with the letters B, I, E and O.
class Conlleval {
 public:
  void add(const Tags& gold, const Tags& given) {
    for (size_t t = 0; t < gold.size(); ++t) step(gold[t], given[t], /*is_word=*/true);
    step("O", "O", /*is_word=*/false);
  }
  int64_t words = 0, words_right = 0, gold_spans = 0, given_spans = 0, right = 0;

 private:
  struct Tag {
    std::string letter = "O", type;
  };
  static Tag split(const std::string& text) {
    const size_t hyphen = text.find('-');
    if (hyphen == std::string::npos) return {text, ""};
    return {text.substr(0, hyphen), text.substr(hyphen + 1)};
  }
  static bool end_of_chunk(const Tag& previous, const Tag& tag) {
    const std::string both = previous.letter + tag.letter;
    for (const char* pair : {"BB", "BO", "IB", "IO", "EE", "EI", "EO"})
      if (both == pair) return true;
    return previous.letter != "O" && previous.type != tag.type;
  }
  static bool start_of_chunk(const Tag& previous, const Tag& tag) {
    const std::string both = previous.letter + tag.letter;
    for (const char* pair : {"BB", "IB", "OB", "OI", "EE", "EI", "OE"})
      if (both == pair) return true;
    return tag.letter != "O" && previous.type != tag.type;
  }
  void step(const std::string& gold_text, const std::string& given_text, bool is_word) {
    const Tag gold = split(gold_text), given = split(given_text);
    const bool gold_ends = end_of_chunk(last_gold_, gold);
    const bool given_ends = end_of_chunk(last_given_, given);
    if (in_correct_) {
      if (gold_ends && given_ends && last_given_.type == last_gold_.type) {
        in_correct_ = false;
        ++right;
      } else if (gold_ends != given_ends || given.type != gold.type) {
        in_correct_ = false;
      }
    }
    const bool gold_starts = start_of_chunk(last_gold_, gold);
    const bool given_starts = start_of_chunk(last_given_, given);
    if (gold_starts && given_starts && given.type == gold.type) in_correct_ = true;
    gold_spans += gold_starts ? 1 : 0;
    given_spans += given_starts ? 1 : 0;
    if (is_word) {
      ++words;
      words_right += gold_text == given_text ? 1 : 0;
    }
    last_gold_ = gold;
    last_given_ = given;
  }
  bool in_correct_ = false;
  Tag last_gold_, last_given_;
};

// Words [begin, end) of each span as tags of a scheme.
Tags written(const std::vector<Span>& wanted, int64_t words, const std::string& scheme) {
  Tags tags(static_cast<size_t>(words), "O");
  for (size_t i = 0; i < wanted.size(); ++i) {
    const auto& [begin, end, type] = wanted[i];
    const bool touches = i > 0 && wanted[i - 1].end == begin && wanted[i - 1].type == type;
    const bool is_touched =
        i + 1 < wanted.size() && wanted[i + 1].begin == end && wanted[i + 1].type == type;
    for (int64_t t = begin; t < end; ++t) {
      const bool first = t == begin, last = t + 1 == end;
      std::string letter = "I";
      if (scheme == "IOB1" && first && touches) letter = "B";
      if (scheme == "IOB2" && first) letter = "B";
      if (scheme == "IOE1" && last && is_touched) letter = "E";
      if (scheme == "IOE2" && last) letter = "E";
      if (scheme == "IOBES" || scheme == "BIOUL") {
        const bool is_bioul = scheme == "BIOUL";
        if (first) letter = "B";
        if (last) letter = is_bioul ? "L" : "E";
        if (first && last) letter = is_bioul ? "U" : "S";
      }
      tags[t] = letter.append("-").append(type);
    }
  }
  return tags;
}

TEST_CASE("spans written in any scheme are read as they were") {
  std::mt19937 random(3);
  for (int turn = 0; turn < 200; ++turn) {
    std::vector<Span> wanted;
    int64_t words = static_cast<int64_t>(random() % 3);
    while (words < 12) {
      const auto length = static_cast<int64_t>(1 + random() % 3);
      wanted.push_back({words, words + length, random() % 2 == 0 ? "X" : "Y-Z"});
      words += length + static_cast<int64_t>(random() % 2);
    }
    for (const char* scheme : {"IOB1", "IOB2", "IOE1", "IOE2", "IOBES", "BIOUL"}) {
      INFO(scheme);
      CHECK(spans_of(written(wanted, words, scheme)) == wanted);
    }
  }
}

TEST_CASE("whatever tags there are, the counts are those of conlleval") {
  const Tags letters = GENERATE(Tags{"O", "B-x", "I-x", "B-y", "I-y", "I"},
                                Tags{"O", "I-x", "E-x", "I-y", "E-y"}, Tags{"O", "NOUN", "VERB"});
  std::mt19937 random(5);
  for (int turn = 0; turn < 500; ++turn) {
    Conlleval oracle;
    TagScores scores;
    for (int sentence = 0; sentence < 3; ++sentence) {
      Tags gold, given;
      const size_t count = random() % 9;
      for (size_t t = 0; t < count; ++t) {
        gold.push_back(letters[random() % letters.size()]);
        given.push_back(random() % 2 == 0 ? gold.back() : letters[random() % letters.size()]);
      }
      oracle.add(gold, given);
      scores.add(gold, given);
    }
    const SpanCounts all = scores.spans();
    CHECK(scores.words() == oracle.words);
    CHECK(all.gold == oracle.gold_spans);
    CHECK(all.given == oracle.given_spans);
    CHECK(all.right == oracle.right);
    if (oracle.words > 0)
      CHECK(scores.accuracy() ==
            Approx(static_cast<double>(oracle.words_right) / static_cast<double>(oracle.words)));
  }
}

TEST_CASE("tags that end before they begin are repaired") {
  CHECK(spans("O I-x I-x O") == std::vector<Span>{{1, 3, "x"}});
  CHECK(spans("E-x O L-y") == std::vector<Span>{{0, 1, "x"}, {2, 3, "y"}});
  CHECK(spans("B-x I-y") == std::vector<Span>{{0, 1, "x"}, {1, 2, "y"}});
  CHECK(spans("S-x I-x") == std::vector<Span>{{0, 1, "x"}, {1, 2, "x"}});
}

TEST_CASE("schemes may be mixed within a sentence") {
  CHECK(spans("I-x I-x O U-y B-x L-x B-y E-y S-y") ==
        std::vector<Span>{{0, 2, "x"}, {3, 4, "y"}, {4, 6, "x"}, {6, 8, "y"}, {8, 9, "y"}});
}

TEST_CASE("a full stop is outside of all spans, as conlleval has it") {
  CHECK(spans("B-x . I-x") == std::vector<Span>{{0, 1, "x"}, {2, 3, "x"}});
}

TEST_CASE("spans that were given where gold has none count") {
  TagScores scores;
  scores.add(tags_of("O O"), tags_of("B-x O"));
  CHECK(scores.has_spans());
  CHECK_THAT(scores.to_string(), Catch::Contains("precision 0.0000  recall 0.0000  F1 0.0000"));
}

TEST_CASE("parts of speech make no spans") {
  CHECK(spans("NOUN VERB O NOUN").empty());
  CHECK(spans("").empty());
  TagScores scores;
  scores.add(tags_of("NOUN VERB"), tags_of("NOUN NOUN"));
  CHECK_FALSE(scores.has_spans());
  CHECK(scores.to_string() == "2 words  accuracy 0.5000  1 sentence  all tags right 0.0000");
}

TEST_CASE("precision, recall and F1 by hand, of each type and of all") {
  TagScores scores;
  scores.add(tags_of("B-a I-a O B-b B-a"), tags_of("B-a I-a O B-b I-b"));
  scores.add(tags_of("B-a"), tags_of("O"));
  scores.add(tags_of("O B-b"), tags_of("O B-b"));
  scores.add({}, {});
  CHECK(scores.types().at("a").gold == 3);
  CHECK(scores.types().at("a").precision() == 1);
  CHECK(scores.types().at("a").recall() == Approx(1.0 / 3));
  CHECK(scores.types().at("a").f1() == Approx(0.5));
  CHECK(scores.types().at("b").right == 1);
  CHECK(scores.spans().f1() == Approx(2.0 * 2 / (5 + 3)));
  CHECK(scores.sentences_right() == Approx(0.5));
  CHECK(scores.to_string() ==
        "8 words  accuracy 0.7500  4 sentences  all tags right 0.5000  precision 0.6667  recall "
        "0.4000  F1 0.5000\n"
        "spans      precision  recall      F1    gold   given\n"
        "a             1.0000  0.3333  0.5000       3       1\n"
        "b             0.5000  0.5000  0.5000       2       2\n"
        "all types     0.6667  0.4000  0.5000       5       3");
}

TEST_CASE("without words and spans there are scores of 0, not none") {
  const TagScores scores;
  CHECK(scores.accuracy() == 0);
  CHECK(scores.sentences_right() == 0);
  CHECK(scores.spans().f1() == 0);
}

}  // namespace
}  // namespace alinea
