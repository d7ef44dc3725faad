// Attention on paper: align, and translate --alignments.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <regex>
#include <set>

#include "workspace.h"

namespace alinea {
namespace {

const std::string kTidyHeader =
    "sentence,target_position,target_token,source_position,source_token,weight";

// Three pairs; tokens that CSV and XML have to take care of.
struct Pairs {
  Pairs() {
    work.make_model("model");
    work.write("source", "eins, \"zwei\" <b>&\n\ndrei und\n");
    work.write("target", "one , \"two\"\nzero\n\n");
  }
  Outcome align(Given options) const {
    options.merge(Given{{"model", "model"}, {"source", "source"}, {"target", "target"}});
    return work.run("align", options);
  }
  Workspace work;
};

// Rows of a CSV file whose lines all end as RFC 4180 says.
std::vector<std::vector<std::string>> csv(const std::string& text) {
  std::vector<std::string> lines = split(text, "\r\n");
  CHECK(lines.back().empty());
  lines.pop_back();
  std::vector<std::vector<std::string>> rows;
  for (const std::string& line : lines) {
    rows.emplace_back(1);
    bool inside = false;
    for (const char c : line) {
      if (c == '"') inside = !inside;
      if (c == ',' && !inside) {
        rows.back().emplace_back();
      } else {
        rows.back().back() += c;
      }
    }
    CHECK_FALSE(inside);
  }
  return rows;
}

// The sum of the weights of each row, by "sentence,target position".
std::map<std::string, double> row_sums(const std::vector<std::vector<std::string>>& tidy) {
  std::map<std::string, double> sums;
  for (size_t i = 1; i < tidy.size(); ++i) {
    REQUIRE(tidy[i].size() == 6);
    sums[tidy[i][0] + "," + tidy[i][1]] += std::stod(tidy[i][5]);
  }
  return sums;
}

TEST_CASE("the tidy form has a row a weight, and weights of a target word sum to 1") {
  const Pairs pairs;
  const Outcome outcome = pairs.align({{"output", "tidy.csv"}});
  CHECK(outcome.status == 0);
  CHECK(outcome.out.empty());
  const std::string text = pairs.work.read("tidy.csv");
  CHECK(text.substr(0, text.find('\r')) == kTidyHeader);
  const auto rows = csv(text);
  // (source tokens and </s>) x (target tokens and </s>) of each pair.
  REQUIRE(rows.size() == 1 + 4 * 4 + 1 * 2 + 3 * 1);
  CHECK(rows[1][4] == "\"eins,\"");
  CHECK(rows[2][4] == "\"\"\"zwei\"\"\"");
  CHECK(rows[16][2] == "</s>");
  CHECK(rows[16][4] == "</s>");
  const auto sums = row_sums(rows);
  CHECK(sums.size() == 4 + 2 + 1);
  for (const auto& [row, sum] : sums) {
    INFO(row);
    CHECK(sum == Approx(1).margin(1e-5));
  }
}

TEST_CASE("the tidy form tells several heads apart, the other forms have their mean") {
  const Pairs pairs;
  pairs.work.make_model("model", {{"attention-heads", "2"}, {"overwrite", ""}});
  REQUIRE(pairs.align({{"output", "tidy.csv"}}).status == 0);
  REQUIRE(pairs.align({{"output", "matrix"}, {"format", "matrix"}}).status == 0);
  const auto rows = csv(pairs.work.read("tidy.csv"));
  CHECK(rows[0] == std::vector<std::string>{"sentence", "head", "target_position", "target_token",
                                            "source_position", "source_token", "weight"});
  REQUIRE(rows.size() == 1 + 2 * (4 * 4 + 1 * 2 + 3 * 1));
  std::map<std::string, double> sums, means;
  bool differ = false;
  for (size_t i = 1; i < rows.size(); ++i) {
    const double weight = std::stod(rows[i][6]);
    sums[rows[i][0] + "," + rows[i][1] + "," + rows[i][2]] += weight;
    means[rows[i][0] + "," + rows[i][2] + "," + rows[i][4]] += weight / 2;
    differ |= i <= 16 && rows[i][6] != rows[i + 16][6];
  }
  CHECK(differ);
  CHECK(sums.size() == 2 * (4 + 2 + 1));
  for (const auto& [row, sum] : sums) CHECK(sum == Approx(1).margin(1e-5));
  const auto matrix = csv(pairs.work.read("matrix/000000.csv"));
  for (size_t t = 0; t < 4; ++t)
    for (size_t s = 0; s < 4; ++s)
      CHECK(std::stod(matrix[t + 1][s + 1]) ==
            Approx(means["0," + std::to_string(t) + "," + std::to_string(s)]).margin(1e-6));
}

TEST_CASE("a first line without weights leaves no column out") {
  const Pairs pairs;
  pairs.work.make_model("model", {{"attention-heads", "2"}, {"overwrite", ""}});
  const auto check = [&](const std::string& sentence) {
    const auto rows = csv(pairs.work.read("tidy.csv"));
    REQUIRE(rows.size() > 1);
    CHECK(rows[0][1] == "head");
    CHECK(rows[1][0] == sentence);
    for (const auto& row : rows) CHECK(row.size() == rows[0].size());
  };
  pairs.work.write("source", "\xff\nzwei\ndrei\n");
  CHECK(pairs.align({{"output", "tidy.csv"}}).status == 1);
  check("1");
  CHECK(pairs.work.run("translate", {{"model", "model"}, {"alignments", "tidy.csv"}}, "\nzwei\n")
            .status == 0);
  check("1");
}

TEST_CASE("a source longer than any in training is scored by location, which says so once") {
  const Pairs pairs;
  pairs.work.make_model("model", {{"attention", "location"}, {"overwrite", ""}});
  std::string line = "eins";
  for (int i = 0; i < 60; ++i) line += " zwei";
  pairs.work.write("source", line + "\n" + line + "\neins\n");
  const Outcome outcome = pairs.align({{"output", "tidy.csv"}});
  CHECK(outcome.status == 0);
  const size_t said = outcome.err.find("longer than any in training");
  CHECK(said != std::string::npos);
  CHECK(outcome.err.find("longer than any in training", said + 1) == std::string::npos);
  const auto rows = csv(pairs.work.read("tidy.csv"));
  REQUIRE(rows.size() > 62);
  CHECK(std::stod(rows[1][5]) > 0);
  CHECK(rows[62][4] == "</s>");  // of the first target word: the 62nd position, beyond L
  CHECK(rows[62][5] == "0");
}

TEST_CASE("the matrix form has a file a sentence") {
  const Pairs pairs;
  CHECK(pairs.align({{"output", "matrix"}, {"format", "matrix"}}).status == 0);
  REQUIRE(pairs.work.exists("matrix/000001.csv"));
  REQUIRE(pairs.work.exists("matrix/000002.csv"));
  const auto rows = csv(pairs.work.read("matrix/000000.csv"));
  REQUIRE(rows.size() == 5);
  CHECK(rows[0] ==
        std::vector<std::string>{"target", "\"eins,\"", "\"\"\"zwei\"\"\"", "<b>&", "</s>"});
  CHECK(rows[2][0] == "\",\"");
  CHECK(rows[4][0] == "</s>");
  for (size_t t = 1; t < rows.size(); ++t) {
    double sum = 0;
    for (size_t s = 1; s < rows[t].size(); ++s) sum += std::stod(rows[t][s]);
    CHECK(sum == Approx(1).margin(1e-5));
  }
  CHECK(csv(pairs.work.read("matrix/000002.csv")).size() == 2);
}

TEST_CASE("the matrix and the tidy form hold the same weights") {
  const Pairs pairs;
  pairs.align({{"output", "tidy.csv"}});
  pairs.align({{"output", "matrix"}, {"format", "matrix"}});
  const auto tidy = csv(pairs.work.read("tidy.csv"));
  const auto matrix = csv(pairs.work.read("matrix/000000.csv"));
  for (size_t i = 1; i <= 16; ++i)
    CHECK(tidy[i][5] == matrix[1 + std::stoul(tidy[i][1])][1 + std::stoul(tidy[i][3])]);
}

TEST_CASE("the Pharaoh form has a line a sentence, with words of the sentence alone") {
  const Pairs pairs;
  CHECK(pairs.align({{"output", "links"}, {"format", "pharaoh"}}).status == 0);
  const std::vector<std::string> lines = split(pairs.work.read("links"), "\n");
  REQUIRE(lines.size() == 4);
  const std::regex link("([0-2])-([0-2])( [0-2]-[0-2])*|");
  CHECK(std::regex_match(lines[0], link));
  CHECK(lines[1].empty());
  CHECK(lines[2].empty());
  CHECK(lines[3].empty());
}

TEST_CASE("align --heatmap draws every sentence as well-formed SVG") {
  const Pairs pairs;
  CHECK(pairs.align({{"heatmap", "pictures"}, {"output", "links"}, {"format", "pharaoh"}}).status ==
        0);
  CHECK(pairs.work.exists("links"));
  for (const std::string name : {"000000", "000001", "000002"}) {
    const std::string svg = pairs.work.read("pictures/" + name + ".svg");
    CHECK_THAT(svg, Catch::StartsWith("<svg xmlns=\"http://www.w3.org/2000/svg\""));
    // Every element closes what was opened last, and every & begins an entity.
    std::vector<std::string> open;
    const std::regex tag("<(/?)([A-Za-z]+)((?:\\s+[A-Za-z0-9:-]+=\"[^\"<]*\")*)\\s*(/?)>");
    for (std::sregex_iterator it(svg.begin(), svg.end(), tag), end; it != end; ++it) {
      if ((*it)[1].length() > 0) {
        REQUIRE_FALSE(open.empty());
        CHECK(open.back() == (*it)[2]);
        open.pop_back();
      } else if ((*it)[4].length() == 0) {
        open.push_back((*it)[2]);
      }
    }
    CHECK(open.empty());
    CHECK_FALSE(std::regex_search(std::regex_replace(svg, tag, ""), std::regex("[<]")));
    CHECK_FALSE(std::regex_search(svg, std::regex("&(?!amp;|lt;|gt;|quot;|apos;|#)")));
  }
  CHECK_THAT(pairs.work.read("pictures/000000.svg"), Catch::Contains("&lt;b&gt;&amp;"));
}

TEST_CASE("align --heatmap-page collects the weights of all sentences") {
  const Pairs pairs;
  REQUIRE(pairs.align({{"heatmap", "pictures"}, {"heatmap-page", "page.html"}}).status == 0);
  const std::string page = pairs.work.read("page.html");
  CHECK_THAT(page, Catch::StartsWith("<!DOCTYPE html>") && Catch::EndsWith("</html>\n"));
  CHECK_THAT(page, !Catch::Contains(" src=") && !Catch::Contains("href=\"h"));  // needs no network
  size_t at = 0;
  for (const std::string n : {"0", "1", "2"}) {
    at = page.find("<section class=\"item attention\" id=\"s" + n + "\"", at);
    REQUIRE(at != std::string::npos);
    const std::string section = page.substr(at, page.find("</section>", at) - at);
    CHECK_THAT(section, Catch::Contains("{\"layers\":1,\"heads\":[[[") &&
                            Catch::Contains("data-score=\"-") &&
                            Catch::Contains("data-entropy=\""));
    CHECK_THAT(pairs.work.read("pictures/00000" + n + ".svg"), Catch::Contains("role=\"img\""));
  }
  CHECK_THAT(page, Catch::Contains("<bdi>&lt;b&gt;&amp;</bdi> <bdi>&lt;/s&gt;</bdi></p>"));
}

TEST_CASE("align --gold shows gold links in the pictures, and the error of each sentence") {
  const Pairs pairs;
  pairs.work.write("gold", "0-0 1?1\n\n\n");
  const Given given = {{"gold", "gold"},
                       {"alignment-unit", "word"},
                       {"heatmap", "pictures"},
                       {"heatmap-page", "page.html"}};
  REQUIRE(pairs.align(given).status == 0);
  const std::string picture = pairs.work.read("pictures/000000.svg"),
                    page = pairs.work.read("page.html");
  CHECK(split(picture, "<circle ").size() == 1 + 2 * 2 + 2);  // two links, two in the legend
  CHECK_THAT(page, Catch::Contains(", AER = ") && Catch::Contains("data-aer=\"") &&
                       Catch::Contains("\"gold\":{\"sure\":[[0,0]],\"possible\":[[0,0],[1,1]]}"));
  CHECK_THAT(page, Catch::Contains("sure = 1)</p>"));
  // Every token of this model is a word.
  Given tokens = given;
  tokens.erase("alignment-unit");
  REQUIRE(pairs.align(tokens).status == 0);
  CHECK(pairs.work.read("page.html") == page);

  REQUIRE(pairs.align({{"gold", "gold"}, {"attention-page", "lines.html"}}).status == 0);
  CHECK_THAT(pairs.work.read("lines.html"), Catch::Contains("\"gold\":{\"sure\":[[0,0]]"));

  const auto refused = [&](const std::string& gold, const std::vector<std::string>& words) {
    pairs.work.write("gold", gold);
    check_refused(pairs.align(given), 1, words);
  };
  refused("0-0\n\n", {"gold", "line 2"});
  refused("0-0\n\n\n1-1\n", {"gold", "3"});
  refused("0-9\n\n\n", {"gold", "line 1", "0-9"});
  // The first sentence has three words on each side, and </s> is none.
  refused("0-3\n\n\n", {"line 1", "0-3", "3 source and 3 target words", "--first-index"});
  Given counted = given;
  counted["first-index"] = "1";
  pairs.work.write("gold", "1-4\n\n\n");
  check_refused(pairs.align(counted), 1, {"link 1-4", "the first of which is 1"});
  counted["attention-of"] = "decoder";
  check_refused(pairs.align(counted), 2, {"--gold requires --attention-of cross"});
  Given without = given;
  without.erase("heatmap");
  without.erase("heatmap-page");
  without["output"] = "tidy.csv";
  check_refused(pairs.align(without), 2, {"--gold", "--heatmap-page"});
}

TEST_CASE("the pages of align show the error of the links that it writes") {
  const Pairs pairs;
  pairs.work.write("gold", "0-0 1-1\n\n\n");
  const Given given = GENERATE(Given{{"links", "threshold"}, {"threshold", "0.05"}},
                               Given{{"links-per", "source"}}, Given{{"symmetrize", "union"}});
  Given all = given;
  all.merge(Given{{"gold", "gold"},
                  {"format", "pharaoh"},
                  {"output", "links"},
                  {"heatmap-page", "matrices.html"},
                  {"attention-page", "lines.html"}});
  if (all.contains("symmetrize")) {
    pairs.work.make_model("back", {{"source", "train.en"}, {"target", "train.de"}});
    all["reverse-model"] = "back";
  }
  REQUIRE(pairs.align(all).status == 0);
  const auto errors = [&](const std::string& page) {
    std::vector<std::string> found = split(pairs.work.read(page), "data-aer=\"");
    REQUIRE(found.size() > 1);
    found.erase(found.begin());
    for (std::string& part : found) part.resize(part.find('"'));
    return found;
  };
  CHECK(errors("lines.html") == errors("matrices.html"));
  const std::vector<std::string> links = lines_of(pairs.work.read("links"));
  pairs.work.write("first", links.front() + "\n");
  pairs.work.write("first.gold", "0-0 1-1\n");
  const std::string aer =
      pairs.work.run("evaluate", {{"alignments", "first"}, {"gold", "first.gold"}}).out;
  CHECK_THAT(pairs.work.read("lines.html"), Catch::Contains(aer.substr(0, aer.find('('))));
}

TEST_CASE("align names the layers that there are") {
  const Pairs pairs;
  check_refused(pairs.align({{"layer", "1"}, {"output", "tidy.csv"}}), 2,
                {"--layer", "has 1 layer with 1 head each", "got 1 and -1"});
}

// The links of a sentence, "i-j" each.
std::set<std::string> links_of(const std::string& line) {
  std::set<std::string> links;
  for (const std::string& link : split(line, " "))
    if (!link.empty()) links.insert(link);
  return links;
}

std::string reversed_link(const std::string& link) {
  const size_t dash = link.find('-');
  return link.substr(dash + 1) + "-" + link.substr(0, dash);
}

TEST_CASE("align --symmetrize combines the links of two models trained in opposite directions") {
  const Workspace work;
  work.make_model("forth");
  work.make_model("back", {{"source", "train.en"},
                           {"target", "train.de"},
                           {"valid-source", "valid.en"},
                           {"valid-target", "valid.de"},
                           {"seed", "2"}});
  const auto align = [&](Given options) {
    options.merge(Given{{"source", "valid.de"}, {"target", "valid.en"}, {"format", "pharaoh"}});
    const Outcome outcome = work.run("align", options);
    INFO(outcome.err);
    REQUIRE(outcome.status == 0);
    return lines_of(work.read(options.at("output")));
  };
  const auto forth = align({{"model", "forth"}, {"output", "forth.links"}});
  const auto back = align({{"model", "back"},
                           {"source", "valid.en"},
                           {"target", "valid.de"},
                           {"output", "back.links"}});
  const auto both = [&](const std::string& way, Given options = {}) {
    options.merge(Given{{"model", "forth"},
                        {"reverse-model", "back"},
                        {"symmetrize", way},
                        {"heatmap-page", "page.html"},
                        {"output", way}});
    return align(options);
  };
  const auto in_both = both("intersection"), in_one = both("union");
  const auto grown = both("grow-diag-final-and");
  CHECK(work.exists("page.html"));
  REQUIRE(forth.size() == in_both.size());
  bool any_shared = false, any_single = false;
  for (size_t n = 0; n < forth.size(); ++n) {
    CAPTURE(n, forth[n], back[n]);
    std::set<std::string> first = links_of(forth[n]), second, shared, all;
    for (const std::string& link : links_of(back[n])) second.insert(reversed_link(link));
    for (const std::string& link : first)
      if (second.contains(link)) shared.insert(link);
    all = first;
    all.insert(second.begin(), second.end());
    CHECK(links_of(in_both[n]) == shared);
    CHECK(links_of(in_one[n]) == all);
    const std::set<std::string> between = links_of(grown[n]);
    CHECK(std::includes(between.begin(), between.end(), shared.begin(), shared.end()));
    CHECK(std::includes(all.begin(), all.end(), between.begin(), between.end()));
    any_shared |= !shared.empty();
    any_single |= all.size() > shared.size();
  }
  CHECK(any_shared);
  CHECK(any_single);
  // Of models that have hardly learned, the weights of n words are around 1 / n.
  bool any_between = false;
  for (int words = 3; words <= 12; ++words) {
    const auto heavy = [&](const std::string& way) {
      return both(way, {{"links", "threshold"}, {"threshold", fmt::format("{}", 1.0 / words)}});
    };
    const auto shared = heavy("intersection"), all = heavy("union"), mean = heavy("mean");
    for (size_t n = 0; n < mean.size(); ++n) {
      const auto least = links_of(shared[n]), most = links_of(all[n]), some = links_of(mean[n]);
      CHECK(std::ranges::includes(some, least));
      CHECK(std::ranges::includes(most, some));
      any_between |= least.size() < some.size() && some.size() < most.size();
    }
  }
  CHECK(any_between);
}

TEST_CASE("options of align that do not go together are refused") {
  const Pairs pairs;
  const auto [given, words] = GENERATE(table<Given, std::vector<std::string>>({
      {{{"output", "o"}, {"links", "threshold"}}, {"--links", "--format pharaoh"}},
      {{{"output", "o"}, {"reverse-model", "model"}}, {"--reverse-model", "--format pharaoh"}},
      {{{"output", "o"}, {"character-offsets", ""}}, {"--character-offsets", "--format pharaoh"}},
      {{{"output", "o"}, {"format", "pharaoh"}, {"symmetrize", "union"}},
       {"--symmetrize", "--reverse-model"}},
      {{{"heatmap", "h"}, {"format", "pharaoh"}}, {"--format", "--output"}},
      {{{"heatmap", "h"}, {"format", "pharaoh"}, {"reverse-model", "model"}}, {"--output"}},
      {{{"output", "o"}, {"format", "pharaoh"}, {"links", "threshold"}, {"links-per", "source"}},
       {"--links-per", "--links argmax"}},
      {{{"output", "o"}, {"format", "pharaoh"}, {"threshold", "0.5"}},
       {"--threshold", "--links threshold"}},
  }));
  check_refused(pairs.align(given), 2, words);
  CHECK_FALSE(pairs.work.exists("o"));
}

TEST_CASE("translate --alignments writes what the beam looked at") {
  const std::string mode = GENERATE("global", "local-m");
  const Workspace work;
  Given attention = {{"attention", "general"}, {"attention-mode", mode}};
  if (mode != "global") attention["attention-window"] = "1";
  work.make_model("model", attention);
  const std::string input = "eins und zwei\n\ndrei\n";
  const Given options = {{"model", "model"}, {"beam-size", "3"}, {"alignments", "seen.csv"}};
  const Outcome outcome = work.run("translate", options, input);
  CHECK(outcome.status == 0);
  const auto rows = csv(work.read("seen.csv"));
  std::map<std::string, std::string> words;  // of each sentence, by its positions
  for (size_t i = 1; i < rows.size(); ++i) {
    words[rows[i][0] + "," + rows[i][1]] = rows[i][2];
    CHECK(rows[i][0] != "1");
  }
  for (const auto& [row, sum] : row_sums(rows)) CHECK(sum == Approx(1).margin(1e-5));
  std::string first;
  for (const auto& [position, word] : words)
    if (position[0] == '0' && word != "</s>") first += (first.empty() ? "" : " ") + word;
  if (words.size() < 10) CHECK(first == lines_of(outcome.out)[0]);
  // What the beam saw is what the translation gives when it is forced.
  work.write("source", input);
  work.write("target", outcome.out);
  work.run(
      "align",
      {{"model", "model"}, {"source", "source"}, {"target", "target"}, {"output", "forced.csv"}});
  const auto forced = csv(work.read("forced.csv"));
  REQUIRE(forced.size() >= rows.size());
  for (size_t i = 1; i < rows.size() && rows[i][0] == "0"; ++i)
    CHECK(std::stod(rows[i][5]) == Approx(std::stod(forced[i][5])).margin(1e-4));
}

// Sentence, target and source word of each row, and the weights.
using Cells = std::map<std::string, double>;

Cells cells(const std::vector<std::vector<std::string>>& tidy) {
  Cells cells;
  for (size_t i = 1; i < tidy.size(); ++i)
    cells[tidy[i][0] + " " + tidy[i][1] + " " + tidy[i][3]] = std::stod(tidy[i][5]);
  return cells;
}

TEST_CASE("alignments of words add up those of their letters in every form") {
  const Workspace work;
  work.make_model("model", {{"tokenizer", "char"}});
  work.write("source", "zwei a\n");
  work.write("target", "two bc\n");
  const Given pair = {{"model", "model"}, {"source", "source"}, {"target", "target"}};
  const auto align = [&](const std::string& output, Given options) {
    options.merge(Given(pair));
    options.emplace("output", output);
    const Outcome outcome = work.run("align", options);
    INFO(outcome.err);
    REQUIRE(outcome.status == 0);
  };
  align("letters.csv", {});
  align("words.csv", {{"alignment-unit", "word"}});
  const auto rows = csv(work.read("words.csv"));
  REQUIRE(rows.size() == 1 + 3 * 3);
  CHECK(rows[1][2] == "two");
  CHECK(rows[1][4] == "zwei");
  CHECK(rows[5][2] == "bc");
  CHECK(rows[5][4] == "a");
  CHECK(rows[9][2] == "</s>");
  CHECK(rows[9][4] == "</s>");
  // Letters 0-3 and 4-5 of the source, with the space, 0-2 and 3-5 of the target.
  const Cells letters = cells(csv(work.read("letters.csv"))), words = cells(rows);
  const std::vector<int> source = {0, 4, 6, 7}, target = {0, 3, 6, 7};
  for (size_t t = 0; t < 3; ++t)
    for (size_t s = 0; s < 3; ++s) {
      double sum = 0;
      for (int row = target[t]; row < target[t + 1]; ++row)
        for (int column = source[s]; column < source[s + 1]; ++column)
          sum += letters.at("0 " + std::to_string(row) + " " + std::to_string(column));
      CHECK(words.at("0 " + std::to_string(t) + " " + std::to_string(s)) ==
            Approx(sum / (target[t + 1] - target[t])));
    }

  align("matrix", {{"alignment-unit", "word"}, {"format", "matrix"}});
  CHECK(csv(work.read("matrix/000000.csv"))[0] ==
        std::vector<std::string>{"target", "zwei", "a", "</s>"});
  align("links", {{"alignment-unit", "word"}, {"format", "pharaoh"}, {"heatmap", "pictures"}});
  for (const std::string& link : links_of(lines_of(work.read("links"))[0]))
    CHECK(std::regex_match(link, std::regex("[01]-[01]")));
  CHECK_THAT(work.read("pictures/000000.svg"), Catch::Contains(">zwei<"));

  const Outcome translated = work.run(
      "translate", {{"model", "model"}, {"alignments", "seen.csv"}, {"alignment-unit", "word"}},
      "zwei a\n");
  CHECK(translated.status == 0);
  const auto seen = csv(work.read("seen.csv"));
  REQUIRE(seen.size() > 3);
  CHECK(seen[1][4] == "zwei");
  CHECK(seen[2][4] == "a");
  for (const auto& [row, sum] : row_sums(seen)) CHECK(sum == Approx(1).margin(1e-5));
}

TEST_CASE("links of raw text name the characters of both lines") {
  const Workspace work;
  work.make_model("model", {{"tokenizer", "char"}, {"lowercase", ""}});
  work.write("source", "  Zwei a\n\n");
  work.write("target", "one  Two\n\n");
  Given options = {{"model", "model"},
                   {"source", "source"},
                   {"target", "target"},
                   {"format", "pharaoh"},
                   {"output", "links"}};
  const auto links = [&](const Given& more) {
    Given all = options;
    all.insert(more.begin(), more.end());
    REQUIRE(work.run("align", all).status == 0);
    return lines_of(work.read("links"));
  };
  for (const std::string unit : {"word", "token"}) {
    const std::vector<std::string> by_position = links({{"alignment-unit", unit}}),
                                   by_character =
                                       links({{"alignment-unit", unit}, {"character-offsets", ""}});
    REQUIRE(by_character.size() == 2);
    CHECK(by_character[1].empty());
    const bool is_word = unit == "word";
    const std::vector<std::string> source = is_word ? std::vector<std::string>{"2:6", "7:8"}
                                                    : std::vector<std::string>{"1:1", "2:2", "2:3",
                                                                               "3:4", "4:5", "5:6",
                                                                               "7:7", "7:8"},
                                   target = is_word ? std::vector<std::string>{"0:3", "5:8"}
                                                    : std::vector<std::string>{"0:1", "1:2", "2:3",
                                                                               "4:4", "5:5", "5:6",
                                                                               "6:7", "7:8"};
    std::string expected;
    for (const std::string& link : links_of(by_position[0])) {
      const size_t dash = link.find('-');
      expected += (expected.empty() ? "" : " ") + source.at(std::stoul(link)) + "-" +
                  target.at(std::stoul(link.substr(dash + 1)));
    }
    CHECK_FALSE(expected.empty());
    CHECK(by_character[0] == expected);
  }
}

TEST_CASE("links of two models are combined where both have the same words") {
  const Workspace work;
  work.make_model("letters", {{"tokenizer", "char"}});
  work.make_model("back", {{"source", "train.en"},
                           {"target", "train.de"},
                           {"valid-source", "valid.en"},
                           {"valid-target", "valid.de"}});
  Given options = {{"model", "letters"},   {"reverse-model", "back"}, {"source", "valid.de"},
                   {"target", "valid.en"}, {"format", "pharaoh"},     {"output", "links"}};
  const Outcome apart = work.run("align", options);
  CHECK(apart.status == 1);
  const std::vector<std::string> said = lines_of(apart.err);
  REQUIRE(said.size() == 20 + 1);
  CHECK_THAT(said[0], Catch::StartsWith("line 1: ") && Catch::Contains("tokens") &&
                          Catch::Contains("--alignment-unit word"));
  CHECK_THAT(said[20], Catch::Contains("20 lines have no links, the first is line 1"));
  CHECK(work.read("links") == std::string(20, '\n'));
  options.emplace("alignment-unit", "word");
  CHECK(work.run("align", options).status == 0);
  CHECK(lines_of(work.read("links")).size() == 20);
}

TEST_CASE("weights of a local mode are 0 outside its window") {
  const Workspace work;
  work.make_model("model", {{"attention-mode", "local-m"}, {"attention-window", "1"}});
  work.write("source", "a b c d e f g\n");
  work.write("target", "one one one one one one one one one\n");
  work.run(
      "align",
      {{"model", "model"}, {"source", "source"}, {"target", "target"}, {"output", "tidy.csv"}});
  const auto rows = csv(work.read("tidy.csv"));
  REQUIRE(rows.size() == 1 + 8 * 10);
  for (size_t i = 1; i < rows.size(); ++i) {
    const int centre = std::min(std::stoi(rows[i][1]), 7);
    const bool inside = std::abs(std::stoi(rows[i][3]) - centre) <= 1;
    CHECK((std::stod(rows[i][5]) > 0) == inside);
  }
}

}  // namespace
}  // namespace alinea
