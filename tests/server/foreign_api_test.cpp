// The requests of LibreTranslate's and OpenNMT-py's clients, as these write them.
#include <catch2/catch.hpp>
#include <string>

#include "server/running_server.h"

namespace alinea {
namespace {

SmallApi& foreign() {
  static SmallApi api;
  return api;
}

std::string translation_of(const std::string& text, const std::string& model = "de-en") {
  return foreign().json(
      "/translate", {{"model", model}, {"text", text}})["results"][0]["translations"][0]["text"];
}

TEST_CASE("LibreTranslate's request and answer, as JSON and as a form") {
  const std::string expected = translation_of("a b c");
  const Json json = foreign().json(
      "/translate",
      {{"q", "a b c"}, {"source", "de"}, {"target", "en"}, {"format", "text"}, {"api_key", ""}});
  CHECK(json == Json({{"translatedText", expected}}));
  const HttpAnswer form = foreign().ask("POST", "/translate", "q=a+b%20c&source=de&target=en",
                                        "application/x-www-form-urlencoded");
  CHECK(form.status == Status::kOk);
  CHECK(Json::parse(form.body) == json);
  // What curl sends by itself.
  const HttpAnswer curl = foreign().ask("POST", "/translate", "{\"text\": \"a b c\"}",
                                        "application/x-www-form-urlencoded");
  CHECK(curl.status == Status::kOk);
  const Json list =
      foreign().json("/translate", {{"q", {"a b c", "d"}}, {"source", "de"}, {"target", "en"}});
  CHECK(list == Json({{"translatedText", {expected, translation_of("d")}}}));
  const Json other =
      foreign().json("/translate", {{"q", "a b c"}, {"source", "en"}, {"target", "de"}});
  CHECK(other["translatedText"] == translation_of("a b c", "en-de"));
}

TEST_CASE("LibreTranslate's texts have lines") {
  const Json answer =
      foreign().json("/translate", {{"q", "a b\n\nc"}, {"source", "de"}, {"target", "en"}});
  CHECK(answer["translatedText"] == translation_of("a b") + "\n\n" + translation_of("c"));
  CHECK(foreign().json("/translate",
                       {{"q", "a b\r\n\r\nc\r"}, {"source", "de"}, {"target", "en"}}) == answer);
}

TEST_CASE("LibreTranslate's alternatives and its guess of a language") {
  const Json answer = foreign().json(
      "/translate", {{"q", "a b"}, {"source", "auto"}, {"target", "en"}, {"alternatives", 2}});
  CHECK(answer["translatedText"] == translation_of("a b"));
  CHECK(answer["alternatives"].size() == 2);
  CHECK(answer["alternatives"][0] != answer["translatedText"]);
  CHECK(answer["detectedLanguage"] == Json({{"confidence", 0}, {"language", "de"}}));
}

TEST_CASE("what LibreTranslate's clients may ask for and get not") {
  foreign().check_refused("/translate", {{"q", "a"}, {"source", "de"}, {"target", "fr"}},
                          Status::kBadRequest,
                          {"no model translates from de to fr; see /languages"});
  foreign().check_refused("/translate", {{"q", "a"}, {"source", "auto"}, {"target", "fr"}},
                          Status::kBadRequest, {"from any language to fr"});
  foreign().check_refused("/translate",
                          {{"q", "a"}, {"source", "de"}, {"target", "en"}, {"format", "html"}},
                          Status::kBadRequest, {"html"});
  foreign().check_refused("/translate", {{"q", "a"}, {"source", "de"}}, Status::kBadRequest,
                          {"'target'"});
  foreign().check_refused("/translate",
                          {{"q", "a"}, {"source", "de"}, {"target", "en"}, {"alternatives", 100}},
                          Status::kBadRequest, {"'alternatives'"});
}

TEST_CASE("/languages are those of the models") {
  const Json languages = foreign().get("/languages");
  const auto of = [&](const std::string& code) {
    for (const Json& each : languages)
      if (each["code"] == code) return each;
    return Json();
  };
  CHECK(of("de") == Json({{"code", "de"}, {"name", "German"}, {"targets", Json::array({"en"})}}));
  CHECK(of("en")["targets"] == Json::array({"de"}));
}

TEST_CASE("OpenNMT's request and answer") {
  const Json answer = foreign().json(
      "/translator/translate", {{{"src", "a b c"}, {"id", 100}}, {{"src", "d"}, {"id", 100}}});
  REQUIRE(answer.size() == 1);
  REQUIRE(answer[0].size() == 2);
  CHECK(answer[0][0]["src"] == "a b c");
  CHECK(answer[0][0]["tgt"] == translation_of("a b c"));
  CHECK(answer[0][0]["n_best"] == 1);
  CHECK(answer[0][0]["pred_score"].get<double>() < 0);
  CHECK(answer[0][1]["tgt"] == translation_of("d"));
  const Json returned =
      foreign().json("/translator/translate", Json::array({{{"src", "d\r"}, {"id", 100}}}));
  for (const char* name : {"src", "tgt"}) CHECK(returned[0][0][name] == answer[0][1][name]);
  const auto with_id = [](const Json& id) {
    Json request = Json::array();
    request.push_back(Json::object({{"src", "a b c"}, {"id", id}}));
    return foreign().json("/translator/translate", request)[0][0]["tgt"];
  };
  CHECK(with_id(101) == translation_of("a b c", "en-de"));
  CHECK(with_id("en-de") == with_id(101));
}

TEST_CASE("OpenNMT's models, health and errors") {
  const Json models = foreign().get("/translator/models");
  REQUIRE(models.size() == 3);
  CHECK(models[1]["model_id"] == 101);
  CHECK(models[1]["model"] == "en-de");
  CHECK(foreign().get("/translator/health") == Json({{"status", "ok"}}));
  for (const std::string body :
       {"{}", "[]", "[7]", "[{\"id\": 100}]", "[{\"src\": \"a\", \"id\": 7}]", "nonsense"}) {
    const HttpAnswer answer = foreign().ask("POST", "/translator/translate", body);
    INFO(body << ' ' << answer.body);
    CHECK(answer.status != Status::kOk);
    const Json json = Json::parse(answer.body);
    CHECK(json["status"] == "error");
    CHECK(!json["error"].get<std::string>().empty());
  }
}

}  // namespace
}  // namespace alinea
