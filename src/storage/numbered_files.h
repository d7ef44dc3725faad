// Safetensors files of a folder that are told apart by a number: checkpoint-12.safetensors.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace alinea {

class NumberedFiles {
 public:
  // prefix: "checkpoint-"
  NumberedFiles(std::filesystem::path folder, std::string prefix)
      : folder_(std::move(folder)), prefix_(std::move(prefix)) {}

  // Of the files there are, ascending; none where there is no such folder.
  std::vector<int64_t> numbers() const;
  std::filesystem::path path(int64_t number) const;

  // Both throw Error that names the file.
  void remove(int64_t number) const;
  void remove_all() const;

 private:
  std::filesystem::path folder_;
  std::string prefix_;
};

}  // namespace alinea
