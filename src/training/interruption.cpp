#include "training/interruption.h"

#include <atomic>
#include <ctime>
#include <iterator>

namespace alinea {

namespace {

constexpr size_t kStackBytes = 65536;  // some processors have kilobytes of registers to save
constexpr int kSignals[] = {SIGINT, SIGTERM};
// timeout and shells signal a process and then its group, which is one wish.
constexpr int64_t kOneWishMilliseconds = 1000;

std::atomic<int64_t> signalled_at = 0;  // milliseconds; 0: not
static_assert(std::atomic<int64_t>::is_always_lock_free);
struct sigaction previous_actions[std::size(kSignals)];

// A process that was started deaf to a signal, as under nohup, stays so.
bool is_deaf(size_t i) { return previous_actions[i].sa_handler == SIG_IGN; }

// Of those that a signal handler may ask.
int64_t milliseconds_now() {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return int64_t{1000} * now.tv_sec + now.tv_nsec / 1'000'000 + 1;
}

void note(int signal) {
  const int64_t now = milliseconds_now();
  int64_t first = 0;
  if (signalled_at.compare_exchange_strong(first, now)) return;
  if (now - first < kOneWishMilliseconds) return;
  std::signal(signal, SIG_DFL);
  std::raise(signal);  // delivered when this handler returns
}

}  // namespace

Interruption::Interruption() : stack_(kStackBytes) {
  signalled_at = 0;
  stack_t stack = {};
  stack.ss_sp = stack_.data();
  stack.ss_size = stack_.size();
  sigaltstack(&stack, &stack_before_);
  struct sigaction action = {};
  action.sa_handler = note;
  action.sa_flags = SA_RESTART | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  for (size_t i = 0; i < std::size(kSignals); ++i) {
    sigaction(kSignals[i], nullptr, &previous_actions[i]);
    if (!is_deaf(i)) sigaction(kSignals[i], &action, nullptr);
  }
}

Interruption::~Interruption() {
  for (size_t i = 0; i < std::size(kSignals); ++i)
    sigaction(kSignals[i], &previous_actions[i], nullptr);
  sigaltstack(&stack_before_, nullptr);
}

bool Interruption::requested() const { return signalled_at != 0; }

}  // namespace alinea
