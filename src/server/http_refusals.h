// What of HTTP is not answered, as its head says.
#pragma once

#include <httplib.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "server/http_message.h"

namespace alinea {

struct Refusal {
  Status status;
  std::string message;
};

// Nothing where one of the routes answers the request, with a body of at most so many bytes.
std::optional<Refusal> refusal_of(const httplib::Request& request, std::span<const Route> routes,
                                  int64_t body_size);

}  // namespace alinea
