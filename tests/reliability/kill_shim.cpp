// Loaded before the program by LD_PRELOAD: kills it with SIGKILL in the middle of a chosen
// operation on a file in a chosen folder. From the environment:
//
//   KILL_FOLDER   the folder
//   KILL_WHAT     the operation and the kind of file, "write checkpoint"; see operation() below
//   KILL_AT       which of these operations, from 1
//   KILL_AFTER    "1": once it is done; otherwise before, a write with half of its bytes written
//   KILL_REPORT   file that gets KILL_WHAT as a line when it has come to that
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <climits>
#include <csignal>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return value == nullptr ? "" : value;
}

struct Order {
  std::string folder = variable("KILL_FOLDER"), what = variable("KILL_WHAT");
  std::string report = variable("KILL_REPORT");
  int left = std::atoi(variable("KILL_AT").c_str());
  bool after = variable("KILL_AFTER") == "1";
};

Order& order() {
  static Order given;
  return given;
}

std::map<int, std::string>& kinds() {
  static std::map<int, std::string> by_file;
  return by_file;
}

template <typename Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

std::string path_of(int file) {
  char path[PATH_MAX];
  const ssize_t length =
      readlink(("/proc/self/fd/" + std::to_string(file)).c_str(), path, sizeof path);
  return length < 0 ? "" : std::string(path, static_cast<size_t>(length));
}

bool is_ours(std::string_view path) {
  return !order().folder.empty() && path.starts_with(order().folder);
}

// What a file that has only a temporary name is going to be, by how it begins.
std::string kind_of(std::string_view begin) {
  if (begin.find("alinea training checkpoint") != std::string_view::npos) return "checkpoint";
  if (begin.find("__metadata__") != std::string_view::npos) return "parameters";
  if (begin.starts_with("update,")) return "log";
  return "description";
}

std::string kind_of_name(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  if (name.starts_with("checkpoint-")) return "checkpoint";
  if (name.ends_with(".safetensors")) return "parameters";
  return name == "training.csv" ? "log" : "description";
}

[[noreturn]] void die() {
  const std::string line = order().what + "\n";
  const int file = open(order().report.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
  syscall(SYS_write, file, line.data(), line.size());
  kill(getpid(), SIGKILL);
  while (true) pause();
}

// True where this is the operation to die in.
bool is_due(const std::string& operation) {
  return operation == order().what && --order().left == 0;
}

std::string write_operation(int file, std::string_view bytes) {
  const std::string path = path_of(file);
  if (!is_ours(path)) return "";
  if (kind_of_name(path) == "log") return "append log";
  if (lseek(file, 0, SEEK_CUR) == 0) kinds()[file] = kind_of(bytes);
  return "write " + kinds()[file];
}

}  // namespace

extern "C" {

ssize_t write(int file, const void* bytes, size_t count) {
  const auto real = next<ssize_t (*)(int, const void*, size_t)>("write");
  const std::string_view text(static_cast<const char*>(bytes), count);
  if (!is_due(write_operation(file, text))) return real(file, bytes, count);
  real(file, bytes, order().after ? count : count / 2);
  die();
}

// Its parts are few, and half of them is the half of it.
ssize_t writev(int file, const iovec* parts, int count) {
  const auto real = next<ssize_t (*)(int, const iovec*, int)>("writev");
  std::string text;
  for (const iovec* part = parts; part != parts + count; ++part)
    text.append(static_cast<const char*>(part->iov_base), part->iov_len);
  if (!is_due(write_operation(file, text))) return real(file, parts, count);
  real(file, parts, order().after ? count : count / 2);
  die();
}

int fsync(int file) {
  const auto real = next<int (*)(int)>("fsync");
  const std::string path = path_of(file);
  const bool is_folder = path == order().folder;
  const std::string kind = kind_of_name(path) == "log" ? "log" : "file";
  if (!is_ours(path) || !is_due("fsync " + (is_folder ? "folder" : kind))) return real(file);
  if (order().after) real(file);
  die();
}

int rename(const char* from, const char* to) {
  const auto real = next<int (*)(const char*, const char*)>("rename");
  if (!is_ours(to) || !is_due("rename " + kind_of_name(to))) return real(from, to);
  if (order().after) real(from, to);
  die();
}

int remove(const char* path) {
  const auto real = next<int (*)(const char*)>("remove");
  if (!is_ours(path) || !is_due("remove " + kind_of_name(path))) return real(path);
  if (order().after) real(path);
  die();
}

}  // extern "C"
