#include "training/training_options.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <iostream>

#include "ops/weight_product.h"
#include "options/limits.h"
#include "storage/input.h"
#include "support/error.h"

namespace alinea {

void TrainingOptions::visit(FieldList& fields) {
  TrainerOptions& t = trainer;
  if (batch_unit.empty()) batch_unit = terms.batch_units.front();
  fields.group("Training")
      .add("batch-size", batch.size, "size of a batch")
      .range<int64_t>(1, kMostSentences)
      .choice("batch-unit", batch_unit, terms.batch_units, "what --batch-size counts")
      .add("update-every", t.update_every, "number of batches per update (gradient accumulation)")
      .range<int64_t>(1, kNoLimit);
  t.optimizer.visit(fields);
  t.schedule.visit(fields);
  fields.add("clip-norm", t.clip_norm, "maximum norm of the gradient; 0: no clipping")
      .range(0.0, kAnyNumber)
      .add("exponential-smoothing", t.exponential_smoothing,
           "share of the newest parameters in a running average that is validated and saved "
           "instead of them, for example 0.0001; 0: no average")
      .range(0.0, 1.0)
      .add("label-smoothing", label_smoothing,
           "probability that is distributed over " + terms.outputs)
      .range(0.0, 0.99)
      .add("epochs", t.epochs, "maximum number of passes over the data; 0: no limit")
      .range<int64_t>(0, kNoLimit)
      .add("updates", t.updates, "maximum number of updates; 0: no limit")
      .range<int64_t>(0, kNoLimit)
      .add("validate-every", t.validate_every, "updates between validations; 0: every epoch")
      .range<int64_t>(0, kNoLimit)
      .choice("validate-by", t.validate_by, terms.validate_by, "measure for the best validation")
      .add("patience", t.patience, "validations without improvement before training ends; 0: never")
      .range<int64_t>(0, kNoLimit)
      .add("keep-best", t.keep.best,
           "keep the parameters of this many of the best validations, for alinea average")
      .range<int64_t>(1, kNoLimit)
      .add("keep-last", t.keep.last, "the same for the last validations")
      .range<int64_t>(1, kNoLimit)
      .add("log-every", t.log_every, "updates between reports")
      .range<int64_t>(1, kNoLimit)
      .add("tensorboard", t.events, "write the reports for TensorBoard, too, into the model folder")
      .add("save-every", t.save_every,
           "updates between checkpoints, in addition to those at validations; 0: only those")
      .range<int64_t>(0, kNoLimit)
      .add("memory", t.memory,
           "megabytes for parameters, optimizer and a batch, which is split if it needs more; 0: "
           "split batches that need much more than the average")
      .range<int64_t>(0, kMostMegabytes)
      .choice("precision", precision, ops::learning_precision_names(),
              "precision of products with weights; parameters are always 32-bit floats")
      .add("profile", t.profile, "print the time of each operation at the end")
      .add("seed", t.seed, "seed of all random numbers");
  ranks.visit(fields);
}

void complete(TrainingOptions& options, const Options& table) {
  const OptimizerOptions& optimizer = options.trainer.optimizer;
  if (!table.given("learning-rate"))
    options.trainer.schedule.learning_rate =
        options.trainer.schedule.kind == "noam" ? 1 : usual_learning_rate(optimizer.kind);
  options.trainer.precision = ops::precision_from_name(options.precision);
  options.batch.unit = options.batch_unit == options.terms.batch_units.front()
                           ? BatchUnit::kSentences
                           : BatchUnit::kTokens;
}

TrainingRun open_run(const ModelFolder& folder, const Options& table,
                     const std::map<std::string, std::filesystem::path>& files,
                     const std::function<std::map<std::string, Fingerprint>()>& named,
                     bool overwrite, Group& group) {
  for (const auto& [name, path] : files) {
    // A pipe would give each rank a part.
    if (!group.is_alone() && path != kStandardStream) check_is_file(path);
    make_rereadable(path);
  }
  RunRecord record{table.effective(), fingerprints(files)};
  record.named = named();
  TrainingRun run(folder.path(), std::move(record), overwrite, group);
  for (const std::string& note : run.notes()) std::cerr << note << '\n';
  if (!run.goes_on() && group.leads()) folder.check_free(run.replaces());
  return run;
}

void begin(TrainingRun& run, const ModelFolder& folder, const ModelFolder::Write& describe) {
  if (!run.goes_on()) {
    run.begin([&] { folder.create(run.replaces(), describe); });
  } else if (run.group().leads()) {
    describe(folder);
  }
}

}  // namespace alinea
