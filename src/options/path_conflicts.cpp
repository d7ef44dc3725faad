#include "options/path_conflicts.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "storage/links.h"
#include "storage/model_files.h"
#include "support/error.h"

namespace alinea {

namespace {

namespace fs = std::filesystem;

using Identity = std::pair<dev_t, ino_t>;

struct Place {
  std::string name;
  fs::path given, end;         // `end`: where its links end; empty for a descriptor
  std::optional<Identity> id;  // of what exists
};

// Names of descriptors: whatever they lead to was opened by the one who called.
bool is_descriptor(const fs::path& path) {
  constexpr std::array kNames = {"-", "/dev/stdin", "/dev/stdout", "/dev/stderr"};
  const std::string name = path.lexically_normal().string();
  return std::ranges::find(kNames, name) != kNames.end() || name.starts_with("/dev/fd/") ||
         name.starts_with("/proc/");
}

bool is_stream(const struct stat& status) {
  return !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

Identity identity(const struct stat& status) { return {status.st_dev, status.st_ino}; }

std::optional<Place> place_of(const NamedPath& named) {
  struct stat status = {};
  Place place{named.name, named.path, end_of_links(named.path), {}};
  if (is_descriptor(named.path)) return std::nullopt;
  if (::stat(named.path.c_str(), &status) != 0) return place;
  if (is_stream(status)) return std::nullopt;
  place.id = identity(status);
  return place;
}

// Nothing for a terminal, a pipe and a descriptor that is closed.
std::optional<Place> place_of(int descriptor, const char* name) {
  struct stat status = {};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return Place{name, name, {}, identity(status)};
}

std::vector<Place> places_of(std::span<const NamedPath> paths, int descriptor, const char* name) {
  std::vector<Place> places;
  for (const NamedPath& path : paths)
    if (auto place = place_of(path)) places.push_back(std::move(*place));
  if (auto place = place_of(descriptor, name)) places.push_back(std::move(*place));
  return places;
}

bool is_same(const Place& a, const Place& b) {
  if (a.id || b.id) return a.id == b.id;
  return !a.end.empty() && a.end == b.end;
}

// Of the model in a folder, under this name or another one.
bool is_model_file(const Place& file, const Place& folder) {
  std::error_code error;
  if (folder.end.empty() || !fs::is_directory(folder.end, error)) return false;
  if (is_model_file_name(file.end.filename().string()) &&
      fs::equivalent(file.end.parent_path(), folder.end, error))
    return true;
  if (!file.id) return false;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder.end, error)) {
    struct stat status = {};
    if (is_model_file_name(entry.path().filename().string()) &&
        ::stat(entry.path().c_str(), &status) == 0 && identity(status) == *file.id)
      return true;
  }
  return false;
}

void check_pair(const Place& input, const Place& output) {
  if (is_same(input, output))
    throw UsageError("{} names what {} reads, {}: give another name", output.name, input.name,
                     output.given.string());
  if (is_model_file(output, input))
    throw UsageError("{} names a file of the model in {}, {}: give another name", output.name,
                     input.given.string(), output.given.string());
  if (is_model_file(input, output))
    throw UsageError("{} would replace what {} reads, {}: give another folder", output.name,
                     input.name, input.given.string());
}

}  // namespace

void check_outputs(std::span<const NamedPath> inputs, std::span<const NamedPath> outputs) {
  const std::vector<Place> read = places_of(inputs, STDIN_FILENO, "the standard input");
  const std::vector<Place> written = places_of(outputs, STDOUT_FILENO, "the standard output");
  for (const Place& output : written)
    for (const Place& input : read) check_pair(input, output);
  for (size_t i = 0; i < written.size(); ++i)
    for (size_t j = 0; j < i; ++j)
      if (is_same(written[i], written[j]))
        throw UsageError("{} and {} name the same file, {}: give each its own", written[j].name,
                         written[i].name, written[j].given.string());
}

}  // namespace alinea
