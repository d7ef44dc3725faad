// Files that rank 0 made, on every rank, whether the hosts share a file system or not.
#pragma once

#include <filesystem>

#include "distributed/group.h"

namespace alinea {

// A folder among the temporary files that goes when this does.
class SharedFolder {
 public:
  SharedFolder();
  SharedFolder(const SharedFolder&) = delete;
  SharedFolder& operator=(const SharedFolder&) = delete;
  ~SharedFolder();

  const std::filesystem::path& path() const { return path_; }
  // Copies the files in it from rank 0 to the others.
  void share(Group& group) const;

 private:
  std::filesystem::path path_;
};

}  // namespace alinea
