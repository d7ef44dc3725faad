#include "support/unanswered.h"

#include <catch2/catch.hpp>
#include <iostream>
#include <sstream>

#include "support/error.h"

namespace alinea {

namespace {

// What the end says of lines 3, 4 and so on with these places in the output.
std::string end_of(std::initializer_list<Unanswered::Place> places) {
  std::ostringstream said;
  std::streambuf* const old = std::cerr.rdbuf(said.rdbuf());
  Unanswered unanswered("answer");
  int64_t line = 3;
  for (const Unanswered::Place place : places) unanswered.add(line++, "a reason", place);
  std::cerr.rdbuf(old);
  if (places.size() > 0) CHECK_THAT(said.str(), Catch::StartsWith("line 3: no answer: a reason\n"));
  try {
    unanswered.finish();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("lines without an answer are counted, with what the output has in their place") {
  using enum Unanswered::Place;
  CHECK(end_of({}).empty());
  CHECK(end_of({kEmptyLine, kEmptyLine}) ==
        "2 lines have no answer, the first is line 3; the output has empty lines in their place");
  CHECK(end_of({kNothing}) == "1 line has no answer, the first is line 3");
  CHECK(end_of({kNothing, kEmptyLine, kNothing}) ==
        "3 lines have no answer, the first is line 3; the output has empty lines in the place of 1 "
        "of them");
}

}  // namespace alinea
