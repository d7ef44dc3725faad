#include "reports/heatmap.h"

#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <catch2/catch.hpp>
#include <sstream>

#include "reports/label.h"
#include "reports/tags.h"

namespace alinea {

namespace {

using boost::property_tree::ptree;

ptree parse(const std::string& svg) {
  REQUIRE(tags_match(svg));
  std::istringstream in(svg);
  ptree tree;
  read_xml(in, tree, boost::property_tree::xml_parser::trim_whitespace);
  return tree.get_child("svg");
}

std::vector<ptree> elements(const ptree& parent, const std::string& name) {
  std::vector<ptree> found;
  for (const auto& [tag, element] : parent) {
    if (tag == name) found.push_back(element);
  }
  return found;
}

struct Cell {
  int column, row;
  int luminance;  // 0 to 255
  std::string title;
};

int luminance(const std::string& colour) {
  REQUIRE(colour.size() == 7);
  const auto channel = [&](size_t at) { return std::stoi(colour.substr(at, 2), nullptr, 16); };
  return (3 * channel(1) + 6 * channel(3) + channel(5)) / 10;
}

std::vector<Cell> cells(const ptree& svg) {
  std::vector<Cell> found;
  for (const auto& rect : elements(svg.get_child("g"), "rect")) {
    if (rect.count("title") == 0) continue;
    found.push_back({rect.get<int>("<xmlattr>.x"), rect.get<int>("<xmlattr>.y"),
                     luminance(rect.get<std::string>("<xmlattr>.fill")),
                     rect.get<std::string>("title")});
  }
  return found;
}

Alignment sample() {
  Alignment alignment;
  alignment.source = {"I", "R&D", "</s>"};
  alignment.target = {"ich", "<\"F'>", "und", "E", "</s>"};
  alignment.weights = {1, 0, 0, 0.2F, 0.7F, 0.1F, 0, 0.9F, 0, 0.5F, 0.4F, 0, 0, 0, 1};
  return alignment;
}

}  // namespace

TEST_CASE("a heatmap has a cell for every weight but 0") {
  const auto drawn = cells(parse(heatmap_svg(sample())));
  REQUIRE(drawn.size() == 8);
  CHECK(drawn[0].column == 0);
  CHECK(drawn[0].row == 0);
  CHECK(drawn[2].column == 1);
  CHECK(drawn[2].row == 1);
  CHECK(drawn[2].title == "R&D \u2192 <\"F'>: 0.7000");
}

TEST_CASE("the larger the weight, the darker the cell") {
  Alignment alignment;
  alignment.target = {"t"};
  for (int i = 1; i <= 20; ++i) {
    alignment.source.emplace_back("s");
    alignment.weights.push_back(static_cast<float>(i) / 20);
  }
  const auto drawn = cells(parse(heatmap_svg(alignment)));
  REQUIRE(drawn.size() == 20);
  CHECK(drawn[0].luminance > 235);
  CHECK(drawn[19].luminance < 50);
  for (size_t i = 1; i < drawn.size(); ++i) CHECK(drawn[i].luminance < drawn[i - 1].luminance);
}

TEST_CASE("a heatmap names every token") {
  std::vector<std::string> labels;
  for (const auto& text : elements(parse(heatmap_svg(sample())), "text")) {
    labels.push_back(text.data());
  }
  const std::vector<std::string> expected = {"I", "R&D",  "</s>", "ich", "<\"F'>", "und",
                                             "E", "</s>", "1",    "0.5", "0"};
  CHECK(labels == expected);
}

TEST_CASE("no label leaves the picture") {
  Alignment alignment = sample();
  alignment.source.back() = "Donaudampfschifffahrtsgesellschaftskapitän";
  alignment.target[0] = "日本語日本語日本語日本語";
  const auto svg = parse(heatmap_svg(alignment));
  const auto texts = elements(svg, "text");
  CHECK(texts[3].get<double>("<xmlattr>.x") > 12 * 12);  // anchored at its end
  // The source label rises from its anchor at 45 degrees; half an em a letter is the least.
  double x = 0, y = 0;
  const auto transform = texts[2].get<std::string>("<xmlattr>.transform");
  REQUIRE(std::sscanf(transform.c_str(), "translate(%lf %lf) rotate(-45)", &x, &y) == 2);
  CHECK(y > 42 * 6 * 0.7);
  CHECK(x + 42 * 6 * 0.7 < svg.get<double>("<xmlattr>.width"));
}

TEST_CASE("a local mode shows windows and centres") {
  Alignment alignment = sample();
  alignment.focus = {{0, 1, -0.5F}, {0, 3, 1}, {1, 3, 1.25F}, {0, 2, 0.5F}, {1, 3, 2.75F}};
  const auto svg = parse(heatmap_svg(alignment));
  const auto global = parse(heatmap_svg(sample()));
  const auto rects = elements(svg.get_child("g"), "rect");
  const auto paths = elements(svg.get_child("g"), "path");
  CHECK(cells(svg).size() == 8);
  REQUIRE(rects.size() == elements(global.get_child("g"), "rect").size() + 5);
  REQUIRE(paths.size() == elements(global.get_child("g"), "path").size() + 5);
  const auto& window = rects[rects.size() - 3];
  CHECK(window.get<double>("<xmlattr>.x") == Approx(1.06));
  CHECK(window.get<double>("<xmlattr>.y") == Approx(2.06));
  CHECK(window.get<double>("<xmlattr>.width") == Approx(1.88));
  // Cell s reaches from s to s + 1, so that p_t stands at p_t + 1/2, but never beyond the edge.
  const auto tick = [&](size_t row) {
    return paths[paths.size() - 5 + row].get<std::string>("<xmlattr>.d");
  };
  CHECK(tick(0) == "M0.000 0.62v.38");
  CHECK(tick(2) == "M1.750 2.62v.38");
  CHECK(tick(4) == "M3.000 4.62v.38");
}

TEST_CASE("gold links are rings in their cells, dashed where they are only possible") {
  Alignment alignment = sample();
  alignment.gold = GoldLinks{{{1, 1}}, {{1, 1}, {2, 4}}};
  const auto svg = parse(heatmap_svg(alignment));
  const auto rings = elements(svg.get_child("g"), "circle");
  REQUIRE(rings.size() == 4);  // each with its halo before it
  CHECK(rings[1].get<double>("<xmlattr>.cx") == Approx(1.5));
  CHECK(rings[1].get<double>("<xmlattr>.cy") == Approx(1.5));
  CHECK_FALSE(rings[1].get_optional<std::string>("<xmlattr>.stroke-dasharray"));
  CHECK(rings[1].get<std::string>("title") == "R&D \u2192 <\"F'>: sure");
  CHECK(rings[3].get<double>("<xmlattr>.cx") == Approx(2.5));
  CHECK(rings[3].get<double>("<xmlattr>.cy") == Approx(4.5));
  CHECK(rings[3].get_optional<std::string>("<xmlattr>.stroke-dasharray"));
  CHECK(elements(svg, "circle").size() == 2);  // of the legend
  CHECK(elements(parse(heatmap_svg(sample())), "circle").empty());
}

TEST_CASE("a heatmap is read without a mouse: in words, and as numbers in its cells") {
  const auto svg = parse(heatmap_svg(sample()));
  CHECK(svg.get<std::string>("<xmlattr>.role") == "img");
  const auto words = svg.get<std::string>("<xmlattr>.aria-label");
  CHECK(words == svg.get<std::string>("title"));
  CHECK_THAT(words, Catch::Contains("5 target and 3 source tokens") &&
                        Catch::Contains(" <\"F'>: R&D 0.70.") &&
                        Catch::Contains(" </s>: </s> 1.00."));
  std::vector<std::string> numbers;
  for (const auto& text : elements(elements(svg, "g")[1], "text")) numbers.push_back(text.data());
  CHECK(numbers == std::vector<std::string>{"1", ".20", ".70", ".10", ".90", ".50", ".40", "1"});
}

TEST_CASE("rows without a large weight are scaled to their largest, and the legend says so") {
  Alignment alignment;
  alignment.target = {"a", "b"};
  for (int i = 0; i < 70; ++i) alignment.source.emplace_back("s");
  alignment.weights.assign(140, 1.0F / 80);
  alignment.weights[3] = alignment.weights[90] = 0.1375F;
  const auto darkest = [](const ptree& svg) {
    int least = 255;
    for (const Cell& cell : cells(svg)) least = std::min(least, cell.luminance);
    return least;
  };
  const std::string faint = heatmap_svg(alignment), kept = heatmap_svg(alignment, "weight");
  CHECK(darkest(parse(faint)) < 50);
  CHECK(darkest(parse(kept)) > 200);
  CHECK(faint == heatmap_svg(alignment, "row"));
  CHECK_THAT(faint, Catch::Contains("row’s largest"));
  CHECK_THAT(kept, !Catch::Contains("row’s largest"));
  alignment.weights[3] = 0.5F;  // one of two rows is still half
  CHECK(darkest(parse(heatmap_svg(alignment))) < 50);
  alignment.weights[90] = 0.4F;
  CHECK(heatmap_svg(alignment) == heatmap_svg(alignment, "weight"));
}

TEST_CASE("words from right to left have their direction, special symbols keep theirs") {
  Alignment alignment;
  alignment.source = {"שלום", "</s>"};
  alignment.target = {"مرحبا", "</s>"};
  alignment.weights = {1, 0, 0, 1};
  const auto texts = elements(parse(heatmap_svg(alignment)), "text");
  const auto attribute = [&](size_t i, const std::string& name) {
    return texts[i].get<std::string>("<xmlattr>." + name, "");
  };
  CHECK(attribute(0, "direction") == "rtl");
  CHECK(attribute(0, "text-anchor") == "end");  // which is its left
  CHECK(attribute(1, "direction").empty());
  CHECK(attribute(1, "text-anchor").empty());
  CHECK(attribute(2, "direction") == "rtl");
  CHECK(attribute(2, "text-anchor").empty());
  CHECK(attribute(3, "text-anchor") == "end");
  CHECK(is_right_to_left("«שלום"));
  CHECK_FALSE(is_right_to_left("12."));
  CHECK(std::string(text_direction({"שלום", "x", "מה"})) == "rtl");
  CHECK(std::string(text_direction({"שלום", "</s>"})) == "ltr");
  CHECK(std::string(text_direction({})) == "ltr");
}

TEST_CASE("labels can be seen and are legal XML") {
  CHECK(xml_label("a<b>&\"") == "a&lt;b&gt;&amp;&quot;");
  CHECK(xml_label(" ") == "\u2423");
  CHECK(xml_label("\u3000\t") == "\u2423\u2423");
  CHECK(xml_label("\u2581a b") == "\u2581a b");
  CHECK(xml_label("a\x01z\uFFFF") == "a\uFFFDz\uFFFD");
  CHECK(xml_label("\xc3(") == "\uFFFD(");
  CHECK(xml_label("").empty());
}

TEST_CASE("labels are measured by what is drawn") {
  CHECK(label_width("") == 0);
  CHECK(label_width(" ") == label_width("\u2423"));
  CHECK(label_width("日本") > 2);
  CHECK(label_width("MW") > 2);
  CHECK(label_width("il") < 1);
  CHECK(label_width("e\u0301") == label_width("e"));
}

}  // namespace alinea
