#include "commands/average.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <vector>

#include "models/model.h"
#include "models/same_model.h"
#include "options/limits.h"
#include "options/options.h"
#include "serialization/averaging.h"
#include "support/counted.h"
#include "support/error.h"
#include "training/checkpoint.h"
#include "training/kept_parameters.h"

namespace alinea {

namespace {

struct AverageOptions {
  std::vector<std::filesystem::path> models;
  std::filesystem::path output;
  bool overwrite = false;
  int64_t best = 0, last = 0;
};

void add_options(Options& table, AverageOptions& o) {
  table
      .required(
          "model", o.models,
          "model folder; may be given several times, for models with the same configuration and "
          "vocabulary")
      .required("output", o.output, "folder for the averaged model")
      .output()
      .add("overwrite", o.overwrite, "replace an existing model")
      .add("best", o.best,
           "from each folder use this many of the best parameters kept by --keep-best; 0: use "
           "best.safetensors")
      .range<int64_t>(0, kNoLimit)
      .add("last", o.last, "the same for the last parameters kept by --keep-last")
      .range<int64_t>(0, kNoLimit);
}

std::vector<std::filesystem::path> files_of(const ModelFolder& folder, const AverageOptions& o) {
  if (o.best == 0 && o.last == 0) return {folder.parameter_file(Snapshot::kBest)};
  const int64_t wanted = o.best > 0 ? o.best : o.last;
  std::vector<std::filesystem::path> files =
      o.best > 0 ? best_kept(folder.path(), wanted) : last_kept(folder.path(), wanted);
  // Every training has the one.
  if (files.empty() && wanted == 1)
    return {folder.parameter_file(o.best > 0 ? Snapshot::kBest : Snapshot::kLast)};
  if (std::ssize(files) < wanted)
    throw Error("expected the parameters of {} in {}, found {}: train with --keep-{} {}",
                counted(wanted, "validation"), folder.path().string(), files.size(),
                o.best > 0 ? "best" : "last", wanted);
  return files;
}

// All files of all models, which have to go together.
std::vector<std::filesystem::path> files_of(const AverageOptions& o) {
  const ModelFolder first(o.models.front());
  std::vector<std::filesystem::path> files;
  for (const std::filesystem::path& path : o.models) {
    const ModelFolder folder(path);
    check_same_model(first, folder);
    std::ranges::move(files_of(folder, o), std::back_inserter(files));
  }
  return files;
}

void average(const AverageOptions& o) {
  const std::vector<std::filesystem::path> files = files_of(o);
  const ModelFolder first(o.models.front());
  const std::unique_ptr<Model> model = kind_of(first).outline(first);
  average_parameters(files, model->parameters());
  nlohmann::ordered_json history = nlohmann::ordered_json::object();
  const nlohmann::ordered_json description = first.read_description();
  if (description.contains("training")) history["training"] = description["training"];
  for (const std::filesystem::path& file : files) history["averaged"].push_back(file.string());
  ModelFolder(o.output).create(o.overwrite, [&](const ModelFolder& made) {
    save_description(*model, made, history);
    made.save_parameters(model->parameters(), Snapshot::kBest);
  });
  std::cerr << fmt::format("averaged {}:\n", counted(files.size(), "file"));
  for (const std::filesystem::path& file : files) std::cerr << "  " << file.string() << '\n';
}

}  // namespace

void average_command(std::span<const std::string> arguments) {
  AverageOptions options;
  Options table("average", "Makes one model from several by averaging their parameters");
  add_options(table, options);
  if (!table.parse(arguments)) return;
  if (options.best > 0 && options.last > 0)
    throw UsageError("--best and --last cannot be combined: leave out one of them");
  if (options.models.size() == 1 && options.best == 0 && options.last == 0)
    throw UsageError(
        "expected several parameter files to average: give another --model, or --best or --last");

  if (Checkpoints(options.output).any())
    throw Error("{} contains a training that can be resumed: give another --output",
                options.output.string());
  ModelFolder(options.output).check_free(options.overwrite);
  average(options);
}

}  // namespace alinea
