#include "reports/highlight_page.h"

#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <catch2/catch.hpp>
#include <sstream>

#include "reports/tags.h"
#include "storage/temporary_folder.h"
#include "support/error.h"

namespace alinea {

using Catch::Matchers::Contains;

namespace {

using boost::property_tree::ptree;

std::string written_page(const std::vector<DocumentAttention>& documents) {
  const TemporaryFolder folder;
  HighlightPageFile file(folder.path() / "page.html");
  for (const DocumentAttention& document : documents) file.write(document);
  file.finish();
  return bytes_of(folder.path() / "page.html");
}

// A document's <section>, which is XML as well.
ptree section(const std::string& page, int document) {
  const size_t begin =
      page.find("<section class=\"item highlighted\" id=\"d" + std::to_string(document) + "\"");
  REQUIRE(begin != std::string::npos);
  const size_t end = page.find("</section>", begin) + 10;
  const std::string xml = page.substr(begin, end - begin);
  REQUIRE(tags_match(xml));
  std::istringstream in(xml);
  ptree tree;
  read_xml(in, tree, boost::property_tree::xml_parser::trim_whitespace);
  return tree.get_child("section");
}

struct Word {
  std::string text, title, style;
};

std::vector<Word> words_of(const ptree& sentence) {
  std::vector<Word> words;
  for (const auto& [tag, element] : sentence.get_child("p")) {
    if (tag != "bdi") continue;
    words.push_back({element.data(), element.get<std::string>("<xmlattr>.title"),
                     element.get("<xmlattr>.class", "")});
  }
  return words;
}

std::vector<ptree> sentences_of(const ptree& section) {
  std::vector<ptree> sentences;
  for (const auto& [tag, element] : section.get_child("ol"))
    if (tag == "li") sentences.push_back(element);
  return sentences;
}

const DocumentAttention kDocument = {
    .label = "R&D",
    .probability = 0.98765,
    .sentences = {
        {.weight = 0.8F, .words = {"<i>", "\"", "say"}, .weights = {0.9F, 0.1F, 0}},
        {.weight = 0.15F, .words = {"</p>", "&amp;"}, .weights = {0.9F, 0.1F}},
        {.weight = 0.05F, .words = {}, .weights = {}},
    }};

}  // namespace

TEST_CASE("a highlighted document has its answer as heading and every word in place") {
  const ptree document = section(written_page({{}, kDocument}), 1);
  CHECK(document.get<std::string>("h2.a") == "Document 1: R&D, probability 0.9877");
  const auto sentences = sentences_of(document);
  REQUIRE(sentences.size() == 3);
  const auto first = words_of(sentences[0]), second = words_of(sentences[1]);
  REQUIRE(first.size() == 3);
  CHECK(first[0].text == "<i>");
  CHECK(first[1].text == "\"");
  CHECK(first[2].text == "say");
  REQUIRE(second.size() == 2);
  CHECK(second[0].text == "</p>");
  CHECK(second[1].text == "&amp;");
  CHECK(sentences[2].get<std::string>("p.i") == "no words");
}

TEST_CASE("a word's shade is the square root of both weights' product") {
  const std::string page = written_page({kDocument});
  const auto sentences = sentences_of(section(page, 0));
  const auto first = words_of(sentences[0]), second = words_of(sentences[1]);
  CHECK(first[0].title == "p_w 0.9000, √(p_s p_w) 0.8485");
  CHECK(second[0].title == "p_w 0.9000, √(p_s p_w) 0.3674");
  CHECK(first[0].style == "shaded w85");
  CHECK(first[1].style == "shaded w28");   // √0.08 = 0.283
  CHECK(first[2].style.empty());           // nothing is drawn
  CHECK(second[0].style == "shaded w37");  // √0.135 = 0.367
  CHECK(second[1].style == "shaded w12");  // √0.015 = 0.122
}

TEST_CASE("a sentence's weight is a number, a shade and a bar") {
  const auto sentences = sentences_of(section(written_page({kDocument}), 0));
  const ptree box = sentences[0].get_child("div");
  CHECK(box.data() == "0.800");
  CHECK(box.get<std::string>("<xmlattr>.class") == "weight shaded w80");
  CHECK(box.get<std::string>("<xmlattr>.title") == "sentence 0: p_s 0.8000");
  CHECK(box.get<std::string>("div.div.<xmlattr>.style") == "width: 80.0%");
  CHECK(sentences[2].get<std::string>("div.div.div.<xmlattr>.style") == "width: 5.0%");
}

TEST_CASE("documents can be sorted by the probability of their answers, and by words") {
  const std::string page = written_page({kDocument});
  CHECK_THAT(page, Contains("data-probability=\"0.98765\"") && Contains("data-length=\"5\""));
}

TEST_CASE("a sentence from right to left keeps its words apart from each other") {
  const DocumentAttention document{
      .label = "x", .probability = 0.5, .sentences = {{1, {"שלום", "</s>", "עולם"}, {1, 0, 0}}}};
  CHECK_THAT(written_page({document}),
             Contains("<p dir=\"rtl\">") && Contains(">&lt;/s&gt;</bdi>"));
}

TEST_CASE("a document without sentences has a heading and says so") {
  const ptree document =
      section(written_page({{.label = "", .probability = 0.5, .sentences = {}}}), 0);
  CHECK(document.get<std::string>("p.i") == "no sentences");
}

TEST_CASE("the page needs nothing beside it") {
  const std::string page = written_page({kDocument});
  for (const char* outside : {"https:", " src=", "url(", "@import", "<link"})
    CHECK_THAT(page, !Contains(outside));
  CHECK_THAT(page, Contains("<meta charset=\"utf-8\">") && Contains("width=device-width"));
  CHECK(page.ends_with("</html>\n"));
}

TEST_CASE("an unfinished page leaves nothing behind") {
  const TemporaryFolder folder;
  { HighlightPageFile(folder.path() / "page.html").write(kDocument); }
  CHECK(std::filesystem::is_empty(folder.path()));
  CHECK_THROWS_AS(HighlightPageFile(folder.path() / "none" / "page.html"), Error);
}

}  // namespace alinea
