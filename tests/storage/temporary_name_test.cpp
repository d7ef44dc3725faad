#include "storage/temporary_name.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "storage/atomic_file.h"
#include "storage/other_process.h"
#include "storage/staged_folder.h"
#include "storage/temporary_folder.h"

namespace alinea {
namespace {

namespace fs = std::filesystem;

// Runs `work` in a process of its own, which ends by the signal; what waitpid says of it.
template <typename Work>
int killed_by(int signal, const Work& work) {
  const pid_t child = fork();
  if (child == 0) {
    remove_temporaries_on_signals();
    work();
    std::raise(signal);
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return status;
}

TEST_CASE("a signal that ends the process takes temporary files and folders with it") {
  const int signal = GENERATE(SIGINT, SIGTERM, SIGHUP);
  const TemporaryFolder folder;
  folder.file("old", "old");
  fs::create_directory(folder.path() / "model");
  const int status = killed_by(signal, [&] {
    AtomicFile done(folder.path() / "done"), open(folder.path() / "old");
    done.stream() << "whole";
    done.commit();
    StagedFolder staged(folder.path() / "model");
    write_file(staged.path() / "file", "new");
    if (folder.file_count() != 5) _exit(1);  // with the two that are to go
    std::raise(signal);
  });
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == signal);
  CHECK(folder.file_count() == 3);
  CHECK(bytes_of(folder.path() / "old") == "old");
  CHECK(bytes_of(folder.path() / "done") == "whole");
  CHECK(fs::is_empty(folder.path() / "model"));
}

TEST_CASE("names are left behind once their process has ended") {
  OtherProcess other;
  const std::string name = fmt::format(".{}-7.tmp", other.number());
  CHECK_FALSE(is_left_behind(name));
  CHECK_FALSE(is_left_behind(".1-7.tmp"));  // which only the superuser may send signals
  other.end();
  CHECK(is_left_behind(name));
  CHECK(is_left_behind(temporary_name(7)));
  CHECK(is_left_behind(".0-7.tmp"));
  CHECK(is_left_behind(".99999999999999999999-7.tmp"));
  for (const char* mine : {".notes.tmp", ".12-.tmp", "12-7.tmp", ".12-7.tmp~", ".-1-7.tmp", ""})
    CHECK_FALSE(is_left_behind(mine));
}

TEST_CASE("a signal that is ignored goes on being ignored") {
  const int status = killed_by(SIGTERM, [] {
    std::signal(SIGTERM, SIG_IGN);
    remove_temporaries_on_signals();
  });
  // What was installed before the signal was ignored is gone with it.
  CHECK(WIFEXITED(status));
}

}  // namespace
}  // namespace alinea
