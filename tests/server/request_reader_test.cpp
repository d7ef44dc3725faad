#include "server/request_reader.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "server/request_error.h"

namespace alinea {
namespace {

using Json = nlohmann::ordered_json;
using Texts = std::vector<std::string>;

// What is said of a request that is refused.
template <class Read>
std::string fault(const Read& read) {
  try {
    read();
  } catch (const RequestError& error) {
    CHECK(error.status() == Status::kBadRequest);
    return error.what();
  }
  FAIL("it was not refused");
  return {};
}

TEST_CASE("what is no JSON in UTF-8 is refused, and where") {
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  CHECK_THAT(fault([] { request_json("{\"text\": "); }),
             Catch::Contains("expected JSON") && Catch::Contains("byte 10"));
  CHECK_THAT(fault([] { request_json(""); }), Catch::Contains("expected JSON"));
  CHECK_THAT(fault([] { request_json("{\"text\": \"\xff\"}"); }), Catch::Contains("expected JSON"));
  CHECK_THAT(fault([] { request_json("{} {}"); }), Catch::Contains("expected JSON"));
  CHECK_THAT(fault([&] { request_json(deep); }), Catch::Contains("32 levels"));
}

TEST_CASE("an object of too many members is refused, whose time would be quadratic") {
  std::string members;
  for (int i = 0; i < 100; ++i) members += "\"m" + std::to_string(i) + "\": {\"a\": 1},";
  const std::string many = "{" + members + "\"m0\": 1}";
  const std::string expected = "expected objects of at most 100 members, got one with more";
  members.pop_back();
  const std::string object = "{" + members + "}";
  CHECK(request_json(object).size() == 100);
  CHECK(request_json("[" + object + "," + object + "]").size() == 2);
  CHECK(fault([&] { request_json(many); }) == expected);
  CHECK(fault([&] { request_json("{\"a\": [{}, " + many + "]}"); }) == expected);
}

TEST_CASE("members are read by their kinds") {
  const Json json = {{"one", "a"}, {"list", {"a", "b"}}, {"on", true}, {"nothing", nullptr}};
  RequestReader reader(json);
  CHECK(reader.text("one") == "a");
  CHECK(reader.texts("one") == Texts{"a"});
  CHECK(reader.texts("list") == Texts{"a", "b"});
  CHECK(reader.texts("list", 2) == Texts{"a", "b"});
  CHECK(reader.texts("absent", 2).empty());
  CHECK(reader.flag("on"));
  CHECK(!reader.flag("nothing"));
  CHECK(!reader.optional_text("nothing"));
  CHECK(reader.optional_text("one") == "a");
  CHECK_NOTHROW(reader.finish());
}

TEST_CASE("a member of another kind is named, with what was expected and what came") {
  const Json json = {
      {"text", 7}, {"list", {"a", 1}}, {"on", "yes"}, {"nul", std::string("a\0b", 3)}};
  RequestReader reader(json);
  CHECK_THAT(fault([&] { reader.text("text"); }),
             Catch::Contains("'text'") && Catch::Contains("7"));
  CHECK_THAT(fault([&] { reader.texts("list"); }),
             Catch::Contains("'list'") && Catch::Contains("[\"a\",1]"));
  CHECK_THAT(fault([&] { reader.texts("absent"); }), Catch::Contains("'absent'"));
  CHECK_THAT(fault([&] { reader.flag("on"); }), Catch::Contains("true or false"));
  CHECK_THAT(fault([&] { reader.text("nul"); }), Catch::Contains("NUL"));
  CHECK_THAT(fault([&] { reader.texts("list", 3); }), Catch::Contains("list"));
  CHECK_THAT(fault([] { const RequestReader of_list(Json::array()); }),
             Catch::Contains("a JSON object"));
}

TEST_CASE("what is quoted is short") {
  const Json json = {{"text", {std::string(100'000, 'x')}}};
  RequestReader reader(json);
  CHECK(fault([&] { reader.text("text"); }).size() < 200);
}

TEST_CASE("lists of lists belong to texts") {
  const Json json = {{"one", {"a", "b"}}, {"two", {{"a"}, Json::array()}}, {"bad", {"a", {"b"}}}};
  RequestReader reader(json);
  CHECK(reader.lists("one", 1) == std::vector<Texts>{{"a", "b"}});
  CHECK(reader.lists("two", 2) == std::vector<Texts>{{"a"}, {}});
  CHECK(reader.lists("absent", 2).empty());
  fault([&] { reader.lists("one", 2); });
  fault([&] { reader.lists("two", 3); });
  fault([&] { reader.lists("bad", 2); });
}

TEST_CASE("a member that nobody reads is refused, with the nearest that there is") {
  const Json json = {{"beam_sise", 3}};
  RequestReader reader(json);
  CHECK(!reader.has("beam_size"));
  CHECK_THAT(fault([&] { reader.finish(); }),
             Catch::Contains("'beam_sise'") && Catch::Contains("beam_size"));
}

struct Fields {
  int64_t size = 5;
  double share = 0.5;
  bool on = false;
  std::string kind = "a";
  void visit(FieldList& fields) {
    fields.add("beam-size", size, "size of the beam")
        .range<int64_t>(1, 10)
        .add("on", on, "a switch")
        .add("share", share, "a share")
        .range(0.0, 1.0)
        .needs("on")
        .choice("kind", kind, {"a", "b"}, "a choice");
  }
};

Fields read_fields(const Json& json) {
  Fields fields;
  FieldList list;
  fields.visit(list);
  RequestReader reader(json);
  reader.read(list);
  reader.finish();
  return fields;
}

TEST_CASE("fields are members of the same names") {
  const Fields fields = read_fields({{"beam_size", 3}, {"on", true}, {"share", 1}, {"kind", "b"}});
  CHECK(fields.size == 3);
  CHECK(fields.on);
  CHECK(fields.share == 1);
  CHECK(fields.kind == "b");
  CHECK(read_fields(Json::object()).size == 5);
  CHECK(read_fields({{"beam_size", nullptr}}).size == 5);
}

TEST_CASE("fields are refused as the command line refuses them") {
  CHECK_THAT(fault([] {
               read_fields({{"beam_size", 0}});
             }),
             Catch::Contains("'beam_size'") && Catch::Contains("from 1 to 10"));
  fault([] { read_fields({{"beam_size", 2.5}}); });
  fault([] { read_fields({{"beam_size", "3"}}); });
  fault([] { read_fields({{"beam_size", 1e30}}); });
  fault([] { read_fields({{"kind", "c"}}); });
  CHECK_THAT(fault([] {
               read_fields({{"share", 0.2}});
             }),
             Catch::Contains("'share' requires 'on'"));
}

TEST_CASE("the schema says of each field what it is") {
  Fields fields;
  FieldList list;
  fields.visit(list);
  const Json schema = schema_of(list);
  CHECK(schema["beam_size"]["type"] == "integer");
  CHECK(schema["beam_size"]["default"] == 5);
  CHECK(schema["share"]["type"] == "number");
  CHECK(schema["on"]["type"] == "boolean");
  CHECK(schema["kind"]["enum"] == Json({"a", "b"}));
}

}  // namespace
}  // namespace alinea
