#include "storage/links.h"

#include <algorithm>
#include <system_error>

#include "support/error.h"

namespace alinea {

namespace fs = std::filesystem;

namespace {

constexpr int kMostLinks = 40;  // one behind another, as many as the system follows

// Where a link ends, whether there is anything or not; an empty path where it does not end.
fs::path end_of(fs::path path) {
  std::error_code error;
  for (int i = 0; i < kMostLinks; ++i) {
    path = fs::weakly_canonical(path.parent_path(), error) / path.filename();
    const fs::path target = fs::read_symlink(path, error);
    if (error) return fs::weakly_canonical(path, error);
    path = (path.parent_path() / target).lexically_normal();
  }
  return {};
}

}  // namespace

void check_links(const fs::path& folder) {
  std::error_code error;
  const fs::path inside = fs::canonical(folder, error);
  if (error) return;
  for (const fs::directory_entry& entry : fs::directory_iterator(inside, error)) {
    if (!entry.is_symlink(error)) continue;
    const fs::path end = end_of(entry.path());
    if (std::ranges::mismatch(inside, end).in1 != inside.end())
      throw Error("{} is a link that leads out of its folder: replace it with the file itself",
                  (folder / entry.path().filename()).string());
  }
}

}  // namespace alinea
