#include "reports/document_attention.h"

#include <catch2/catch.hpp>

#include "reports/rfc4180.h"
#include "storage/temporary_folder.h"
#include "support/error.h"

namespace alinea {

namespace {

const DocumentAttention kQuoted = {
    .label = "pos",
    .probability = 0.75,
    .sentences = {{.weight = 0.25F, .words = {"so", "\"", ","}, .weights = {0.5F, 0.125F, 0.375F}},
                  {.weight = 0.5F, .words = {}, .weights = {}},
                  {.weight = 0.25F, .words = {"日本"}, .weights = {1}}}};

std::string written(const std::vector<DocumentAttention>& documents) {
  const TemporaryFolder folder;
  AttentionCsvFile file(folder.path() / "attention.csv");
  for (const DocumentAttention& document : documents) file.write(document);
  file.finish();
  return bytes_of(folder.path() / "attention.csv");
}

}  // namespace

TEST_CASE("the table of a document, byte by byte") {
  CHECK(written({kQuoted}) ==
        "document,sentence,sentence_weight,position,word,word_weight\r\n"
        "0,0,0.25,0,so,0.5\r\n"
        "0,0,0.25,1,\"\"\"\",0.125\r\n"
        "0,0,0.25,2,\",\",0.375\r\n"
        "0,1,0.5,,,\r\n"
        "0,2,0.25,0,日本,1\r\n");
}

TEST_CASE("rows of weights follow one another, document by document") {
  const DocumentAttention document{
      .label = "pos",
      .probability = 0.75,
      .sentences = {
          {.weight = 0.5F,
           .words = {"a", "b"},
           .weights = {0.5F, 0.5F},
           .rows = {{0.25F, {1, 0}}, {0.75F, {0, 1}}}},
          {.weight = 0.5F, .words = {}, .weights = {}, .rows = {{0.75F, {}}, {0.25F, {}}}}}};
  const TemporaryFolder folder;
  AttentionCsvFile file(folder.path() / "attention.csv", 2);
  file.write(document);
  file.finish();
  CHECK(bytes_of(folder.path() / "attention.csv") ==
        "document,row,sentence,sentence_weight,position,word,word_weight\r\n"
        "0,0,0,0.25,0,a,1\r\n"
        "0,0,0,0.25,1,b,0\r\n"
        "0,0,1,0.75,,,\r\n"
        "0,1,0,0.75,0,a,0\r\n"
        "0,1,0,0.75,1,b,1\r\n"
        "0,1,1,0.25,,,\r\n");
}

TEST_CASE("documents are counted, those without sentences too") {
  DocumentAttention third;
  third.sentences = {{.weight = 1, .words = {"a"}, .weights = {1.0F / 3}}};
  const CsvTable table = Rfc4180::read(written({kQuoted, {}, third}));
  REQUIRE(table.size() == 7);
  CHECK(table[6] == CsvRow{"2", "0", "1", "0", "a", "0.33333334"});
  for (const CsvRow& row : table) CHECK(row.size() == 6);
}

TEST_CASE("an unfinished table leaves nothing behind") {
  const TemporaryFolder folder;
  { AttentionCsvFile(folder.path() / "attention.csv").write(kQuoted); }
  CHECK(std::filesystem::is_empty(folder.path()));
  CHECK_THROWS_AS(AttentionCsvFile(folder.path() / "none" / "attention.csv"), Error);
}

}  // namespace alinea
