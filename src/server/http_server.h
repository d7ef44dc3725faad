// HTTP/1.1 over TCP: routes, connections and their limits. The only file that knows the library
// (cpp-httplib) beside connection.h.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/request_error.h"

namespace alinea {

struct HttpRequest {
  std::string method, path, content_type, body;
  // Whether somebody still waits for the answer. May be asked at any time by the thread that
  // handles the request.
  std::function<bool()> is_wanted;
  std::chrono::steady_clock::time_point begin;  // when its first byte came
};

// Sends a part of an answer; false where it is not taken, as where the client has gone.
using SendPart = std::function<bool(std::string_view part)>;

struct HttpAnswer {
  Status status = Status::kOk;
  std::string body;
  std::string type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers = {};
  // Sends the body part by part, in the place of `body`, each when it is there. Called once by the
  // thread of the connection, or not at all where the client has gone.
  std::function<void(const SendPart& send)> stream = {};
};

// As a body; bytes that are no UTF-8 are replaced.
std::string to_text(const nlohmann::ordered_json& json);
HttpAnswer json_answer(const nlohmann::ordered_json& json);
// {"error": message}; where the server is busy, with a Retry-After.
HttpAnswer error_answer(Status status, std::string_view message);

struct Route {
  std::string method;  // "GET" or "POST"
  std::string path;    // as it is, no pattern
  // May throw: RequestError is answered with its status, anything else with 500. Called by the
  // threads of several connections at once.
  std::function<HttpAnswer(const HttpRequest&)> handle;
};

struct HttpOptions {
  std::string host = "127.0.0.1";
  int64_t port = 8080;                                // 0: any that is free
  int64_t connections = 512;                          // at once; others are sent away with 503
  int64_t body_size = 1 << 20;                        // bytes
  std::chrono::milliseconds receive_timeout{10'000};  // for a whole request to arrive
  std::chrono::milliseconds send_timeout{10'000};     // for a whole answer to be taken
  std::chrono::milliseconds idle_timeout{60'000};     // of a connection between two requests
  std::string allowed_origin = {};  // Access-Control-Allow-Origin of every answer; empty: none
};

class HttpServer {
 public:
  // Called after each answer, by any thread.
  using Observer = std::function<void(const HttpRequest&, const HttpAnswer&)>;

  HttpServer(HttpOptions options, std::vector<Route> routes, Observer observe);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // From now on connections are taken. Returns the port. Throws Error where it is not to be had.
  int64_t listen();
  // Answers until stop(), and then all requests of which a byte has come. Throws as listen().
  void run();
  void stop();  // from any thread

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace alinea
