// What of HTTP is not answered, as its head says.
#pragma once

#include <httplib.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "server/http_message.h"

namespace alinea {

// Whether a body may follow that nobody reads: bodies of POST alone are read. What is left on the
// connection would be taken for the next request.
bool has_unread_body(const httplib::Request& request);

struct Refusal {
  Status status;
  std::string message;
};

// Nothing where one of the routes answers the request, with a body of at most so many bytes.
std::optional<Refusal> refusal_of(const httplib::Request& request, std::span<const Route> routes,
                                  int64_t body_size);

}  // namespace alinea
