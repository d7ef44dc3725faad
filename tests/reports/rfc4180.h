// A strict reader of CSV.
#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace alinea {

using CsvRow = std::vector<std::string>;
using CsvTable = std::vector<CsvRow>;

// Reads CSV by the grammar of RFC 4180, section 2, and fails on all that is not.
class Rfc4180 {
 public:
  static CsvTable read(const std::string& text) {
    Rfc4180 reader(text);
    CsvTable table;
    while (reader.at_ < text.size()) table.push_back(reader.record());
    return table;
  }

 private:
  explicit Rfc4180(const std::string& text) : text_(text) {}

  CsvRow record() {
    CsvRow row = {field()};
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

}  // namespace alinea
