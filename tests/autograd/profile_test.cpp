#include "autograd/profile.h"

#include <catch2/catch.hpp>
#include <thread>

#include "autograd/tape.h"

namespace alinea {
namespace {

TEST_CASE("a profile has a row an operation, the longest first") {
  Profile profile;
  CHECK(profile.table().empty());
  profile.add("short", Direction::kForward, 0.25);
  profile.add("long", Direction::kForward, 0.5);
  profile.add("long", Direction::kForward, 0.125);
  profile.add("long", Direction::kBackward, 0.125);
  CHECK(profile.table() ==
        "operation                    calls    forward ms   backward ms   share\n"
        "long                             2         625.0         125.0   75.0%\n"
        "short                            1         250.0           0.0   25.0%\n");
}

TEST_CASE("profiles add up row by row") {
  Profile one, other;
  one.add("both", Direction::kForward, 0.25);
  other.add("theirs", Direction::kBackward, 0.5);
  other.add("both", Direction::kForward, 0.125);
  one.add(other);
  CHECK(one.table() ==
        "operation                    calls    forward ms   backward ms   share\n"
        "theirs                           0           0.0         500.0   57.1%\n"
        "both                             2         375.0           0.0   42.9%\n");
}

TEST_CASE("a tape tells its profile about both ways of every operation") {
  Arena arena;
  Profile profile;
  const auto wait = [] { std::this_thread::sleep_for(std::chrono::milliseconds(20)); };
  {
    Tape tape(arena, Tape::Mode::kTraining, nullptr, &profile);
    float one = 1;
    const Variable x = tape.input({&one, {1}});
    const Variable y = tape.result({1}, {x});
    {
      const OperationTimer timer(tape, "slow back");
      tape.record([=] { wait(); });
    }
    {
      const OperationTimer timer(tape, "slow forward");
      wait();
      tape.record([] {});
    }
    tape.backward(y);
  }
  const std::string table = profile.table();
  CHECK(table.find("slow forward") != std::string::npos);
  // The other order would mean that a way back was booked on the wrong operation.
  const std::string back = table.substr(table.find("slow back"));
  CHECK(std::stod(back.substr(34, 14)) < 10);
  CHECK(std::stod(back.substr(48, 14)) >= 20);
}

}  // namespace
}  // namespace alinea
