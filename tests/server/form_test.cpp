#include "server/form.h"

#include <catch2/catch.hpp>
#include <string>

#include "server/request_error.h"

namespace alinea {
namespace {

using Json = nlohmann::ordered_json;

TEST_CASE("a form is an object of texts") {
  CHECK(parse_form("q=ein+Hund%21&source=de&target=en") ==
        Json({{"q", "ein Hund!"}, {"source", "de"}, {"target", "en"}}));
  CHECK(parse_form("q=a&q=b&q=c") == Json({{"q", {"a", "b", "c"}}}));
  CHECK(parse_form("q=%C3%BC%e2%82%ac") == Json({{"q", "ü€"}}));
  CHECK(parse_form("") == Json::object());
  CHECK(parse_form("&&") == Json::object());
}

TEST_CASE("what is no escape stays as it is") {
  CHECK(parse_form("q=100%") == Json({{"q", "100%"}}));
  CHECK(parse_form("q=%4") == Json({{"q", "%4"}}));
  CHECK(parse_form("q=%zz%2") == Json({{"q", "%zz%2"}}));
  CHECK(parse_form("q==&=x&y") == Json({{"q", "="}, {"", "x"}, {"y", ""}}));
}

TEST_CASE("a form that is no text is refused") {
  CHECK_THROWS_AS(parse_form("q=%ff"), RequestError);
  CHECK_THROWS_AS(parse_form("q=%00"), RequestError);
}

TEST_CASE("a form of too many names is refused, whose time would be quadratic") {
  std::string form;
  for (int i = 0; i < 100; ++i) form += "q" + std::to_string(i) + "=a&q0=b&";
  CHECK(parse_form(form).size() == 100);
  CHECK_THROWS_WITH(parse_form(form + "new=a"), "expected a form of at most 100 names, got more");
}

TEST_CASE("forms are known by their content type, in any case") {
  CHECK(is_form("application/x-www-form-urlencoded"));
  CHECK(is_form("Application/X-WWW-Form-URLEncoded; charset=utf-8"));
  CHECK(!is_form("application/json"));
  CHECK(!is_form(""));
}

}  // namespace
}  // namespace alinea
