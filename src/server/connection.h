// A connection to a client that may be slow, silent or hostile: what it sends for a request must
// arrive within a time and a number of bytes, however it is cut, and what it is sent must be taken
// within a time.
#pragma once

#include <httplib.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <string>

namespace alinea {

struct ConnectionLimits {
  std::chrono::milliseconds receive{10'000};  // a whole request
  std::chrono::milliseconds send{10'000};     // a whole answer
  std::chrono::milliseconds idle{60'000};     // between two requests
  size_t bytes = size_t{1} << 20;             // of a request, its head counted
};

class Connection final : public httplib::Stream {
 public:
  // Closes the socket in the end.
  Connection(socket_t socket, const ConnectionLimits& limits);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() override;

  // The one that the calling thread serves.
  static Connection* current();

  // Waits for the first byte of a request; false where none comes in time, the client has gone, or
  // `wake`, a descriptor, becomes readable. From that byte on the limits count.
  bool await_request(int wake);

  // The client has closed its side. A request that waits for its answer then waits for nobody.
  bool has_gone() const;

  // From now on the time for the answer counts.
  void begin_answer() { send_until_ = Clock::now() + limits_.send; }

  // What is left of the request stays unread, so that no other can follow.
  void end_after_answer() { ends_ = true; }
  bool ends() const { return ends_; }

  // When the first byte of the request came.
  std::chrono::steady_clock::time_point begin() const { return receive_until_ - limits_.receive; }

  bool is_readable() const override;
  bool is_writable() const override;
  ssize_t read(char* to, size_t size) override;
  ssize_t write(const char* from, size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  socket_t socket() const override { return socket_; }
  // Of newer versions of the library.
  // NOLINTBEGIN(modernize-use-override)
  bool wait_readable() const { return is_readable(); }
  bool wait_writable() const { return is_writable(); }
  time_t duration() const { return 0; }
  // NOLINTEND(modernize-use-override)

 private:
  using Clock = std::chrono::steady_clock;
  bool wait_for(short events, Clock::time_point until) const;
  bool fill();
  void linger();

  socket_t socket_;
  ConnectionLimits limits_;
  std::array<char, 4096> buffer_{};
  size_t begin_ = 0, end_ = 0;  // of what was received and not yet read
  size_t bytes_left_ = 0;
  Clock::time_point receive_until_, send_until_;
  bool ends_ = false;
};

}  // namespace alinea
