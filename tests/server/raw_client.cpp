#include "server/raw_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace alinea {

RawClient::RawClient(int64_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    close();
    throw std::runtime_error("cannot connect");
  }
}

bool RawClient::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

bool RawClient::receive_some(std::chrono::steady_clock::time_point until) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      until - std::chrono::steady_clock::now());
  pollfd descriptor = {socket_, POLLIN, 0};
  if (::poll(&descriptor, 1, static_cast<int>(std::max<int64_t>(left.count(), 0))) <= 0)
    return false;
  std::array<char, 65536> bytes{};
  const ssize_t count = ::recv(socket_, bytes.data(), bytes.size(), 0);
  if (count <= 0) return false;
  received_.append(bytes.data(), static_cast<size_t>(count));
  return true;
}

std::string RawClient::receive_all(std::chrono::milliseconds most) {
  const auto until = std::chrono::steady_clock::now() + most;
  while (receive_some(until)) {
  }
  return std::exchange(received_, {});
}

std::string RawClient::receive_answer(std::chrono::milliseconds most) {
  const auto until = std::chrono::steady_clock::now() + most;
  for (;;) {
    const size_t head = received_.find("\r\n\r\n");
    const size_t length = received_.find("Content-Length: ");
    if (head != std::string::npos && length < head) {
      const size_t size = head + 4 + std::strtoul(received_.c_str() + length + 16, nullptr, 10);
      if (received_.size() >= size) {
        const std::string answer = received_.substr(0, size);
        received_.erase(0, size);
        return answer;
      }
    }
    if (!receive_some(until)) return {};
  }
}

std::string RawClient::receive_until(std::string_view bytes, std::chrono::milliseconds most) {
  const auto until = std::chrono::steady_clock::now() + most;
  size_t found = received_.find(bytes);
  for (; found == std::string::npos && receive_some(until); found = received_.find(bytes)) {
  }
  if (found == std::string::npos) return std::exchange(received_, {});
  std::string received = received_.substr(0, found + bytes.size());
  received_.erase(0, received.size());
  return received;
}

void RawClient::close() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}

void RawClient::abort() {
  const linger at_once = {1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

std::string post(const std::string& path, const std::string& body, const std::string& type) {
  return "POST " + path + " HTTP/1.1\r\nHost: test\r\nContent-Type: " + type +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

int64_t status_of(const std::string& answer) {
  return answer.starts_with("HTTP/1.1 ") ? std::atoll(answer.c_str() + 9) : 0;
}

std::string body_of(const std::string& answer) {
  const size_t head = answer.find("\r\n\r\n");
  return head == std::string::npos ? std::string() : answer.substr(head + 4);
}

}  // namespace alinea
