#include "process.h"

#include <fcntl.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "support/error.h"

namespace alinea {

namespace {

// libgomp reads its environment in a constructor, as main is not there yet. It is the program that
// decides what it says: how many threads there are is up to --threads, and numbers must not depend
// on whether they are granted; see options/threads.h, which reads what is renamed here.
struct Setting {
  const char* name;     // with the =
  const char* renamed;  // nullptr: left out
};
constexpr Setting kOpenMp[] = {{"OMP_NUM_THREADS=", "ALINEA_OMP_NUM_THREADS="},
                               {"OMP_THREAD_LIMIT=", "ALINEA_OMP_THREAD_LIMIT="},
                               {"OMP_DYNAMIC=", nullptr},
                               {"OMP_NESTED=", nullptr},
                               {"OMP_MAX_ACTIVE_LEVELS=", nullptr},
                               {"OMP_STACKSIZE=", nullptr},
                               {"GOMP_STACKSIZE=", nullptr}};

// libgomp's threads spin for milliseconds while they wait for each other, which on a machine with
// other work costs a hundredfold.
constexpr std::string_view kSpinCount = "GOMP_SPINCOUNT=2000";

constexpr rlim_t kStack = 8 << 20;       // bytes, what Linux gives by default
constexpr rlim_t kLeastStack = 1 << 20;  // of each thread

// A file that is opened later would get the number of a descriptor that is closed, and with it what
// is printed. /dev/null takes its place, opened so that reads and writes go on failing.
void reserve_standard_descriptors() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(descriptor, F_GETFD) < 0 && errno == EBADF)
      ::open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

// True where the stack, and with it those of all threads, was too small and will be larger after
// the process has started over.
bool enlarge_stack() {
  rlimit stack{};
  if (::getrlimit(RLIMIT_STACK, &stack) != 0) return false;
  const rlim_t wanted = std::min(kStack, stack.rlim_max);
  if (stack.rlim_cur >= kLeastStack || stack.rlim_cur >= wanted) return false;
  stack.rlim_cur = wanted;
  return ::setrlimit(RLIMIT_STACK, &stack) == 0;
}

bool says_how_to_wait(std::string_view variable) {
  return variable.starts_with("OMP_WAIT_POLICY=") || variable.starts_with("GOMP_SPINCOUNT=");
}

// The environment as the runtime is to find it.
std::vector<std::string> settled(char** environment) {
  std::vector<std::string> variables;
  bool waits = false;
  for (; *environment != nullptr; ++environment) {
    const std::string_view variable = *environment;
    waits |= says_how_to_wait(variable);
    const auto* setting = std::ranges::find_if(
        kOpenMp, [&](const Setting& s) { return variable.starts_with(s.name); });
    if (setting == std::end(kOpenMp)) {
      variables.emplace_back(variable);
    } else if (setting->renamed != nullptr) {
      variables.push_back(setting->renamed +
                          std::string(variable.substr(std::strlen(setting->name))));
    }
  }
  if (!waits) variables.emplace_back(kSpinCount);
  return variables;
}

bool is_same(const std::vector<std::string>& variables, char** environment) {
  for (const std::string& variable : variables)
    if (*environment == nullptr || variable != *environment++) return false;
  return *environment == nullptr;
}

// By its own name, which is what ps shows. Returns where that cannot be done: the program goes on
// with what there is.
void start_over(char** argv, std::vector<std::string>& variables) {
  std::vector<char*> environment;
  environment.reserve(variables.size() + 1);
  for (std::string& variable : variables) environment.push_back(variable.data());
  environment.push_back(nullptr);
  // NOLINTNEXTLINE(performance-no-int-to-ptr): the kernel gives it as a number.
  const auto* const name = reinterpret_cast<const char*>(::getauxval(AT_EXECFN));
  if (name != nullptr) ::execve(name, argv, environment.data());
  ::execve("/proc/self/exe", argv, environment.data());
}

// What libgomp says of the settings that are left, such as OMP_PLACES, it says in its constructor
// and to standard error. A file in memory takes it, and check_process() passes it on.
int said = -1, standard_error = -1;

bool is_for_openmp(std::string_view variable) {
  return variable != kSpinCount && (variable.starts_with("OMP_") || variable.starts_with("GOMP_"));
}

void begin_listening() {
  said = ::memfd_create("said", MFD_CLOEXEC);
  standard_error = ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  if (said >= 0 && standard_error >= 0) ::dup2(said, STDERR_FILENO);
}

// Comes after the constructors of libraries and before those of the program.
[[gnu::constructor(101)]] void end_listening() {
  if (standard_error < 0) return;
  ::dup2(standard_error, STDERR_FILENO);
  ::close(standard_error);
}

std::string what_was_said() {
  std::string text;
  std::array<char, 4096> bytes{};
  if (said < 0) return text;
  for (ssize_t count = 0;
       (count = ::pread(said, bytes.data(), bytes.size(), std::ssize(text))) > 0;)
    text.append(bytes.data(), static_cast<size_t>(count));
  ::close(said);
  said = -1;
  return text;
}

void settle(int /*argc*/, char** argv, char** environment) {
  reserve_standard_descriptors();
  const bool has_larger_stack = enlarge_stack();
  std::vector<std::string> variables = settled(environment);
  if (has_larger_stack || !is_same(variables, environment)) start_over(argv, variables);
  if (std::ranges::any_of(variables, is_for_openmp)) begin_listening();
}

// What stands in this section is called before any constructor, those of libgomp included.
[[gnu::section(".preinit_array"), gnu::used]] constexpr auto* kBeforeAll = settle;

}  // namespace

void check_process() {
  constexpr std::string_view kLibrary = "libgomp: ";
  std::istringstream text(what_was_said());
  for (std::string line; std::getline(text, line);) {
    if (line.starts_with(kLibrary)) line.replace(0, kLibrary.size(), "warning: OpenMP: ");
    if (!line.empty()) std::cerr << line << '\n';
  }
  rlimit stack{};
  if (::getrlimit(RLIMIT_STACK, &stack) == 0 && stack.rlim_cur < kLeastStack)
    throw Error("expected a stack of at least {} kilobytes, got {}: raise it with ulimit -s",
                kLeastStack >> 10, stack.rlim_cur >> 10);
}

}  // namespace alinea
