#include "lines.h"

#include <fstream>

#include "support/error.h"

namespace alinea {

namespace fs = std::filesystem;

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw Error("cannot create the folder {}: {}", folder.string(), error.message());
}

void write_lines(const fs::path& path, const std::vector<std::string>& lines) {
  const fs::path unfinished = path.string() + ".tmp";
  std::ofstream file(unfinished, std::ios::binary);
  for (const std::string& line : lines) file << line << '\n';
  file.close();
  std::error_code error;
  if (file) fs::rename(unfinished, path, error);
  if (!file || error) {
    std::error_code ignored;
    fs::remove(unfinished, ignored);
    throw Error("cannot write {}: is the disk full, or the folder read-only?", path.string());
  }
}

}  // namespace alinea
