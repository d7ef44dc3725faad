#include "reports/alignment_csv.h"

#include <catch2/catch.hpp>
#include <sstream>

#include "reports/alignment_writer.h"
#include "reports/csv.h"
#include "reports/rfc4180.h"
#include "storage/temporary_folder.h"

namespace alinea {

namespace {

using Row = CsvRow;
using Table = CsvTable;

Alignment odd_tokens() {
  Alignment alignment;
  alignment.sentence = 7;
  alignment.source = {"\"", ",", "=SUM(A1)", "a\r\nb", "</s>"};
  alignment.target = {"x\u2028y", "日本\U0001F600", "</s>"};
  alignment.weights = {0.1F, 0.2F,      0.3F, 0.4F, 0,      //
                       1,    1.0F / 3,  0,    0,    1e-9F,  //
                       0,    0.333334F, 0.5F, 0,    0.25F};
  return alignment;
}

std::string matrix(const Alignment& alignment) {
  std::ostringstream out;
  write_matrix_csv(out, alignment);
  return out.str();
}

}  // namespace

TEST_CASE("the matrix form of an alignment, byte by byte") {
  Alignment alignment;
  alignment.source = {"the", "cat", "</s>"};
  alignment.target = {"die, \"Katze\"", "</s>"};
  alignment.weights = {0.25F, 0.75F, 0, 0.1F, 1e-10F, 1};
  CHECK(matrix(alignment) ==
        "target,the,cat,</s>\r\n"
        "\"die, \"\"Katze\"\"\",0.25,0.75,0\r\n"
        "</s>,0.1,1e-10,1\r\n");
}

TEST_CASE("a field with any line break, a lone one too, stands in quotes") {
  CHECK(csv_field("a\rb") == "\"a\rb\"");
  CHECK(csv_field("\r") == "\"\r\"");
  CHECK(csv_field("a\nb") == "\"a\nb\"");
  CHECK(csv_field("a b\t") == "a b\t");
  Alignment alignment;
  alignment.source = {"a\rb"};
  alignment.target = {"\r"};
  alignment.weights = {1};
  CHECK(matrix(alignment) == "target,\"a\rb\"\r\n\"\r\",1\r\n");
}

TEST_CASE("the matrix form gives back every token and every weight") {
  const Alignment alignment = odd_tokens();
  const Table table = Rfc4180::read(matrix(alignment));
  REQUIRE(table.size() == 4);
  CHECK(table[0] == Row{"target", "\"", ",", "=SUM(A1)", "a\r\nb", "</s>"});
  for (size_t t = 0; t < 3; ++t) {
    REQUIRE(table[t + 1].size() == 6);
    CHECK(table[t + 1][0] == alignment.target[t]);
    for (size_t s = 0; s < 5; ++s) {
      CHECK(std::stof(table[t + 1][s + 1]) == alignment.weight(t, s));
    }
  }
}

TEST_CASE("the tidy form has a row a weight under one header") {
  const Alignment alignment = odd_tokens();
  std::ostringstream out;
  write_tidy_header(out, {});
  write_tidy_rows(out, alignment);
  write_tidy_rows(out, alignment);
  const Table table = Rfc4180::read(out.str());
  REQUIRE(table.size() == 1 + 2 * 15);
  CHECK(table[0] == Row{"sentence", "target_position", "target_token", "source_position",
                        "source_token", "weight"});
  CHECK(table[4] == Row{"7", "0", "x\u2028y", "3", "a\r\nb", "0.4"});
  CHECK(table[7] == Row{"7", "1", "日本\U0001F600", "1", ",", "0.33333334"});
  CHECK(table[30] == Row{"7", "2", "</s>", "4", "</s>", "0.25"});
}

TEST_CASE("the tidy form says the layer and the head where there are several") {
  Alignment alignment;
  alignment.source = {"a"};
  alignment.target = {"b"};
  alignment.weights = {0.5F};
  alignment.heads = {{1}, {2}, {3}, {4}};
  const auto table_of = [&](size_t layers) {
    alignment.layers = layers;
    std::ostringstream out;
    write_tidy_header(out, alignment);
    write_tidy_rows(out, alignment);
    return Rfc4180::read(out.str());
  };
  const Table both = table_of(2);
  CHECK(both[0][1] == "layer");
  CHECK(both[0][2] == "head");
  CHECK(both[2] == Row{"0", "0", "1", "0", "b", "0", "a", "2"});
  CHECK(both[3] == Row{"0", "1", "0", "0", "b", "0", "a", "3"});
  const Table heads = table_of(1), layers = table_of(4);
  CHECK(heads[0][1] == "head");
  CHECK(heads[4] == Row{"0", "3", "0", "b", "0", "a", "4"});
  CHECK(layers[0][1] == "layer");
  CHECK(layers[4] == Row{"0", "3", "0", "b", "0", "a", "4"});
}

TEST_CASE("the tidy form says how many steps a word took where words halt by themselves") {
  Alignment alignment;
  alignment.source = {"a", "</s>"};
  alignment.target = {"b", "</s>"};
  alignment.weights = {0.5F, 0.5F, 0, 1};
  alignment.taken = {4, 2};
  std::ostringstream out;
  write_tidy_header(out, alignment);
  write_tidy_rows(out, alignment);
  const Table table = Rfc4180::read(out.str());
  CHECK(table[0].back() == "steps");
  CHECK(table[2] == Row{"0", "0", "b", "1", "</s>", "0.5", "4"});
  CHECK(table[3] == Row{"0", "1", "</s>", "0", "a", "0", "2"});
}

TEST_CASE("the tidy form has all columns of its rows, also where first sentences have no rows") {
  Alignment nothing, alignment;
  nothing.target = {"</s>"};
  alignment.sentence = 2;
  alignment.source = {"a"};
  alignment.target = {"b"};
  alignment.weights = {0.5F};
  alignment.heads = {{1}, {2}, {3}, {4}};
  alignment.layers = 2;
  alignment.taken = {3};
  const TemporaryFolder folder;
  const auto table_of = [&](std::initializer_list<Alignment> alignments) {
    const auto file = make_alignment_writer("tidy", folder.path() / "tidy.csv");
    for (const Alignment& one : alignments) file->write(one);
    file->finish();
    return Rfc4180::read(bytes_of(folder.path() / "tidy.csv"));
  };
  const Table table = table_of({nothing, alignment, nothing});
  REQUIRE(table.size() == 1 + 4);
  CHECK(table[0] == Row{"sentence", "layer", "head", "target_position", "target_token",
                        "source_position", "source_token", "weight", "steps"});
  CHECK(table[4] == Row{"2", "1", "1", "0", "b", "0", "a", "4", "3"});
  const Table none = table_of({nothing});
  REQUIRE(none.size() == 1);
  CHECK(none[0] == Row{"sentence", "target_position", "target_token", "source_position",
                       "source_token", "weight"});
}

}  // namespace alinea
