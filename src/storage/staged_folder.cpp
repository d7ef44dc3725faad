#include "storage/staged_folder.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <vector>

#include "storage/atomic_file.h"
#include "support/error.h"

namespace alinea {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& folder, const std::string& reason) {
  throw Error("cannot replace the folder {}: {}; give another folder, or move this one away",
              folder.string(), reason);
}

[[noreturn]] void fail(const fs::path& folder, int error) {
  fail(folder, std::generic_category().message(error));
}

bool is_folder(const fs::directory_entry& entry) {
  std::error_code error;
  return fs::is_directory(entry.symlink_status(error));
}

// Some file systems of the network cannot exchange two names at once. In between the old folder
// then has the name `aside`.
void exchange_in_steps(const fs::path& folder, const fs::path& staged) {
  const fs::path aside = staged.string() + "-old";
  std::error_code error;
  fs::rename(folder, aside, error);
  if (error) fail(folder, error.value());
  fs::rename(staged, folder, error);
  if (error) {
    const int reason = error.value();
    fs::rename(aside, folder, error);
    fail(folder, reason);
  }
  fs::rename(aside, staged, error);
}

}  // namespace

void StagedFolder::check(const fs::path& folder) {
  std::error_code error;
  const fs::path whole = fs::canonical(folder, error), parent = whole.parent_path();
  if (error) fail(folder, error.value());
  if (fs::equivalent(whole, fs::current_path(error), error))
    fail(folder, "it is the current folder, start alinea in another one");
  if (::access(parent.c_str(), W_OK) != 0)
    fail(folder, fmt::format("{} is not writable", parent.string()));
  struct stat inner = {}, outer = {};
  if (::stat(whole.c_str(), &inner) != 0 || ::stat(parent.c_str(), &outer) != 0)
    fail(folder, errno);
  if (inner.st_dev != outer.st_dev) fail(folder, "a disk of its own is mounted there");
}

StagedFolder::StagedFolder(const fs::path& folder) {
  check(folder);
  folder_ = fs::canonical(folder);
  for (int i = 0; path_.empty(); ++i) {
    const fs::path path = folder_.parent_path() / temporary_name(i);
    removed_on_signals_ = TemporaryName(path);  // before a signal can find the folder
    if (::mkdir(path.c_str(), 0777) == 0) {
      path_ = path;
    } else if (errno != EEXIST) {
      fail(folder, errno);
    }
  }
  take_permissions();
}

// Only the superuser can give a folder to somebody else.
void StagedFolder::take_permissions() const {
  struct stat old = {};
  if (::stat(folder_.c_str(), &old) != 0) fail(folder_, errno);
  const bool is_given = ::chown(path_.c_str(), old.st_uid, old.st_gid) == 0;
  if (::chmod(path_.c_str(), old.st_mode & (is_given ? 07777U : 0777U)) != 0) fail(folder_, errno);
}

// Folders stay: they are not alinea's, and are here only where they could not be moved.
StagedFolder::~StagedFolder() {
  std::error_code error;
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(path_, error))
    if (!is_folder(entry)) files.push_back(entry.path());
  for (const fs::path& file : files) fs::remove(file, error);
  ::rmdir(path_.c_str());
}

void StagedFolder::replace(const std::vector<std::string>& replaced) {
  keep_files(replaced);
  if (const int error = sync_folder(path_)) fail(folder_, error);
  exchange();
  keep_folders();
  if (const int error = sync_folder(folder_.parent_path())) fail(folder_, error);
}

void StagedFolder::keep_files(const std::vector<std::string>& replaced) const {
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_)) {
    const fs::path name = entry.path().filename();
    if (std::ranges::find(replaced, name.string()) != replaced.end() || is_folder(entry)) continue;
    if (::linkat(AT_FDCWD, entry.path().c_str(), AT_FDCWD, (path_ / name).c_str(), 0) != 0)
      fail(folder_, errno);
  }
}

void StagedFolder::keep_folders() const {
  const fs::directory_iterator entries(path_);
  std::vector<fs::path> folders;
  std::copy_if(begin(entries), end(entries), std::back_inserter(folders), is_folder);
  std::error_code error;
  for (const fs::path& folder : folders) {
    fs::rename(folder, folder_ / folder.filename(), error);
    if (error) fail(folder_, error.value());
  }
}

void StagedFolder::exchange() const {
  if (::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, folder_.c_str(), RENAME_EXCHANGE) == 0) return;
  if (errno != EINVAL && errno != ENOSYS && errno != ENOTSUP) fail(folder_, errno);
  exchange_in_steps(folder_, path_);
}

}  // namespace alinea
