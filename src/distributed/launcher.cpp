#include "distributed/launcher.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <string>
#include <string_view>

namespace alinea {

namespace {

constexpr std::string_view kLaunchers[] = {"mpirun", "mpiexec", "orterun", "orted"};

bool is_launcher(pid_t process) {
  std::ifstream file(fmt::format("/proc/{}/comm", process));
  std::string name;
  std::getline(file, name);
  return std::ranges::any_of(kLaunchers,
                             [&](std::string_view known) { return name.starts_with(known); });
}

pid_t parent_of(pid_t process) {
  std::ifstream file(fmt::format("/proc/{}/status", process));
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("PPid:")) return std::stoi(line.substr(5));
  return 0;
}

// There may be a shell or a debugger between it and this process.
pid_t find_launcher() {
  constexpr int kMostBetween = 5;
  pid_t process = getppid();
  for (int i = 0; i < kMostBetween && process > 1; ++i, process = parent_of(process))
    if (is_launcher(process)) return process;
  return 0;
}

}  // namespace

// What the process that is left behind calls is safe after a fork, but for the look at the name.
void end_launcher_after(int seconds) {
  const pid_t launcher = find_launcher();
  if (launcher == 0 || fork() != 0) return;
  setsid();
  for (int file = 0; file < sysconf(_SC_OPEN_MAX) && file < 4096; ++file) close(file);
  for (int i = 0; i < 10 * seconds && kill(launcher, 0) == 0; ++i) usleep(100'000);
  if (is_launcher(launcher)) kill(launcher, SIGKILL);
  _exit(0);
}

}  // namespace alinea
