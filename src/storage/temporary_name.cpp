#include "storage/temporary_name.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <climits>
#include <csignal>
#include <cstring>
#include <regex>
#include <string>
#include <system_error>
#include <utility>

namespace alinea {

namespace {

namespace fs = std::filesystem;

// A signal handler may neither take locks nor memory, so that the names have fixed places.
struct Slot {
  enum State : int { kFree, kFilling, kInUse };
  std::atomic<int> state{kFree};
  std::array<char, PATH_MAX> name{};
};
constexpr int kSlots = 32;
std::array<Slot, kSlots> slots;
static_assert(std::atomic<int>::is_always_lock_free);

int take_slot(const std::string& name) {
  if (name.size() >= PATH_MAX) return -1;
  for (int i = 0; i < kSlots; ++i) {
    int free = Slot::kFree;
    if (!slots[i].state.compare_exchange_strong(free, Slot::kFilling)) continue;
    std::memcpy(slots[i].name.data(), name.c_str(), name.size() + 1);
    slots[i].state.store(Slot::kInUse);
    return i;
  }
  return -1;
}

// What getdents64 fills its buffer with (man 2 getdents).
struct Entry {
  uint64_t inode;
  int64_t offset;
  uint16_t bytes;
  unsigned char type;
};
constexpr size_t kNameOffset = 19;

// opendir would take memory.
void remove_files_in(int folder) {
  alignas(Entry) static std::array<char, 4096> buffer;
  for (long filled = 0;
       (filled = syscall(SYS_getdents64, folder, buffer.data(), buffer.size())) > 0;) {
    for (long at = 0; at < filled;) {
      Entry entry{};
      std::memcpy(&entry, buffer.data() + at, sizeof entry);
      unlinkat(folder, buffer.data() + at + kNameOffset, 0);
      at += entry.bytes;
    }
  }
}

void remove_named(const char* name) {
  if (unlink(name) == 0) return;
  const int folder = open(name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (folder < 0) return;
  remove_files_in(folder);
  close(folder);
  rmdir(name);
}

// Raised again, the signal ends the process as if nobody had caught it.
void remove_all(int signal) {
  for (const Slot& slot : slots)
    if (slot.state.load() == Slot::kInUse) remove_named(slot.name.data());
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

// Another user's process cannot be signalled, but it runs.
bool runs(pid_t process) { return ::kill(process, 0) == 0 || errno == EPERM; }

}  // namespace

std::string temporary_name(int number) { return fmt::format(".{}-{}.tmp", ::getpid(), number); }

bool is_left_behind(const std::string& name) {
  static const std::regex temporary(R"(\.(\d+)-\d+\.tmp)");
  std::smatch parts;
  if (!std::regex_match(name, parts, temporary)) return false;
  const std::string digits = parts[1];
  pid_t process = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), process);
  // 0 would ask for the group of this process; no process has a number that is too large.
  return error != std::errc() || process == 0 || process == ::getpid() || !runs(process);
}

TemporaryName::TemporaryName(const fs::path& path) {
  std::error_code error;
  slot_ = take_slot(fs::absolute(path, error).string());
}

TemporaryName::TemporaryName(TemporaryName&& other) noexcept
    : slot_(std::exchange(other.slot_, -1)) {}

TemporaryName& TemporaryName::operator=(TemporaryName&& other) noexcept {
  std::swap(slot_, other.slot_);
  return *this;
}

TemporaryName::~TemporaryName() {
  if (slot_ >= 0) slots[slot_].state.store(Slot::kFree);
}

void remove_temporaries_on_signals() {
  for (const int signal : {SIGHUP, SIGINT, SIGTERM}) {
    struct sigaction action = {};
    sigaction(signal, nullptr, &action);
    if (action.sa_handler == SIG_IGN) continue;
    action.sa_handler = remove_all;
    action.sa_flags = 0;
    sigaction(signal, &action, nullptr);
  }
}

}  // namespace alinea
