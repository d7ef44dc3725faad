#include "text/standard_input.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "storage/descriptor.h"
#include "storage/input.h"
#include "support/error.h"

namespace alinea {

namespace {

// Longer than a program takes from one block of output to the next, too short to be noticed.
constexpr int kMoment = 20;  // milliseconds
constexpr int kPause = 500;

// Waits for it. True also where a read would fail or find the end: it says so itself.
bool has_something(int milliseconds) {
  pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  return poll(&input, 1, milliseconds) != 0;
}

}  // namespace

StandardInput::StandardInput(std::function<void()> on_idle, Idle idle)
    : on_idle_(std::move(on_idle)), idle_(idle) {
  claim_standard_input();
}

StandardInput::int_type StandardInput::underflow() {
  for (int wait = kMoment; !has_something(wait); wait = kPause) {
    on_idle_();
    if (idle_ == Idle::kOnce) break;
  }
  const ssize_t count = read_some(STDIN_FILENO, buffer_.data(), buffer_.size());
  if (count < 0)
    throw Error("cannot read standard input: {}", std::generic_category().message(errno));
  if (count == 0) return traits_type::eof();
  setg(buffer_.data(), buffer_.data(), buffer_.data() + count);
  return traits_type::to_int_type(buffer_[0]);
}

}  // namespace alinea
