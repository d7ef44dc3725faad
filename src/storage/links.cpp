#include "storage/links.h"

#include <algorithm>
#include <system_error>

#include "support/error.h"

namespace alinea {

namespace fs = std::filesystem;

namespace {

constexpr int kMostLinks = 40;  // one behind another, as many as the system follows

void check_entry(const fs::path& folder, const fs::path& inside, const fs::path& name) {
  std::error_code error;
  const fs::path path = inside / name;
  const fs::file_status status = fs::symlink_status(path, error);
  if (!fs::exists(status) || fs::is_regular_file(status) || fs::is_directory(status)) return;
  const fs::path end = end_of_links(path);
  if (std::ranges::mismatch(inside, end).in1 != inside.end())
    throw Error("{} is a link that leads out of its folder: replace it with the file itself",
                (folder / name).string());
  if (fs::exists(end, error) && !fs::is_regular_file(end, error) && !fs::is_directory(end, error))
    throw Error("{} is neither a file nor a folder: remove it", (folder / name).string());
}

}  // namespace

fs::path end_of_links(fs::path path) {
  std::error_code error;
  path = fs::absolute(path, error);
  for (int i = 0; i < kMostLinks; ++i) {
    path = fs::weakly_canonical(path.parent_path(), error) / path.filename();
    const fs::path target = fs::read_symlink(path, error);
    if (error) return fs::weakly_canonical(path, error);
    path = (path.parent_path() / target).lexically_normal();
  }
  return {};
}

void check_entries(const fs::path& folder, std::span<const std::string> names) {
  std::error_code error;
  const fs::path inside = fs::canonical(folder, error);
  if (error) return;
  for (const std::string& name : names) check_entry(folder, inside, name);
  for (const fs::directory_entry& entry : fs::directory_iterator(inside, error))
    check_entry(folder, inside, entry.path().filename());
}

}  // namespace alinea
