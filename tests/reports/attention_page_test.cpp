// The page on which words look at words: what it holds, for the browser to draw.
#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "reports/alignment_writer.h"
#include "storage/atomic_file.h"
#include "storage/temporary_folder.h"

namespace alinea {

namespace {

std::string text_between(const std::string& text, const std::string& begin, const std::string& end) {
  const size_t from = text.find(begin);
  REQUIRE(from != std::string::npos);
  const size_t first = from + begin.size(), last = text.find(end, first);
  REQUIRE(last != std::string::npos);
  return text.substr(first, last - first);
}

}  // namespace

TEST_CASE("the attention page has the words and the weights of every layer and head") {
  const TemporaryFolder scratch;
  Alignment alignment;
  alignment.source = {"the", "Law & <order>"};
  alignment.target = {"its", "x", "</s>"};
  alignment.layers = 2;
  alignment.heads = {{1, 0, 0.25F, 0.75F, 0.5F, 0.5F}, {0, 1, 1, 0, 0.125F, 0.875F}};
  alignment.weights = {0.5F, 0.5F, 0.625F, 0.375F, 0.3125F, 0.6875F};
  const std::filesystem::path file = scratch.path() / "page.html";
  const auto writer = make_attention_page_writer(file);
  writer->write(alignment);
  writer->finish();
  const std::string page = read_file(file);
  CHECK(page.find("<li>Law &amp; &lt;order&gt;</li>") != std::string::npos);
  CHECK(page.find("<order>") == std::string::npos);
  const auto data =
      nlohmann::json::parse(text_between(page, "<script type=\"application/json\">", "</script>"));
  CHECK(data["layers"] == 2);
  CHECK(data["heads"] ==
        nlohmann::json::parse("[[[1,0],[0.25,0.75],[0.5,0.5]],[[0,1],[1,0],[0.125,0.875]]]"));
  CHECK(page.find("<option value=\"1\">1</option></select></label>\n<label>head") !=
        std::string::npos);  // two layers of one head each
  CHECK(page.find("querySelectorAll('section')") != std::string::npos);
}

TEST_CASE("a sentence without weights has a section that says so") {
  const TemporaryFolder scratch;
  const std::filesystem::path file = scratch.path() / "page.html";
  const auto writer = make_attention_page_writer(file);
  writer->write({});
  writer->finish();
  CHECK(read_file(file).find("no weights") != std::string::npos);
}

}  // namespace alinea
