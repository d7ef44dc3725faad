#include "training/interruption.h"

#include <iterator>

namespace alinea {

namespace {

constexpr size_t kStackBytes = 65536;  // some processors have kilobytes of registers to save
constexpr int kSignals[] = {SIGINT, SIGTERM};

volatile std::sig_atomic_t signalled = 0;
struct sigaction previous_actions[std::size(kSignals)];

// A process that was started deaf to a signal, as under nohup, stays so.
bool is_deaf(size_t i) { return previous_actions[i].sa_handler == SIG_IGN; }

void note(int /*signal*/) {
  signalled = 1;
  for (size_t i = 0; i < std::size(kSignals); ++i)
    if (!is_deaf(i)) std::signal(kSignals[i], SIG_DFL);
}

}  // namespace

Interruption::Interruption() : stack_(kStackBytes) {
  signalled = 0;
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

bool Interruption::requested() const { return signalled != 0; }

}  // namespace alinea
