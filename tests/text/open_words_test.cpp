#include "text/open_words.h"

#include <catch2/catch.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace alinea {
namespace {

TEST_CASE("without a use no word is forgotten") {
  OpenWords words(7);
  const int32_t zebra = words.id("zebra"), okapi = words.id("okapi");
  CHECK(zebra >= 7);
  CHECK(okapi != zebra);
  CHECK(words.id("zebra") == zebra);
  CHECK(words.word(zebra) == "zebra");
  CHECK(words.word(okapi) == "okapi");
  CHECK(words.word(6) == "<unk>");
  const OpenWords::Use of_none(nullptr);
}

TEST_CASE("a word is forgotten when no use lasts that has read it") {
  const auto words = std::make_shared<OpenWords>(7);
  auto first = std::make_optional<OpenWords::Use>(words);
  const int32_t zebra = words->id("zebra"), okapi = words->id("okapi");
  auto second = std::make_optional<OpenWords::Use>(words);
  words->id("zebra");
  const int32_t tapir = words->id("tapir");
  auto third = std::make_optional<OpenWords::Use>(words);
  const int32_t gnu = words->id("gnu");
  third.reset();
  first.reset();
  CHECK(words->word(okapi) == "<unk>");
  CHECK(words->word(zebra) == "zebra");
  CHECK(words->word(tapir) == "tapir");
  OpenWords::Use moved = std::move(*second);
  second.reset();
  CHECK(words->word(tapir) == "tapir");
  moved = OpenWords::Use(words);  // the second one ends
  for (const int32_t id : {zebra, tapir, gnu}) CHECK(words->word(id) == "<unk>");
  CHECK(words->id("zebra") == zebra);
  CHECK(words->word(zebra) == "zebra");
}

}  // namespace
}  // namespace alinea
