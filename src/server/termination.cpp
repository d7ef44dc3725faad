#include "server/termination.h"

#include <pthread.h>

#include <ctime>

namespace alinea {

Termination::Termination() {
  sigemptyset(&signals_);
  for (const int signal : {SIGINT, SIGTERM}) {
    // Linux queues a blocked signal that is ignored, too.
    struct sigaction action {};
    if (sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN) continue;
    sigaddset(&signals_, signal);
  }
  pthread_sigmask(SIG_BLOCK, &signals_, &before_);
}

Termination::~Termination() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

bool Termination::wait(std::chrono::milliseconds time) {
  const timespec most = {.tv_sec = time.count() / 1000,
                         .tv_nsec = (time.count() % 1000) * 1'000'000};
  if (sigtimedwait(&signals_, nullptr, &most) < 0) return false;
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  return true;
}

}  // namespace alinea
