#include "server/connection.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace alinea {

namespace {

thread_local Connection* served = nullptr;

int milliseconds_until(std::chrono::steady_clock::time_point until) {
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
  return static_cast<int>(std::max<int64_t>(left.count(), 0));
}

// As poll, whatever signals come.
int poll_for(pollfd* descriptors, nfds_t count, std::chrono::steady_clock::time_point until) {
  for (;;) {
    const int ready = ::poll(descriptors, count, milliseconds_until(until));
    if (ready >= 0 || errno != EINTR) return ready;
  }
}

}  // namespace

Connection::Connection(socket_t socket, const ConnectionLimits& limits)
    : socket_(socket), limits_(limits) {
  served = this;
}

Connection::~Connection() {
  linger();
  ::close(socket_);
  served = nullptr;
}

Connection* Connection::current() { return served; }

bool Connection::await_request(int wake) {
  if (begin_ == end_) {
    const auto until = Clock::now() + limits_.idle;
    pollfd descriptors[] = {{socket_, POLLIN, 0}, {wake, POLLIN, 0}};
    if (poll_for(descriptors, std::size(descriptors), until) <= 0) return false;
    // A request that came before the end is answered yet.
    if (descriptors[0].revents == 0) return false;
  }
  receive_until_ = Clock::now() + limits_.receive;
  bytes_left_ = limits_.bytes;
  begin_answer();  // the library may answer before the request is read
  return begin_ < end_ || fill();
}

bool Connection::has_gone() const {
  pollfd descriptor = {socket_, POLLRDHUP, 0};
  return poll_for(&descriptor, 1, Clock::now()) > 0;
}

bool Connection::wait_for(short events, Clock::time_point until) const {
  pollfd descriptor = {socket_, events, 0};
  return poll_for(&descriptor, 1, until) > 0;
}

bool Connection::is_readable() const { return begin_ < end_ || wait_for(POLLIN, receive_until_); }

bool Connection::is_writable() const { return wait_for(POLLOUT, send_until_); }

// Receives what there is, at least a byte.
bool Connection::fill() {
  if (!wait_for(POLLIN, receive_until_)) return false;
  ssize_t count = 0;
  do {
    count = ::recv(socket_, buffer_.data(), buffer_.size(), 0);
  } while (count < 0 && errno == EINTR);
  if (count <= 0) return false;
  begin_ = 0;
  end_ = static_cast<size_t>(count);
  return true;
}

ssize_t Connection::read(char* to, size_t size) {
  // However slowly they come, one by one.
  if (Clock::now() > receive_until_) return -1;
  if (begin_ == end_ && !fill()) return -1;
  const size_t count = std::min({size, end_ - begin_, bytes_left_});
  if (count == 0) return -1;
  std::memcpy(to, buffer_.data() + begin_, count);
  begin_ += count;
  bytes_left_ -= count;
  return static_cast<ssize_t>(count);
}

ssize_t Connection::write(const char* from, size_t size) {
  for (;;) {
    if (Clock::now() > send_until_ || !is_writable()) return -1;
    const ssize_t count = ::send(socket_, from, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count >= 0) return count;
    if (errno != EINTR && errno != EAGAIN) return -1;
  }
}

// A socket that is closed with bytes unread resets the connection, and the client may lose the
// answer: what is on its way is read first, for a moment.
void Connection::linger() {
  constexpr std::chrono::milliseconds kMoment{200};
  constexpr size_t kMost = size_t{1} << 20;  // bytes
  ::shutdown(socket_, SHUT_WR);
  if (!ends_) return;
  const auto until = Clock::now() + kMoment;
  for (size_t total = 0; total < kMost && wait_for(POLLIN, until);) {
    const ssize_t count = ::recv(socket_, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (count <= 0) return;
    total += static_cast<size_t>(count);
  }
}

// Nobody asks.
void Connection::get_remote_ip_and_port(std::string& /*ip*/, int& /*port*/) const {}
void Connection::get_local_ip_and_port(std::string& /*ip*/, int& /*port*/) const {}

}  // namespace alinea
