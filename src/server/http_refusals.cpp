#include "server/http_refusals.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace alinea {

namespace {

constexpr size_t kLongestMethod = 16, kMostDigits = 18;

// Anything else would be read until the client closes, or mean one thing here and another to a
// proxy.
bool has_plain_length(const httplib::Request& request) {
  const bool has_length = request.has_header("Content-Length");
  if (!request.has_header("Transfer-Encoding")) return has_length || request.method != "POST";
  return !has_length && request.get_header_value("Transfer-Encoding") == "chunked";
}

}  // namespace

std::optional<Refusal> refusal_of(const httplib::Request& request, std::span<const Route> routes,
                                  int64_t body_size) {
  const std::string method = request.method == "HEAD" ? "GET" : request.method;
  bool is_here = false, is_answered = false;
  for (const Route& route : routes) {
    is_here = is_here || route.path == request.path;
    is_answered = is_answered || (route.path == request.path && route.method == method);
  }
  if (!is_here)
    return Refusal{Status::kNotFound, "there is nothing here; /openapi.json says what there is"};
  if (!is_answered)
    return Refusal{Status::kMethodNotAllowed,
                   fmt::format("{} is not answered here", method.substr(0, kLongestMethod))};
  if (!has_plain_length(request))
    return Refusal{Status::kLengthRequired,
                   "expected either Content-Length or Transfer-Encoding: chunked"};
  if (request.has_header("Content-Encoding"))
    return Refusal{Status::kUnsupportedType, "expected a body without Content-Encoding"};
  if (request.is_multipart_form_data())
    return Refusal{Status::kUnsupportedType,
                   "expected application/json or application/x-www-form-urlencoded"};
  const std::string length = request.get_header_value("Content-Length");
  if (length.size() > kMostDigits || (!length.empty() && std::atoll(length.c_str()) > body_size))
    return Refusal{Status::kTooLarge, fmt::format("expected at most {} bytes", body_size)};
  return std::nullopt;
}

}  // namespace alinea
