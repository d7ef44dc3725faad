#include "server/api.h"

#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "server/running_server.h"

namespace alinea {
namespace {

// A server for all tests: loading the models takes longer than what is asked of them.
SmallApi& api() {
  static SmallApi api;
  return api;
}

Json best(const Json& answer, size_t text = 0) {
  return answer["results"][text]["translations"][0];
}

double sum(const Json& numbers) {
  double sum = 0;
  for (const Json& number : numbers) sum += number.get<double>();
  return sum;
}

TEST_CASE("/translate answers a text with its tokens and their probabilities") {
  const Json answer = api().json("/translate", {{"text", "a b c"}});
  CHECK(answer["model"] == "de-en");
  REQUIRE(answer["results"].size() == 1);
  CHECK(answer["results"][0]["source_tokens"] == Json({"a", "b", "c", "</s>"}));
  const Json translation = best(answer);
  std::string joined;
  for (const Json& token : translation["tokens"])
    if (token != "</s>") joined += (joined.empty() ? "" : " ") + token.get<std::string>();
  CHECK(translation["text"] == joined);
  CHECK(translation["ended"] == (translation["tokens"].back() == "</s>"));
  CHECK(translation["token_log_probabilities"].size() == translation["tokens"].size());
  CHECK(sum(translation["token_log_probabilities"]) ==
        Approx(translation["log_probability"].get<double>()).margin(1e-4));
  CHECK(!translation.contains("attention"));
  CHECK(!answer["results"][0].contains("warnings"));
}

TEST_CASE("a list has an answer for each of its texts, and a bad one takes no other with it") {
  const Json answer = api().json("/translate", {{"text", {"a b", "c\nd", "", "e"}}});
  REQUIRE(answer["results"].size() == 4);
  CHECK(best(answer)["text"] == best(api().json("/translate", {{"text", "a b"}}))["text"]);
  CHECK_THAT(answer["results"][1]["error"].get<std::string>(), Catch::Contains("line break"));
  CHECK(best(answer, 2)["text"].get<std::string>().empty());
  CHECK(best(answer, 3)["text"] == best(api().json("/translate", {{"text", "e"}}))["text"]);
  api().check_refused("/translate", {{"text", "c\nd"}}, Status::kUnanswerable, {"line break"});
  CHECK(api().json("/translate", {{"text", Json::array()}})["results"].empty());
  const Json one = api().json("/translate", {{"text", Json::array({"c\nd"})}});
  CHECK(one["results"][0].contains("error"));
}

TEST_CASE("a text that ends with a carriage return is read without it, as lines of files are") {
  const auto same = [&](const std::string& path, const Json& request, const Json& returned) {
    CHECK(api().json(path, request) == api().json(path, returned));
  };
  same("/translate", {{"text", {"a b", "c"}}}, {{"text", {"a b\r", "c\r"}}});
  same("/translate", {{"text", "a b"}, {"prefix", "h g"}, {"constraints", {"c"}}, {"avoid", {"e"}}},
       {{"text", "a b\r"}, {"prefix", "h g\r"}, {"constraints", {"c\r"}}, {"avoid", {"e\r"}}});
  same("/align", {{"source", "a b"}, {"target", "c"}}, {{"source", "a b\r"}, {"target", "c\r"}});
  same("/score", {{"text", "a b"}}, {{"text", "a b\r"}});
  same("/tag", {{"text", "a b"}}, {{"text", "a b\r"}});
  api().check_refused("/translate", {{"text", "a\r\n"}}, Status::kUnanswerable, {"line break"});
}

TEST_CASE("/translate searches as the request says") {
  const Json list = api().json("/translate", {{"text", "a b c"}, {"n_best", 4}, {"beam_size", 6}});
  const Json translations = list["results"][0]["translations"];
  REQUIRE(translations.size() == 4);
  std::set<std::string> texts;
  for (const Json& each : translations) texts.insert(each["text"].get<std::string>());
  CHECK(texts.size() == 4);
  CHECK(std::ranges::is_sorted(translations, [](const Json& a, const Json& b) {
    return a["score"].get<double>() > b["score"].get<double>();
  }));
  const Json prefixed = best(api().json("/translate", {{"text", "a b"}, {"prefix", "h g"}}));
  CHECK_THAT(prefixed["text"].get<std::string>(), Catch::StartsWith("h g"));
  const Json unknown = best(api().json("/translate", {{"text", "a b"}, {"prefix", "new"}}));
  CHECK(unknown["tokens"][0] == "new");
  const Json held = best(api().json("/translate", {{"text", "a b"}, {"constraints", {"h h"}}}));
  CHECK_THAT(held["text"].get<std::string>(), Catch::Contains("h h"));
  const std::string word = best(list)["tokens"][0];
  const Json avoided = best(api().json("/translate", {{"text", "a b c"}, {"avoid", {word}}}));
  for (const Json& token : avoided["tokens"]) CHECK(token != word);
  CHECK(best(api().json("/translate", {{"text", "a"}, {"min_length", 7}}))["tokens"].size() >= 7);
}

TEST_CASE("/translate as a stream tells what there is, and then the answer") {
  Json request = {{"text", {"a b c d", "c\nd", "h g f"}}, {"beam_size", 1}, {"attention", true}};
  const Json whole = api().json("/translate", request);
  request["stream"] = true;
  // Steps that come faster than they are told are left out, but not every time.
  size_t told = 0;
  for (int tries = 0; tries < 50 && told == 0; ++tries) {
    std::vector<SmallApi::Event> events = api().events("/translate", request);
    REQUIRE(!events.empty());
    CHECK(events.back().name == "answer");
    CHECK(events.back().json == whole);
    events.pop_back();
    std::map<size_t, std::string> before;
    for (const SmallApi::Event& event : events) {
      CHECK(event.name == "progress");
      const auto text = event.json["result"].get<size_t>();
      REQUIRE((text == 0 || text == 2));
      const std::string so_far = event.json["text"], all = best(whole, text)["text"];
      CHECK(all.starts_with(so_far));
      CHECK(so_far.size() >= before[text].size());
      const Json& tokens = event.json["tokens"];
      for (size_t t = 0; t < tokens.size(); ++t) CHECK(tokens[t] == best(whole, text)["tokens"][t]);
      before[text] = so_far;
      ++told;
    }
  }
  CHECK(told > 0);
}

TEST_CASE("a stream that cannot begin is refused, and one that takes too long ends by saying so") {
  api().check_refused("/translate", {{"text", "a"}, {"stream", true}, {"beam_size", 0}},
                      Status::kBadRequest, {"beam_size"});
  SmallApi hasty({.batch_wait = std::chrono::seconds(10), .threads = 1},
                 {.request_timeout = std::chrono::milliseconds(50), .translation = {}});
  const auto events = hasty.events("/translate", {{"text", "a"}, {"stream", true}});
  REQUIRE(events.size() == 1);
  CHECK(events[0].name == "error");
  CHECK(events[0].json["status"] == 504);
}

TEST_CASE("each text of a list has its own prefix and phrases") {
  const Json answer = api().json(
      "/translate",
      {{"text", {"a", "a"}}, {"prefix", {"g", "h"}}, {"constraints", {Json::array(), {"c d"}}}});
  CHECK_THAT(best(answer)["text"].get<std::string>(), Catch::StartsWith("g"));
  CHECK_THAT(best(answer, 1)["text"].get<std::string>(),
             Catch::StartsWith("h") && Catch::Contains("c d"));
  api().check_refused("/translate", {{"text", {"a", "b"}}, {"prefix", "c"}}, Status::kBadRequest,
                      {"'prefix'", "2", "1"});
}

TEST_CASE("samples depend on their request alone") {
  const Json request = {{"text", {"a b", "a b"}}, {"sampling", true}, {"n_best", 3}, {"seed", 5}};
  const Json answer = api().json("/translate", request);
  CHECK(answer["results"][0]["translations"].size() == 3);
  CHECK(answer == api().json("/translate", request));
  CHECK(answer["results"][0]["translations"] != answer["results"][1]["translations"]);
  Json other = request;
  other["seed"] = 6;
  CHECK(answer != api().json("/translate", other));
  api().check_refused("/translate", {{"text", "a"}, {"temperature", 2.0}}, Status::kBadRequest,
                      {"'temperature' requires 'sampling'"});
  api().check_refused("/translate", {{"text", "a"}, {"sampling", true}, {"constraints", {"b"}}},
                      Status::kBadRequest, {"'constraints'", "'sampling'"});
}

void check_attention(const Json& attention, size_t layers, size_t heads) {
  CHECK(attention["layers"] == layers);
  CHECK(attention["heads"] == heads);
  const size_t rows = attention["rows"].size(), columns = attention["columns"].size();
  REQUIRE(attention["weights"].size() == layers);
  REQUIRE(attention["mean"].size() == rows);
  std::vector<double> mean(columns, 0);
  for (const Json& of_layer : attention["weights"]) {
    REQUIRE(of_layer.size() == heads);
    for (const Json& of_head : of_layer) {
      REQUIRE(of_head.size() == rows);
      for (const Json& row : of_head) {
        REQUIRE(row.size() == columns);
        CHECK(sum(row) == Approx(1).margin(1e-4));
      }
      for (size_t s = 0; s < columns; ++s)
        mean[s] += of_head[0][s].get<double>() / static_cast<double>(layers * heads);
    }
  }
  for (size_t s = 0; s < columns; ++s)
    CHECK(attention["mean"][0][s].get<double>() == Approx(mean[s]).margin(1e-5));
}

TEST_CASE("/translate answers attention by layer and head") {
  const Json one = best(api().json("/translate", {{"text", "a b c"}, {"attention", true}}));
  CHECK(one["attention"].size() == 1);
  CHECK(one["attention"]["cross"]["columns"] == Json({"a", "b", "c", "</s>"}));
  CHECK(one["attention"]["cross"]["rows"] == one["tokens"]);
  check_attention(one["attention"]["cross"], 1, 1);
  const Json all = best(api().json("/translate", {{"model", "en-de"},
                                                  {"text", "a b c"},
                                                  {"prefix", "a b"},
                                                  {"attention", {"cross", "encoder", "decoder"}}}));
  for (const char* kind : {"cross", "encoder", "decoder"})
    check_attention(all["attention"][kind], 2, 2);
  CHECK(all["attention"]["encoder"]["rows"] == Json({"a", "b", "c", "</s>"}));
  CHECK(all["attention"]["decoder"]["rows"][0] == "<s>");
  // A word looks at none behind it.
  CHECK(all["attention"]["decoder"]["mean"][0][1] == 0);
  api().check_refused("/translate", {{"text", "a"}, {"attention", "encoder"}}, Status::kBadRequest,
                      {"'de-en'", "encoder"});
  api().check_refused("/translate", {{"text", "a"}, {"attention", "all"}}, Status::kBadRequest,
                      {"'attention'"});
  api().check_refused("/translate", {{"text", "a\nb"}, {"prefix", Json::array({"c"})}},
                      Status::kUnanswerable, {"line break"});
  api().check_refused("/translate",
                      {{"text", std::vector<std::string>(65, "a")}, {"attention", true}},
                      Status::kTooLarge, {"64", "65"});
}

TEST_CASE("/translate says what it could not do as asked") {
  std::string long_text = "a";
  for (int i = 1; i < 60; ++i) long_text += " b";
  const Json cut = api().json("/translate", {{"text", long_text}});
  CHECK(cut["results"][0]["source_tokens"].size() == 51);
  CHECK_THAT(cut["results"][0]["warnings"].dump(), Catch::Contains("from 60 to 50"));
  const Json unknown = api().json("/translate", {{"text", "a"}, {"constraints", {"new words"}}});
  CHECK_THAT(unknown["results"][0]["warnings"].dump(), Catch::Contains("new words"));
  api().check_refused("/translate", {{"text", "a"}, {"prefix", long_text}}, Status::kUnanswerable,
                      {"50", "60"});
  api().check_refused("/translate", {{"text", "a"}, {"max_length_factor", 100}},
                      Status::kBadRequest, {"'max_length_factor'"});
}

TEST_CASE("an ensemble translates, and has the attention of its members' mean") {
  const Json answer =
      api().json("/translate", {{"model", "both"}, {"text", "a b"}, {"attention", true}});
  CHECK(answer["model"] == "both");
  CHECK(best(answer)["attention"]["cross"]["columns"] == Json({"a", "b", "</s>"}));
  api().check_refused("/score", {{"model", "both"}, {"source", "a"}, {"target", "b"}},
                      Status::kBadRequest, {"'both'", "ensemble"});
}

TEST_CASE("/score says of a translation what the search said of it") {
  for (const std::string model : {"de-en", "en-de"}) {
    const Json found =
        best(api().json("/translate", {{"model", model}, {"text", "a b c"}, {"n_best", 5}}));
    if (!found["ended"].get<bool>()) continue;
    const Json scored = api().json(
        "/score", {{"model", model}, {"source", "a b c"}, {"target", found["text"]}})["results"][0];
    CHECK(scored["tokens"] == found["tokens"]);
    CHECK(scored["log_probability"].get<double>() ==
          Approx(found["log_probability"].get<double>()).margin(1e-4));
    CHECK(!scored.contains("links"));
  }
  api().check_refused("/score", {{"source", {"a", "b"}}, {"target", "a"}}, Status::kBadRequest,
                      {"'target'", "'source'", "1", "2"});
}

TEST_CASE("/score by a language model") {
  const Json answer = api().json("/score", {{"text", {"a b", ""}}});
  CHECK(answer["model"] == "text");
  const Json first = answer["results"][0];
  CHECK(first["tokens"] == Json({"a", "b", "</s>"}));
  CHECK(sum(first["token_log_probabilities"]) ==
        Approx(first["log_probability"].get<double>()).margin(1e-4));
  CHECK(std::exp(-first["log_probability"].get<double>() / 3) ==
        Approx(first["perplexity"].get<double>()).epsilon(1e-3));
  CHECK(answer["results"][1]["tokens"] == Json::array({"</s>"}));
}

TEST_CASE("/align answers attention and the links that follow from it") {
  const Json aligned = api().json("/align", {{"source", "a b c"}, {"target", "d e"}})["results"][0];
  const Json attention = aligned["attention"]["cross"];
  CHECK(attention["rows"] == Json({"d", "e", "</s>"}));
  Json links = Json::array();
  for (size_t t = 0; t < 2; ++t) {
    const auto row = attention["mean"][t].get<std::vector<double>>();
    const auto largest = std::ranges::max_element(row) - row.begin();
    if (largest < 3) links.push_back({largest, t});
  }
  std::sort(links.begin(), links.end());
  CHECK(aligned["links"] == links);
  const Json all = api().json("/align", {{"source", "a b c"},
                                         {"target", "d e"},
                                         {"links", "threshold"},
                                         {"threshold", 0},
                                         {"attention", false}})["results"][0];
  CHECK(all["links"].size() == 6);
  CHECK(!all.contains("attention"));
  const Json words =
      api().json("/align", {{"source", "a b"}, {"target", "d"}, {"unit", "word"}})["results"][0];
  CHECK(words["source_words"] == Json({"a", "b", "</s>"}));
  CHECK(words["words"] == Json({"d", "</s>"}));
}

TEST_CASE("/classify answers classes, and what they were seen by") {
  const Json answer = api().json("/classify", {{"text", {"a b. c d", ""}}, {"attention", true}});
  CHECK(answer["model"] == "films");
  const Json first = answer["results"][0];
  CHECK(sum(first["probabilities"]) == Approx(1).margin(1e-5));
  const bool is_good = first["probabilities"]["good"].get<double>() > 0.5;
  CHECK(first["label"] == (is_good ? "good" : "bad"));
  CHECK(!first["attention"]["sentences"].empty());
  CHECK(sum(first["attention"]["sentences"][0]["weights"]) == Approx(1).margin(1e-4));
  CHECK(answer["results"][1].contains("label"));
  CHECK(!api().json("/classify", {{"text", "a"}})["results"][0].contains("attention"));
}

TEST_CASE("documents have the limits of their model alone") {
  std::string words = "a";
  for (int i = 1; i < 60; ++i) words += " b";
  const Json answer = api().json("/classify", {{"text", words}, {"attention", true}});
  CHECK(answer["results"][0]["attention"]["sentences"][0]["words"].size() == 60);
  api().check_refused("/tag", {{"text", words}}, Status::kUnanswerable, {"50", "60"});
}

TEST_CASE("/classify of pairs") {
  const Json answer = api().json(
      "/classify",
      {{"model", "pairs"}, {"premise", "a b"}, {"hypothesis", "c d e"}, {"attention", true}});
  const Json look = answer["results"][0]["attention"]["hypothesis"];
  CHECK(look["columns"] == Json({"a", "b"}));
  CHECK(look["rows"] == Json({"</s>", "c", "d", "e"}));
  api().check_refused("/classify", {{"model", "pairs"}, {"text", "a"}}, Status::kBadRequest,
                      {"'premise'"});
  api().check_refused("/classify", {{"model", "pairs"}, {"premise", "a\tb"}, {"hypothesis", "c"}},
                      Status::kUnanswerable, {"tabs"});
}

TEST_CASE("/tag answers a tag for each word") {
  const Json answer = api().json("/tag", {{"text", {"a b  c", ""}}});
  CHECK(answer["results"][0]["words"] == Json({"a", "b", "c"}));
  CHECK(answer["results"][0]["tags"].size() == 3);
  CHECK(answer["results"][1]["tags"].empty());
  const Json cut = api().json("/tag", {{"words", {"a", "b", "c"}}});
  CHECK(cut["results"][0] == answer["results"][0]);
  const Json both = api().json("/tag", {{"words", {{"a", "b", "c"}, {"d"}}}});
  CHECK(both["results"][0] == cut["results"][0]);
  CHECK(both["results"][1]["words"] == Json::array({"d"}));
  api().check_refused("/tag", {{"words", {"a", ""}}}, Status::kUnanswerable, {"empty"});
  api().check_refused("/tag", {{"words", {"a"}}, {"text", "a"}}, Status::kBadRequest, {"both"});
  api().check_refused("/tag", {{"text", "a"}, {"attention", true}}, Status::kBadRequest,
                      {"'tags'", "no attention"});
}

TEST_CASE("a request that is wrong is refused by name") {
  for (const std::string path : {"/translate", "/align", "/score", "/classify", "/tag"}) {
    api().check_refused(path, "{", Status::kBadRequest, {"expected JSON"});
    api().check_refused(path, "[]", Status::kBadRequest, {"a JSON object"});
    api().check_refused(path, "7", Status::kBadRequest, {"a JSON object"});
    api().check_refused(path, "{}", Status::kBadRequest, {"expected '"});
    const Json nobody = {{"model", "nobody"}, {"text", "a"}, {"source", "a"}, {"target", "b"}};
    api().check_refused(path, nobody, Status::kNotFound, {"nobody"});
  }
  api().check_refused("/translate", {{"model", "tags"}, {"text", "a"}}, Status::kNotFound,
                      {"de-en, en-de, both"});
  api().check_refused("/translate", {{"text", "a"}, {"beam_sise", 3}}, Status::kBadRequest,
                      {"beam_sise", "beam_size"});
  api().check_refused("/translate", {{"text", "a"}, {"beam_size", 101}}, Status::kBadRequest,
                      {"'beam_size'", "100"});
  api().check_refused("/translate", {{"text", "a"}, {"n_best", 6}}, Status::kBadRequest,
                      {"n-best"});
}

TEST_CASE("/models says what each model is and can answer") {
  const Json models = api().get("/models")["models"];
  REQUIRE(models.size() == 7);
  CHECK(models[0]["name"] == "de-en");
  CHECK(models[0]["kind"] == "translation model");
  CHECK(
      models[0]["source"] ==
      Json({{"tokenizer", "space"}, {"lowercase", false}, {"vocabulary", 11}, {"language", "de"}}));
  CHECK(models[0]["attention"] == Json({{"cross", {{"layers", 1}, {"heads", 1}}}}));
  const Json two = {{"layers", 2}, {"heads", 2}};
  CHECK(models[1]["attention"] == Json({{"cross", two}, {"encoder", two}, {"decoder", two}}));
  CHECK(models[2]["members"] == 2);
  CHECK(models[2]["paths"] == Json::array({"/translate"}));
  CHECK(models[2]["source"]["language"] == "source");
  CHECK(models[3]["name"] == "films");
  CHECK(models[3]["labels"] == Json({"bad", "good"}));
  CHECK(models[4]["pairs"] == true);
  CHECK(models[5]["tags"] == Json({"A", "B"}));
  for (const Json& model : models) CHECK(!model["paths"].empty());
}

TEST_CASE("/health is ok until the server stops") {
  SmallApi stopping;
  CHECK(stopping.get("/health") == Json({{"status", "ok"}}));
  stopping.stop();
  const HttpAnswer answer = stopping.ask("GET", "/health");
  CHECK(answer.status == Status::kBusy);
  CHECK(Json::parse(answer.body) == Json({{"status", "stopping"}}));
}

TEST_CASE("/metrics counts batches") {
  api().json("/translate", {{"text", {"a", "b"}}});
  const HttpAnswer answer = api().ask("GET", "/metrics");
  CHECK_THAT(answer.type, Catch::StartsWith("text/plain; version=0.0.4"));
  CHECK_THAT(answer.body, !Catch::Contains("alinea_batch_texts_sum 0\n"));
}

TEST_CASE("the page is one file with its scripts and style sheet") {
  const HttpAnswer page = api().ask("GET", "/");
  CHECK_THAT(page.type, Catch::StartsWith("text/html"));
  CHECK_THAT(page.body, Catch::StartsWith("<!DOCTYPE html>"));
  CHECK(std::ranges::any_of(
      page.headers, [](const auto& header) { return header.first == "Content-Security-Policy"; }));
  CHECK_THAT(page.body, Catch::Contains("AttentionView") && Catch::Contains("id=\"panels\"") &&
                            Catch::Contains("connect-src 'self'") && Catch::EndsWith("</html>\n"));
  for (const char* outside : {" src=", "<link", "@import", "url(", "https:"})
    CHECK_THAT(page.body, !Catch::Contains(outside));
}

TEST_CASE("/openapi.json names every route, and every member that a request may have") {
  const Json open_api = api().get("/openapi.json");
  CHECK(open_api["openapi"] == "3.0.3");
  std::set<std::string> described, routes;
  for (const auto& [path, methods] : open_api["paths"].items())
    for (const auto& [method, what] : methods.items())
      described.insert(fmt::format("{} {}", method, path));
  for (const Route& route : api().routes())
    routes.insert((route.method == "GET" ? "get " : "post ") + route.path);
  CHECK(described == routes);
  for (const std::string path : {"/translate", "/align", "/score", "/classify", "/tag"}) {
    const Json members = open_api["paths"][path]["post"]["requestBody"]["content"]
                                 ["application/json"]["schema"]["properties"];
    REQUIRE(!members.empty());
    for (const auto& [name, schema] : members.items()) {
      Json request = {{"text", "a"}};
      if (path == "/align" || path == "/score") request = {{"source", "a"}, {"target", "b"}};
      if (name == "premise" || name == "hypothesis")
        request = {{"model", "pairs"}, {"premise", "a"}, {"hypothesis", "b"}};
      if (name == "words") request = {{"words", {"a"}}};
      if (!request.contains(name)) request[name] = nullptr;
      INFO(path << ' ' << name);
      CHECK(api().ask("POST", path, to_text(request)).status == Status::kOk);
    }
    // Types of answers, of one to a stream where there are such.
    std::set<std::string> types = {"application/json"};
    if (members.contains("stream"))
      types.insert(api().ask("POST", path, R"({"text": "a", "stream": true})").type);
    std::set<std::string> said;
    for (const auto& [type, schema] :
         open_api["paths"][path]["post"]["responses"]["200"]["content"].items())
      said.insert(type);
    CHECK(said == types);
  }
  // References lead somewhere.
  const std::string text = open_api.dump();
  for (size_t at = text.find("#/components/schemas/"); at != std::string::npos;
       at = text.find("#/components/schemas/", at + 1)) {
    const size_t begin = at + 21;
    CHECK(open_api["components"]["schemas"].contains(
        text.substr(begin, text.find('"', begin) - begin)));
  }
}

}  // namespace
}  // namespace alinea
