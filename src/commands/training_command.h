// What the commands that train have in common: options, the folder, ranks, first values, the
// trainer. A kind of model brings its own options, its data and its task.
#pragma once

#include <array>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "models/model.h"
#include "options/options.h"
#include "storage/checksum.h"
#include "tasks/first_values.h"
#include "training/task.h"
#include "training/training_options.h"

namespace alinea {

class TrainingCommand {
 public:
  TrainingCommand() = default;
  TrainingCommand(const TrainingCommand&) = delete;
  TrainingCommand& operator=(const TrainingCommand&) = delete;
  virtual ~TrainingCommand() = default;

  void run(Options& table, std::span<const std::string> arguments);

 protected:
  // In the order of help, beginning with add_folder; where the data ends, `first_.visit`.
  virtual void add_options(Options& table) = 0;
  // Sets what was not given and is another than by default: as the architecture has it, or as the
  // pretrained model. Throws UsageError for options that make what that model brings.
  virtual void take_defaults(const Options& table) = 0;
  // After parsing, `learning_` is complete: what can be refused is refused before the first long
  // step. Throws UsageError for options that do not go together.
  virtual void check(const Options& table) = 0;
  // That are read, by the option that names them; without those of `first_`.
  virtual std::map<std::string, std::filesystem::path> files() const = 0;
  // What tells the versions of files that lists among these name, by the option of the list. Asked
  // for when files() can be read as often as wanted.
  virtual std::map<std::string, Fingerprint> named_files() const { return {}; }
  // Reads the data, makes the model, and says on stderr what was read.
  virtual void prepare(const TrainingRun& run) = 0;

  // Of what was prepared.
  virtual const Model& model() const = 0;
  virtual Task& task() = 0;

  // Begins the group "Data" with --model and --overwrite.
  void add_folder(Options& table);

  using Files = std::map<std::string, std::filesystem::path>;
  // Those that are given.
  static Files present(Files files);

  // --valid-share: of `what` of --train, as in "the sentences". It excludes a file of --valid,
  // which has `examples`: throws UsageError where both are given.
  static void add_valid_share(FieldList& fields, double& share, std::string_view what);
  static void refuse_share_of(const std::filesystem::path& validation, const Options& table,
                              std::string_view examples);
  // --min-frequency and --vocabulary-size, which make a vocabulary.
  static void add_vocabulary_limits(FieldList& fields, int64_t& min_frequency, int64_t& size);
  static constexpr std::array<const char*, 2> kForNewVocabulary = {"min-frequency",
                                                                   "vocabulary-size"};

  std::filesystem::path folder_;
  FirstValuesOptions first_;
  TrainingOptions learning_;

 private:
  bool overwrite_ = false;
};

}  // namespace alinea
