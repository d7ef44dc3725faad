#include "storage/file_lock.h"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "storage/temporary_folder.h"
#include "support/error.h"

namespace alinea {
namespace {

TEST_CASE("one at a time holds a lock") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "lock";
  {
    const auto lock = FileLock::take(path);
    CHECK(lock);
    CHECK_FALSE(FileLock::take(path));
  }
  auto again = FileLock::take(path);
  CHECK(again);
  auto moved = std::move(again);
  CHECK_FALSE(FileLock::take(path));
  moved.reset();
  CHECK(FileLock::take(path));
  CHECK_THROWS_WITH(FileLock::take(folder.path() / "none" / "lock"), Catch::Contains("none/lock"));
}

TEST_CASE("a process that was killed holds no lock") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "lock";
  int ready[2];
  REQUIRE(pipe(ready) == 0);
  const pid_t child = fork();
  if (child == 0) {
    const auto lock = FileLock::take(path);
    if (write(ready[1], lock ? "y" : "n", 1) != 1) _exit(1);
    while (true) pause();
  }
  char answer = 0;
  REQUIRE(read(ready[0], &answer, 1) == 1);
  CHECK(answer == 'y');
  CHECK_FALSE(FileLock::take(path));
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  CHECK(FileLock::take(path));
  close(ready[0]);
  close(ready[1]);
}

}  // namespace
}  // namespace alinea
