#include "support/program_output.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <optional>
#include <system_error>

#include "support/counted.h"
#include "support/error.h"

namespace alinea {

namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kMostBytes = 1 << 20;
constexpr std::chrono::milliseconds kTick(20);  // between two looks at whether it has ended

std::string reason(int error) { return std::generic_category().message(error); }

class Pipe {
 public:
  Pipe() {
    if (::pipe2(ends_, O_CLOEXEC) != 0) throw Error("cannot make a pipe: {}", reason(errno));
    ::fcntl(ends_[0], F_SETFL, O_NONBLOCK);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    ::close(ends_[0]);
    close_writer();
  }

  int reader() const { return ends_[0]; }
  int writer() const { return ends_[1]; }
  void close_writer() {
    if (ends_[1] >= 0) ::close(ends_[1]);
    ends_[1] = -1;
  }

 private:
  int ends_[2] = {-1, -1};
};

// How the process begins: in a group of its own, so that all of it can be killed, with no signal
// blocked, and ended by writing to a closed pipe as usual.
class Spawning {
 public:
  explicit Spawning(int output) {
    posix_spawn_file_actions_init(&files_);
    posix_spawn_file_actions_addopen(&files_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files_, output, STDOUT_FILENO);
    posix_spawnattr_init(&attributes_);
    sigset_t signals;
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes_, &signals);
    sigaddset(&signals, SIGPIPE);
    posix_spawnattr_setsigdefault(&attributes_, &signals);
    posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  Spawning(const Spawning&) = delete;
  Spawning& operator=(const Spawning&) = delete;
  ~Spawning() {
    posix_spawn_file_actions_destroy(&files_);
    posix_spawnattr_destroy(&attributes_);
  }

  pid_t start(const std::filesystem::path& program, const std::vector<std::string>& arguments) {
    std::vector<std::string> words = {program.string()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> pointers;
    pointers.reserve(words.size() + 1);
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    pid_t process = 0;
    const int error =
        ::posix_spawn(&process, program.c_str(), &files_, &attributes_, pointers.data(), environ);
    if (error != 0) throw Error("cannot run '{}': {}", program.string(), reason(error));
    return process;
  }

 private:
  posix_spawn_file_actions_t files_;
  posix_spawnattr_t attributes_;
};

// A process that is waited for, or killed with all that it started.
class Process {
 public:
  explicit Process(pid_t id) : id_(id) {}
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process() {
    if (status_) return;
    ::kill(-id_, SIGKILL);
    while (::waitpid(id_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }

  // As waitpid has it; nothing while the process lives.
  std::optional<int> status() {
    int status = 0;
    if (!status_ && ::waitpid(id_, &status, WNOHANG) == id_) status_ = status;
    return status_;
  }

 private:
  pid_t id_;
  std::optional<int> status_;
};

// Takes what is there; false where nobody can write any more.
bool read_available(int file, std::string& output) {
  char buffer[4096];
  for (;;) {
    const ssize_t got = ::read(file, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return got < 0;
    output.append(buffer, std::min(static_cast<size_t>(got), kMostBytes - output.size()));
  }
}

void check_status(const std::filesystem::path& program, int status) {
  if (WIFSIGNALED(status))
    throw Error("'{}' was ended by signal {}", program.string(), WTERMSIG(status));
  if (WEXITSTATUS(status) != 0)
    throw Error("'{}' ended with status {}", program.string(), WEXITSTATUS(status));
}

}  // namespace

void check_program(const std::filesystem::path& program) {
  std::error_code error;
  if (!std::filesystem::exists(program, error))
    throw Error("cannot run '{}': there is no such file", program.string());
  if (!std::filesystem::is_regular_file(program, error) || ::access(program.c_str(), X_OK) != 0)
    throw Error("cannot run '{}': it is not an executable file; see chmod +x", program.string());
}

std::string program_output(const std::filesystem::path& program,
                           const std::vector<std::string>& arguments,
                           std::chrono::milliseconds timeout) {
  const Clock::time_point end = Clock::now() + timeout;
  Pipe pipe;
  Process process(Spawning(pipe.writer()).start(program, arguments));
  pipe.close_writer();
  std::string output;
  bool is_open = true;
  while (!process.status()) {
    if (Clock::now() > end)
      throw Error("'{}' was killed because it took longer than {}", program.string(),
                  counted(std::chrono::duration<double>(timeout).count(), "second"));
    pollfd wait = {is_open ? pipe.reader() : -1, POLLIN, 0};
    ::poll(&wait, 1, static_cast<int>(kTick.count()));
    if (is_open) is_open = read_available(pipe.reader(), output);
  }
  if (is_open) read_available(pipe.reader(), output);
  check_status(program, *process.status());
  return output;
}

}  // namespace alinea
