// HTTP/1.1 over TCP: routes, connections and their limits.
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

#include "server/http_message.h"

namespace alinea {

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

// As addresses have them: "[::1]:8080" (RFC 3986, section 3.2).
std::string authority_of(const std::string& host, int64_t port);

class HttpServer {
 public:
  HttpServer(HttpOptions options, std::vector<Route> routes, AnswerObserver observe);
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
