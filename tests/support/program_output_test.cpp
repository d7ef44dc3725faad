#include "support/program_output.h"

#include <catch2/catch.hpp>
#include <csignal>

#include "storage/temporary_folder.h"
#include "support/error.h"

namespace alinea {

namespace {

using std::chrono::milliseconds;
constexpr milliseconds kLong(60000);

std::string shell(const std::string& commands, milliseconds timeout = kLong) {
  return program_output("/bin/sh", {"-c", commands}, timeout);
}

}  // namespace

TEST_CASE("what a program prints comes back") {
  CHECK(program_output("/bin/echo", {"a b", "c"}, kLong) == "a b c\n");
  CHECK(shell("cat; echo empty input").starts_with("empty"));
  CHECK(shell("head -c 3000000 /dev/zero").size() == 1 << 20);
}

TEST_CASE("a program that hangs is killed with what it started") {
  const TemporaryFolder folder;
  const std::string file = folder.path() / "process";
  const auto begin = std::chrono::steady_clock::now();
  CHECK_THROWS_WITH(shell("sleep 60 & echo $! > " + file + "; wait", milliseconds(300)),
                    Catch::Contains("longer than 0.3 seconds"));
  CHECK_THROWS_AS(shell("exec >&-; sleep 60", milliseconds(300)), Error);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(30));
  // Its parent is gone, so that nobody here can wait for it: it ends as soon as init looks.
  const pid_t sleeper = std::stoi(bytes_of(file));
  for (int tries = 0; ::kill(sleeper, 0) == 0 && tries < 100; ++tries) {
    const std::string status = bytes_of("/proc/" + std::to_string(sleeper) + "/stat");
    if (status.find(") Z") != std::string::npos) break;
    ::usleep(20000);
    CHECK(tries < 99);
  }
}

TEST_CASE("a program that outlives its output is waited for, not what it leaves behind") {
  CHECK(shell("exec 3>&1; echo first; exec >&-; sleep 0.1; echo second >&3") == "first\nsecond\n");
  const auto begin = std::chrono::steady_clock::now();
  CHECK(shell("sleep 30 & echo done") == "done\n");
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(20));
}

TEST_CASE("what cannot be run is refused") {
  const TemporaryFolder folder;
  const std::filesystem::path plain = folder.file("plain", "");
  CHECK_THROWS_WITH(check_program(folder.path() / "none"), Catch::Contains("no such file"));
  CHECK_THROWS_WITH(check_program(folder.path()), Catch::Contains("not an executable"));
  CHECK_THROWS_WITH(check_program(plain), Catch::Contains("chmod"));
  CHECK_THROWS_WITH(program_output(plain, {}, kLong), Catch::Contains("cannot run"));
  CHECK_NOTHROW(check_program("/bin/sh"));
}

}  // namespace alinea
