#include "server/http_refusals.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "support/digits.h"

namespace alinea {

namespace {

constexpr size_t kLongestMethod = 16, kMostDigits = 18;

// What is wrong with the length; empty where nothing is. A second one, or one that is only in part
// a number, may mean another end of the body to a proxy.
std::string fault_of_length(const httplib::Request& request) {
  constexpr size_t kMostQuoted = 20;
  const size_t count = request.get_header_value_count("Content-Length");
  if (count > 1) return fmt::format("expected one Content-Length, got {}: send it once", count);
  const std::string length = request.get_header_value("Content-Length");
  if (count == 0 || is_number(length)) return {};
  return fmt::format("expected Content-Length to be a number of bytes, got '{}'",
                     length.substr(0, kMostQuoted));
}

// White space between a name and its colon makes another header of it here than for some proxies;
// RFC 9112, section 5.1 has such requests refused.
bool has_spaced_name(const httplib::Request& request) {
  return std::ranges::any_of(request.headers, [](const auto& header) {
    return header.first.ends_with(' ') || header.first.ends_with('\t');
  });
}

bool is_chunked(const httplib::Request& request) {
  constexpr std::string_view kChunked = "chunked";
  return request.get_header_value_count("Transfer-Encoding") == 1 &&
         std::ranges::equal(
             request.get_header_value("Transfer-Encoding"), kChunked,
             [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
}

// Anything else would be read until the client closes, or mean one thing here and another to a
// proxy.
bool has_plain_length(const httplib::Request& request) {
  const bool has_length = request.has_header("Content-Length");
  if (!request.has_header("Transfer-Encoding")) return has_length || request.method != "POST";
  return !has_length && is_chunked(request);
}

}  // namespace

bool has_unread_body(const httplib::Request& request) {
  if (request.method == "POST") return false;
  const auto [begin, end] = request.headers.equal_range("Content-Length");
  return request.has_header("Transfer-Encoding") || has_spaced_name(request) ||
         std::any_of(begin, end, [](const auto& header) { return header.second != "0"; });
}

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
  if (has_spaced_name(request))
    return Refusal{Status::kBadRequest, "expected no white space between a header and its colon"};
  if (std::string fault = fault_of_length(request); !fault.empty())
    return Refusal{Status::kBadRequest, std::move(fault)};
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
