#include "options/path_conflicts.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "storage/input.h"
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

// Whether a file has such a name in the folder, under this name or another one.
bool has(const Place& folder, const Place& file, bool (*is_one)(std::string_view name)) {
  std::error_code error;
  if (folder.end.empty() || !fs::is_directory(folder.end, error)) return false;
  if (is_one(file.end.filename().string()) &&
      fs::equivalent(file.end.parent_path(), folder.end, error))
    return true;
  if (!file.id) return false;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder.end, error)) {
    struct stat status = {};
    if (is_one(entry.path().filename().string()) && ::stat(entry.path().c_str(), &status) == 0 &&
        identity(status) == *file.id)
      return true;
  }
  return false;
}

bool is_model_file(const Place& file, const Place& folder) {
  return has(folder, file, is_model_file_name);
}

// What is written into a folder, a file a sentence: 000012.csv, 000012.svg.
bool is_page_name(std::string_view name) {
  const size_t digits = name.find_first_not_of("0123456789");
  return digits != 0 && digits != std::string_view::npos &&
         (name.substr(digits) == ".csv" || name.substr(digits) == ".svg");
}

void check_pair(const Place& input, const Place& output) {
  if (is_same(input, output))
    throw UsageError("{} names what {} reads, {}: give another name", output.name, input.name,
                     output.given.string());
  if (is_model_file(output, input))
    throw UsageError("{} names a file of the model in {}, {}: give another name", output.name,
                     input.given.string(), output.given.string());
  if (is_model_file(input, output) || has(output, input, is_page_name))
    throw UsageError("{} would replace what {} reads, {}: give another folder", output.name,
                     input.name, input.given.string());
}

void check_pair_of_outputs(const Place& a, const Place& b) {
  if (is_same(a, b))
    throw UsageError("{} and {} name the same file, {}: give each its own", a.name, b.name,
                     a.given.string());
  for (const auto& [folder, file] : {std::pair(&a, &b), std::pair(&b, &a)})
    if (is_model_file(*file, *folder) || has(*folder, *file, is_page_name))
      throw UsageError("{} names a file that {} writes in {}, {}: give another name", file->name,
                       folder->name, folder->given.string(), file->given.string());
}

}  // namespace

void check_outputs(std::span<const NamedPath> inputs, std::span<const NamedPath> outputs) {
  const std::vector<Place> read = places_of(inputs, STDIN_FILENO, "the standard input");
  const std::vector<Place> written = places_of(outputs, STDOUT_FILENO, "the standard output");
  for (const Place& output : written)
    for (const Place& input : read) check_pair(input, output);
  for (size_t i = 0; i < written.size(); ++i)
    for (size_t j = 0; j < i; ++j) check_pair_of_outputs(written[j], written[i]);
}

void check_standard_input(std::span<const NamedPath> inputs) {
  const auto is_it = [](const NamedPath& input) { return input.path == kStandardStream; };
  const auto first = std::ranges::find_if(inputs, is_it);
  if (first == inputs.end()) return;
  const auto second = std::find_if(first + 1, inputs.end(), is_it);
  if (second != inputs.end())
    throw UsageError(
        "{} and {} both read the standard input, which is one input only: give the "
        "others as files",
        first->name, second->name);
}

}  // namespace alinea
