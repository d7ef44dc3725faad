#include "commands/training_command.h"

#include <fmt/format.h>

#include <algorithm>

#include "options/limits.h"
#include "options/threads.h"
#include "support/error.h"
#include "training/ranks.h"

namespace alinea {

void TrainingCommand::add_folder(Options& table) {
  table.group("Data")
      .required("model", folder_, "folder for the model")
      .output()
      .add(
          "overwrite", overwrite_,
          "start over if the folder contains a model; otherwise an unfinished training is resumed");
}

TrainingCommand::Files TrainingCommand::present(Files files) {
  std::erase_if(files, [](const auto& file) { return file.second.empty(); });
  return files;
}

void TrainingCommand::add_valid_share(FieldList& fields, double& share, std::string_view what) {
  fields
      .add("valid-share", share,
           fmt::format("share of {} of --train that is used for validation instead of training",
                       what))
      .expect("a number above 0 and below 1", [&share] { return share > 0 && share < 1; });
}

void TrainingCommand::refuse_share_of(const std::filesystem::path& validation, const Options& table,
                                      std::string_view examples) {
  if (table.given("valid-share") && !validation.empty())
    throw UsageError("--valid-share and --valid both select validation {}: leave out one of them",
                     examples);
}

void TrainingCommand::add_vocabulary_limits(FieldList& fields, int64_t& min_frequency,
                                            int64_t& size) {
  fields.add("min-frequency", min_frequency, "leave out words that occur less often")
      .range<int64_t>(1, kNoLimit)
      .add("vocabulary-size", size,
           "keep this many of the most frequent words, including special ones; 0: all")
      .range<int64_t>(0, kNoLimit);
}

void TrainingCommand::run(Options& table, std::span<const std::string> arguments) {
  add_options(table);
  const bool is_run = table.parse(arguments, [&] {
    check_first_values(first_);
    take_defaults(table);
  });
  if (!is_run) return;
  complete(learning_, table);
  check(table);
  const ModelFolder folder(folder_);
  Files all_files = files();
  all_files.merge(first_files(first_));
  const Ranks ranks(learning_.ranks);
  keep_heaps_small();
  TrainingRun run = open_run(
      folder, table, all_files, [&] { return named_files(); }, overwrite_, ranks.group());
  prepare(run);
  scale_rates(first_, model().parameters());
  if (!run.goes_on()) initialize(model(), first_, learning_.trainer.seed);
  Trainer trainer(task(), learning_.trainer, folder, run);
  trainer.run([&] {
    begin(run, folder, [&](const ModelFolder& made) {
      save_description(model(), made, {{"training", table.effective()}});
    });
  });
}

}  // namespace alinea
