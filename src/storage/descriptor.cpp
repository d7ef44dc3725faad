#include "storage/descriptor.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace alinea {

namespace {

// True where a call that failed has to be made again, once the descriptor is ready.
bool again(int descriptor, short events) {
  if (errno == EINTR) return true;
  if (errno != EAGAIN && errno != EWOULDBLOCK) return false;
  pollfd waiting{.fd = descriptor, .events = events, .revents = 0};
  return ::poll(&waiting, 1, /*timeout=*/-1) >= 0 || errno == EINTR;
}

}  // namespace

Descriptor::Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(number_, other.number_);
  return *this;
}

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

ssize_t read_some(int descriptor, char* bytes, size_t count) {
  for (;;) {
    const ssize_t read = ::read(descriptor, bytes, count);
    if (read >= 0 || !again(descriptor, POLLIN)) return read;
  }
}

int write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<size_t>(written));
    } else if (!again(descriptor, POLLOUT)) {
      return errno;
    }
  }
  return 0;
}

}  // namespace alinea
