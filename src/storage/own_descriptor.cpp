#include "storage/own_descriptor.h"

#include <charconv>
#include <string>
#include <system_error>

namespace alinea {

namespace fs = std::filesystem;

namespace {

// Of a name in /proc/self/fd.
std::optional<int> number(const std::string& name) {
  int value = 0;
  const auto [end, failure] = std::from_chars(name.data(), name.data() + name.size(), value);
  if (failure != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return value;
}

}  // namespace

// One link at a time: the last one leads out of /proc, to what the descriptor refers to.
std::optional<int> own_descriptor(const fs::path& path) {
  constexpr int kMostHops = 40;  // as in the kernel
  std::error_code error;
  const fs::path descriptors = fs::canonical("/proc/self/fd", error);
  if (error) return std::nullopt;
  fs::path next = path;
  for (int i = 0; i < kMostHops; ++i) {
    fs::path folder = next.has_parent_path() ? next.parent_path() : fs::path(".");
    folder = fs::canonical(folder, error);
    if (error) return std::nullopt;
    if (folder == descriptors) return number(next.filename().string());
    const fs::path link = fs::read_symlink(folder / next.filename(), error);
    if (error) return std::nullopt;  // no link
    next = folder / link;
  }
  return std::nullopt;
}

}  // namespace alinea
