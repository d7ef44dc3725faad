// Names of files and folders that are not to outlive the process, whatever ends it.
#pragma once

#include <filesystem>

namespace alinea {

// While one lives, a signal that ends the process removes what lies under the name: a file, or a
// folder with the files in it. Only that: whoever makes the file also removes it or gives it
// another name in the ordinary course of things.
class TemporaryName {
 public:
  TemporaryName() = default;
  explicit TemporaryName(const std::filesystem::path& path);
  TemporaryName(TemporaryName&& other) noexcept;
  TemporaryName& operator=(TemporaryName&& other) noexcept;
  ~TemporaryName();

 private:
  int slot_ = -1;  // -1: none, or there were too many at once
};

// From now on SIGHUP, SIGINT and SIGTERM remove them before they end the process. A signal that is
// ignored, as under nohup, stays so. For programs: a library leaves its caller's signals alone.
void remove_temporaries_on_signals();

}  // namespace alinea
