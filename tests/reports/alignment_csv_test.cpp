#include "reports/alignment_csv.h"

#include <catch2/catch.hpp>
#include <sstream>

namespace alinea {

namespace {

using Row = std::vector<std::string>;
using Table = std::vector<Row>;

// Reads CSV by the grammar of RFC 4180, section 2, and fails on all that is not.
class Rfc4180 {
 public:
  static Table read(const std::string& text) {
    Rfc4180 reader(text);
    Table table;
    while (reader.at_ < text.size()) table.push_back(reader.record());
    return table;
  }

 private:
  explicit Rfc4180(const std::string& text) : text_(text) {}

  Row record() {
    Row row = {field()};
    while (take(",")) row.push_back(field());
    REQUIRE(take("\r\n"));
    return row;
  }

  std::string field() {
    if (take("\"")) return quoted();
    const size_t end = text_.find_first_of("\",\r\n", at_);
    REQUIRE(end != std::string::npos);
    REQUIRE(text_[end] != '"');
    std::string value = text_.substr(at_, end - at_);
    at_ = end;
    return value;
  }

  std::string quoted() {
    std::string value;
    while (true) {
      const size_t end = text_.find('"', at_);
      REQUIRE(end != std::string::npos);
      value += text_.substr(at_, end - at_);
      at_ = end + 1;
      if (!take("\"")) return value;
      value += '"';
    }
  }

  bool take(std::string_view expected) {
    if (text_.compare(at_, expected.size(), expected) != 0) return false;
    at_ += expected.size();
    return true;
  }

  const std::string& text_;
  size_t at_ = 0;
};

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
  write_tidy_header(out);
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

}  // namespace alinea
