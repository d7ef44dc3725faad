// Requests and their answers, as HTTP has them, and who answers which.
#pragma once

#include <chrono>
#include <exception>
#include <functional>
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
// Of what was thrown where `path` was answered: RequestError has its status and message, anything
// else the log alone is told of.
HttpAnswer answer_of_exception(const std::exception_ptr& thrown, const std::string& path);

// Called after each answer, by any thread.
using AnswerObserver = std::function<void(const HttpRequest&, const HttpAnswer&)>;

struct Route {
  std::string method;  // "GET" or "POST"
  std::string path;    // as it is, no pattern
  // May throw: RequestError is answered with its status, anything else with 500. Called by the
  // threads of several connections at once.
  std::function<HttpAnswer(const HttpRequest&)> handle;
};

}  // namespace alinea
