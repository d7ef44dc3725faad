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

void write_bytes(const fs::path& path, std::string_view bytes) {
  const fs::path unfinished = path.string() + ".tmp";
  std::ofstream file(unfinished, std::ios::binary);
  file << bytes;
  file.close();
  std::error_code error;
  if (file) fs::rename(unfinished, path, error);
  if (!file || error) {
    std::error_code ignored;
    fs::remove(unfinished, ignored);
    throw Error("cannot write {}: is the disk full, or the folder read-only?", path.string());
  }
}

void write_lines(const fs::path& path, const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  write_bytes(path, text);
}

}  // namespace alinea
