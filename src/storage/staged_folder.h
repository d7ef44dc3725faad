// A folder that takes the place of another one all at once.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "storage/temporary_name.h"

namespace alinea {

// Files are written to path(), in a hidden folder beside the one that is to be replaced; replace()
// exchanges the two. A crash at any moment leaves the old folder or the new one whole under the
// name. The folder must exist; a link to it is followed. All members throw Error with the path and
// the system's reason.
class StagedFolder {
 public:
  explicit StagedFolder(const std::filesystem::path& folder);
  // Throws Error where the folder cannot be replaced, and changes nothing.
  static void check(const std::filesystem::path& folder);
  StagedFolder(const StagedFolder&) = delete;
  StagedFolder& operator=(const StagedFolder&) = delete;
  ~StagedFolder();  // removes the files at path(), and path() itself once it is empty

  const std::filesystem::path& path() const { return path_; }

  // All but the files `replaced` moves from the old folder into the new one: files, as the same
  // files, before the folders are exchanged, folders right after.
  void replace(const std::vector<std::string>& replaced);

 private:
  void take_permissions() const;
  void keep_files(const std::vector<std::string>& replaced) const;
  void keep_folders() const;
  void exchange() const;

  std::filesystem::path folder_, path_;
  TemporaryName removed_on_signals_;
};

}  // namespace alinea
