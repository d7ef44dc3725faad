// Why a request gets no answer, or one of its texts.
#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

namespace alinea {

// HTTP status codes (RFC 9110, section 15; 503: with Retry-After).
enum class Status {
  kOk = 200,
  kBadRequest = 400,
  kNotFound = 404,
  kMethodNotAllowed = 405,
  kLengthRequired = 411,
  kTooLarge = 413,
  kUnsupportedType = 415,
  kUnanswerable = 422,  // the request is in order, but the model has no answer to its text
  kServerFault = 500,
  kBusy = 503,
  kTimeout = 504
};

// Thrown where the fault is found; the server answers with the status and {"error": message}.
class RequestError : public std::runtime_error {
 public:
  RequestError(Status status, const std::string& message)
      : std::runtime_error(message), status_(status) {}
  template <typename First, typename... Rest>
  RequestError(Status status, fmt::format_string<First, Rest...> format, First&& first,
               Rest&&... rest)
      : RequestError(
            status, fmt::format(format, std::forward<First>(first), std::forward<Rest>(rest)...)) {}

  Status status() const { return status_; }

 private:
  Status status_;
};

}  // namespace alinea
