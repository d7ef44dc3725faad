// What tells whether the files that a list names are still those that it named before.
#pragma once

#include <filesystem>
#include <set>
#include <string>

#include "signals/feature_files.h"
#include "signals/feature_reader.h"
#include "storage/checksum.h"

namespace alinea {

// To read all bytes of them once more would take as long as to read the examples. So each file
// counts once, with its size, its first 4096 bytes and its last 4096: bytes between these may
// change unnoticed in larger files that keep their size.
class NamedFiles {
 public:
  explicit NamedFiles(const FeatureFileOptions& where);

  // A line of a list. A file that is missing or cannot be read does not count: whoever reads the
  // example says so.
  void add(const std::string& entry);

  // The sizes together, and the CRC-32 of all sizes and bytes in the order of the list.
  const Fingerprint& fingerprint() const { return print_; }

 private:
  void add_file(const std::filesystem::path& path);

  FeatureReader reader_;
  std::set<std::filesystem::path> seen_;
  Fingerprint print_;
};

}  // namespace alinea
