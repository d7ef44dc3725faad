#include "training/interruption.h"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <thread>

namespace alinea {
namespace {

constexpr std::chrono::milliseconds kLater{1100};  // no longer the same wish

// How a process ends that gets two signals, this far apart, while an Interruption lives.
int status_after(int first, int second, std::chrono::milliseconds between) {
  const pid_t child = fork();
  if (child == 0) {
    for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, SIG_DFL);
    const Interruption interruption;
    std::raise(first);
    if (!interruption.requested()) _exit(1);
    std::this_thread::sleep_for(between);
    std::raise(second);
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

TEST_CASE("the first signal is noted, a later one ends the process") {
  CHECK(status_after(SIGINT, SIGINT, kLater) == 128 + SIGINT);
  CHECK(status_after(SIGTERM, SIGTERM, kLater) == 128 + SIGTERM);
  CHECK(status_after(SIGINT, SIGTERM, kLater) == 128 + SIGTERM);
  CHECK(status_after(SIGTERM, SIGINT, kLater) == 128 + SIGINT);
}

TEST_CASE("signals that follow at once are the first, as of timeout, which sends two") {
  CHECK(status_after(SIGTERM, SIGTERM, {}) == 0);
  CHECK(status_after(SIGINT, SIGTERM, {}) == 0);
}

TEST_CASE("nothing is asked for at first, and again after a new beginning") {
  {
    const Interruption interruption;
    CHECK_FALSE(interruption.requested());
    std::raise(SIGINT);
    CHECK(interruption.requested());
  }
  const Interruption again;
  CHECK_FALSE(again.requested());
}

TEST_CASE("a process that ignores a signal goes on ignoring it") {
  const auto before = std::signal(SIGINT, SIG_IGN);
  {
    const Interruption interruption;
    std::raise(SIGINT);
    CHECK_FALSE(interruption.requested());
  }
  std::signal(SIGINT, before);
}

}  // namespace
}  // namespace alinea
