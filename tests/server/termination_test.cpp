#include "server/termination.h"

#include <catch2/catch.hpp>

namespace alinea {
namespace {

using namespace std::chrono_literals;

// What a signal does, while one lives.
class SignalAction {
 public:
  SignalAction(int signal, void (*handler)(int))
      : signal_(signal), before_(std::signal(signal, handler)) {}
  SignalAction(const SignalAction&) = delete;
  SignalAction& operator=(const SignalAction&) = delete;
  ~SignalAction() { std::signal(signal_, before_); }

 private:
  int signal_;
  void (*before_)(int);
};

TEST_CASE("SIGINT and SIGTERM are waited for") {
  const int signal = GENERATE(SIGINT, SIGTERM);
  const SignalAction action(signal, SIG_DFL);
  Termination termination;
  CHECK(!termination.wait(1ms));
  std::raise(signal);
  CHECK(termination.wait(10s));
}

TEST_CASE("a signal that was ignored from the start stays so, and the other one does not") {
  const int deaf = GENERATE(SIGINT, SIGTERM);
  const int heard = deaf == SIGINT ? SIGTERM : SIGINT;
  const SignalAction ignored(deaf, SIG_IGN), usual(heard, SIG_DFL);
  Termination termination;
  std::raise(deaf);
  REQUIRE(!termination.wait(1ms));
  std::raise(heard);
  CHECK(termination.wait(10s));
}

}  // namespace
}  // namespace alinea
