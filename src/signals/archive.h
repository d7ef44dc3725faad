// Files inside of a file: tar archives and others that libarchive reads, compressed or not. They
// are unpacked once, to the disk.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "storage/flat_array.h"

namespace alinea {

class Archive {
 public:
  // kRaw: what is no archive but a single file, which may be compressed, is a member "".
  enum class Form { kMembers, kRaw };
  // Throws Error for a damaged archive, and where the disk is full.
  explicit Archive(const std::filesystem::path& path, Form form = Form::kMembers);

  // The bytes of a file in it, which stay where they are. Throws Error where there is none of that
  // name.
  std::string_view member(const std::string& name) const;

 private:
  struct Place {
    size_t begin, end;
  };
  FlatArray<char> bytes_{Placement::kDisk};
  std::map<std::string, Place, std::less<>> places_;
};

}  // namespace alinea
