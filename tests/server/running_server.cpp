#include "server/running_server.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <utility>

#include "server/small_models.h"

namespace alinea {

namespace {

ServedModels small_served_models(const TemporaryFolder& folder) {
  const auto in = [&](const char* name) { return (folder.path() / name).string(); };
  save_small_translator(in("translator"));
  save_small_transformer(in("transformer"));
  save_small_classifier(in("films"));
  save_small_pair_classifier(in("pairs"));
  save_small_tagger(in("tags"));
  save_small_language_model(in("text"));
  return ServedModels::load(
      {"de-en=" + in("translator"), "en-de=" + in("transformer"), "both=" + in("translator"),
       "both=" + in("transformer"), in("films"), in("pairs") + "/", in("tags"), in("text")},
      {.max_length = 50});
}

HttpOptions on_any_port(HttpOptions http) {
  http.port = 0;
  return http;
}

}  // namespace

SmallApi::SmallApi(const WorkQueueOptions& options, const ApiOptions& api)
    : models_(small_served_models(folder_)),
      queue_(options, [this](size_t texts, double seconds) { metrics_.add_batch(texts, seconds); }),
      api_(models_, queue_, metrics_, api) {}

HttpAnswer SmallApi::ask(const std::string& method, const std::string& path,
                         const std::string& body, const std::string& type) {
  for (const Route& route : routes()) {
    if (route.method != method || route.path != path) continue;
    try {
      return route.handle({.method = method,
                           .path = path,
                           .content_type = type,
                           .body = body,
                           .is_wanted = [] { return true; },
                           .begin = std::chrono::steady_clock::now()});
    } catch (const RequestError& error) {
      return error_answer(error.status(), error.what());
    }
  }
  FAIL("no route " << method << ' ' << path);
  return {};
}

Json SmallApi::json(const std::string& path, const Json& request) {
  const HttpAnswer answer = ask("POST", path, to_text(request));
  INFO(path << ' ' << request << '\n' << answer.body);
  REQUIRE(answer.status == Status::kOk);
  return Json::parse(answer.body);
}

Json SmallApi::get(const std::string& path) {
  const HttpAnswer answer = ask("GET", path);
  REQUIRE(answer.status == Status::kOk);
  return Json::parse(answer.body);
}

std::vector<SmallApi::Event> SmallApi::events(const std::string& path, const Json& request) {
  const HttpAnswer answer = ask("POST", path, to_text(request));
  INFO(path << ' ' << request << '\n' << answer.body);
  REQUIRE(answer.status == Status::kOk);
  REQUIRE(answer.type == "text/event-stream");
  REQUIRE(answer.stream);
  std::vector<Event> events;
  answer.stream([&](std::string_view part) {
    const size_t data = part.find("\ndata: ");
    REQUIRE(part.starts_with("event: "));
    REQUIRE(data != std::string_view::npos);
    REQUIRE(part.find('\n', data + 1) == part.size() - 2);
    REQUIRE(part.ends_with("\n\n"));
    events.push_back({std::string(part.substr(7, data - 7)), Json::parse(part.substr(data + 7))});
    return true;
  });
  return events;
}

void SmallApi::check_refused(const std::string& path, const Json& request, Status status,
                             const std::vector<std::string>& words) {
  const HttpAnswer answer =
      ask("POST", path, request.is_string() ? request.get<std::string>() : to_text(request));
  INFO(path << ' ' << request << '\n' << answer.body);
  CHECK(answer.status == status);
  const std::string error = Json::parse(answer.body).value("error", "");
  for (const std::string& word : words) CHECK_THAT(error, Catch::Contains(word));
}

RunningServer::RunningServer(HttpOptions http, const WorkQueueOptions& options,
                             const ApiOptions& api)
    : api_(options, api),
      server_(on_any_port(std::move(http)), api_.routes(),
              [this](const HttpRequest& request, const HttpAnswer& answer) {
                api_.metrics().add_request(request.path, static_cast<int>(answer.status), 0);
              }),
      port_(server_.listen()),
      runner_([this] { server_.run(); }) {}

RunningServer::~RunningServer() { stop(); }

void RunningServer::stop() {
  server_.stop();
  if (runner_.joinable()) runner_.join();
}

}  // namespace alinea
