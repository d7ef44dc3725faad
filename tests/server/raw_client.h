// A client that sends what bytes it is told, when it is told.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace alinea {

class RawClient {
 public:
  explicit RawClient(int64_t port);
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  ~RawClient() { close(); }

  // False where the other side has closed.
  bool send(std::string_view bytes) const;
  // All that comes until the other side closes, or the time is over.
  std::string receive_all(std::chrono::milliseconds most = std::chrono::seconds(30));
  // One answer, by its Content-Length; empty where none comes in time.
  std::string receive_answer(std::chrono::milliseconds most = std::chrono::seconds(30));
  // What comes up to these bytes, with them, or what came where they do not come in time.
  std::string receive_until(std::string_view bytes,
                            std::chrono::milliseconds most = std::chrono::seconds(30));
  void close();
  // Resets the connection.
  void abort();

 private:
  bool receive_some(std::chrono::steady_clock::time_point until);
  int socket_ = -1;
  std::string received_;
};

// A request with a body.
std::string post(const std::string& path, const std::string& body,
                 const std::string& type = "application/json");

int64_t status_of(const std::string& answer);
std::string body_of(const std::string& answer);

}  // namespace alinea
