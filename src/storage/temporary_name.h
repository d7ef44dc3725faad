// Names of files and folders that are not to outlive the process, whatever ends it.
#pragma once

#include <filesystem>
#include <string>

namespace alinea {

// A name for files and folders of this process that stand beside what they will replace.
std::string temporary_name(int number);
// Whether a file name is one of those of a process that no longer runs. One with the number of this
// process counts as that of an earlier one.
bool is_left_behind(const std::string& name);

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
