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

TEST_CASE("forms are known by their content type, in any case") {
  CHECK(is_form("application/x-www-form-urlencoded"));
  CHECK(is_form("Application/X-WWW-Form-URLEncoded; charset=utf-8"));
  CHECK(!is_form("application/json"));
  CHECK(!is_form(""));
}

}  // namespace
}  // namespace alinea
