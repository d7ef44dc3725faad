// The page of alignments: what it holds, for the browser to draw.
#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>

#include "reports/alignment_writer.h"
#include "storage/atomic_file.h"
#include "storage/temporary_folder.h"

namespace alinea {

using Catch::Matchers::Contains;

namespace {

std::string alignments_page(
    const Alignment& alignment,
    const std::function<std::unique_ptr<AlignmentWriter>(const std::filesystem::path&)>& make) {
  const TemporaryFolder scratch;
  const std::filesystem::path file = scratch.path() / "page.html";
  const auto writer = make(file);
  writer->write(alignment);
  writer->finish();
  return read_file(file);
}

std::string lines_page(const Alignment& alignment) {
  return alignments_page(alignment, [](const std::filesystem::path& file) {
    return make_attention_page_writer(file);
  });
}

std::string matrix_page(const Alignment& alignment, const LinkExtraction& links = {}) {
  return alignments_page(alignment, [&](const std::filesystem::path& file) {
    return make_heatmap_page_writer(file, extracted_links(links));
  });
}

nlohmann::json data_of(const std::string& page) {
  const std::string begin = "<script type=\"application/json\">";
  const size_t from = page.find(begin) + begin.size();
  return nlohmann::json::parse(page.substr(from, page.find("</script>", from) - from));
}

Alignment two_layers() {
  Alignment alignment;
  alignment.source = {"the", "Law & <order>"};
  alignment.target = {"its", "x", "</s>"};
  alignment.layers = 2;
  alignment.heads = {{1, 0, 0.25F, 0.75F, 0.5F, 0.5F}, {0, 1, 1, 0, 0.125F, 0.875F}};
  alignment.weights = {0.5F, 0.5F, 0.625F, 0.375F, 0.3125F, 0.6875F};
  return alignment;
}

}  // namespace

TEST_CASE("the page of alignments has the words and the weights of every layer and head") {
  const std::string page = lines_page(two_layers());
  CHECK_THAT(page, Contains("<bdi>the</bdi> <bdi>Law &amp; &lt;order&gt;</bdi></p>") &&
                       Contains("data-view=\"lines\"") && !Contains("<order>"));
  const auto data = data_of(page);
  CHECK(data["layers"] == 2);
  CHECK(data["heads"] ==
        nlohmann::json::parse("[[[1,0],[0.25,0.75],[0.5,0.5]],[[0,1],[1,0],[0.125,0.875]]]"));
  CHECK_FALSE(data.contains("gold"));
  CHECK_THAT(matrix_page(two_layers()), Contains("data-view=\"matrix\""));
}

TEST_CASE("words that look at each other stand there once") {
  const auto count = [](const std::string& page, const std::string& what) {
    size_t found = 0;
    for (size_t at = page.find(what); at != std::string::npos; at = page.find(what, at + 1))
      ++found;
    return found;
  };
  Alignment alignment = two_layers();
  CHECK(count(lines_page(alignment), "<p class=\"text ") == 2);
  alignment.source = alignment.target;
  alignment.heads = {std::vector<float>(9), std::vector<float>(9)};
  alignment.weights.assign(9, 0);
  const std::string page = lines_page(alignment);
  CHECK(count(page, "<p class=\"text ") == 1);
  CHECK_THAT(page, Contains("<p class=\"text source target\"") && Contains(">words</b><bdi>its"));
}

TEST_CASE("a sentence can be sorted by what is known of it") {
  Alignment alignment = two_layers();
  alignment.heads.clear();
  alignment.layers = 1;
  alignment.weights = {1, 0, 0.5F, 0.5F, 0.5F, 0.5F};
  alignment.score = -0.25;
  CHECK(attention_entropy(alignment) == Approx(2 * std::log(2.0) / 3));
  const std::string page = matrix_page(alignment);
  CHECK_THAT(page, Contains(" data-length=\"2\" data-score=\"-0.25\" data-entropy=\"0.46") &&
                       Contains("length 2, score -0.25, entropy 0.4621") &&
                       !Contains("data-aer=\""));
}

TEST_CASE("gold links come with the error of the links of that sentence") {
  Alignment alignment = two_layers();
  alignment.heads.clear();
  alignment.layers = 1;
  alignment.gold = GoldLinks{{{0, 0}}, {{0, 0}, {1, 1}}};
  alignment.weights = {1, 0, 1, 0, 0, 1};  // finds 0-0 and, wrongly, 0-1
  const std::string page = matrix_page(alignment);
  CHECK(data_of(page)["gold"] ==
        nlohmann::json::parse(R"({"sure": [[0, 0]], "possible": [[0, 0], [1, 1]]})"));
  CHECK_THAT(page, Contains("data-aer=\"0.33") && Contains("AER = 0.333"));
}

TEST_CASE("a local mode has its windows, and what is no number is none") {
  Alignment alignment = two_layers();
  alignment.heads.clear();
  alignment.layers = 1;
  alignment.focus = {{0, 1, -0.5F}, {0, 2, 1}, {1, 2, 1.25F}};
  alignment.weights[1] = NAN;
  const auto data = data_of(matrix_page(alignment));
  CHECK(data["focus"] == nlohmann::json::parse("[[0, 1, -0.5], [0, 2, 1.0], [1, 2, 1.25]]"));
  CHECK(data["heads"][0][0][1] == 0);
}

TEST_CASE("a sentence without weights has a section that says so") {
  CHECK_THAT(lines_page({}), Contains("no weights") && !Contains("nan"));
}

TEST_CASE("a text from right to left runs that way, and every word has its own direction") {
  Alignment alignment = two_layers();
  alignment.source = {"שלום", "עולם"};
  const std::string page = matrix_page(alignment);
  CHECK_THAT(page, Contains("<p class=\"text source\" dir=\"rtl\">") &&
                       Contains("<p class=\"text target\" dir=\"ltr\">") &&
                       Contains("<bdi>&lt;/s&gt;</bdi>"));
}

TEST_CASE("the page of alignments needs nothing beside it") {
  const std::string page = matrix_page(two_layers());
  for (const char* outside : {" src=", "@import", "<link", "url(", "https:"})
    CHECK_THAT(page, !Contains(outside));
  CHECK_THAT(page, Contains("default-src 'none'") && Contains("AttentionView") &&
                       Contains("data-theme=dark"));
  CHECK(page.ends_with("</html>\n"));
}

TEST_CASE("a page names items and sides as it is told, and has the class that was predicted") {
  Alignment alignment = two_layers();
  alignment.prediction = {"a<b", 0.75};
  const std::string page = alignments_page(alignment, [](const std::filesystem::path& file) {
    return make_heatmap_page_writer(file, extracted_links(), {"Pair", "premise", "hypothesis"});
  });
  CHECK_THAT(page, Contains("Pair 0: a&lt;b, probability 0.7500") &&
                       Contains(" data-probability=\"0.75\"") && Contains(">premise</b>") &&
                       Contains(">hypothesis</b>") && !Contains("mostly of"));
}

}  // namespace alinea
