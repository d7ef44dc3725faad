// A folder with a small corpus in it, and the program that was built, run there as a user would.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "storage/temporary_folder.h"

namespace alinea {

struct Outcome {
  int status = -1;  // 124 where the program hung, 128 + signal where it was killed
  std::string out, err;
};

// Options by name without the dashes; a switch has the value "".
using Given = std::map<std::string, std::string>;

class Workspace {
 public:
  // Holds train.de, train.en, valid.de and valid.en: the first lines of corpora/numbers.
  Workspace();

  std::string path(const std::string& name) const { return folder_.path() / name; }
  std::string write(const std::string& name, std::string_view bytes) const {
    return folder_.file(name, bytes);
  }
  bool exists(const std::string& name) const { return std::filesystem::exists(path(name)); }
  std::string read(const std::string& name) const { return bytes_of(path(name)); }
  // Paths below the folder, with a slash behind those of folders.
  std::vector<std::string> list() const;

  // A tensor of a safetensors file, read by no code of the program.
  std::vector<float> tensor(const std::string& file, const std::string& name) const;

  // The update of a model's newest checkpoint, -1 where there is none.
  int64_t saved_at(const std::string& model) const;

  // File names in options are relative to the folder.
  Outcome run(const std::string& command, const Given& options, std::string_view input = "") const;
  // The same with what a shell may put behind and before a command.
  Outcome shell(const std::string& before, const std::string& command, const Given& options,
                const std::string& behind) const;

  // Trains a tiny model called `model`; what `options` gives goes before what makes it tiny.
  Outcome train(const std::string& model, const Given& options = {}) const;
  // The same with what a shell may put before and behind it.
  Outcome shell_train(const std::string& before, const std::string& model, const Given& options,
                      const std::string& behind = "") const;
  // The options of that, and its arguments with whole paths.
  static Given tiny(const std::string& model, Given options = {});
  std::vector<std::string> train_arguments(const std::string& model,
                                           const Given& options = {}) const;
  // Trains as train(), and has to go well.
  void make_model(const std::string& model, const Given& options = {}) const;

 private:
  TemporaryFolder folder_;
};

std::vector<std::string> lines_of(const std::string& text);
std::vector<std::string> split(const std::string& line, std::string_view separator);

// Fails unless the program refused: the exit status, nothing on the standard output, and one line
// on stderr that holds every one of `words`.
void check_refused(const Outcome& outcome, int status, const std::vector<std::string>& words);

// Fails unless the program answered every one of `lines` lines but the second, which is empty, said
// on stderr what was found there, and ended with status 1 and a line that names it.
void check_passed_over_line_2(const Outcome& outcome, const std::string& found, size_t lines);

}  // namespace alinea
