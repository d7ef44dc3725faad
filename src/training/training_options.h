// The options by which a model of any kind is trained, and how its training begins in a folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "options/options.h"
#include "text/batch.h"
#include "training/ranks.h"
#include "training/trainer.h"
#include "training/training_run.h"

namespace alinea {

// What the kinds of models call things.
struct TrainingTerms {
  std::vector<std::string> batch_units;  // examples first, then what they consist of
  std::vector<std::string> validate_by;
  std::string outputs;  // what label smoothing spreads over: "all words"
};

struct TrainingOptions {
  TrainingTerms terms;
  TrainerOptions trainer;
  BatchOptions batch;
  std::string batch_unit;  // one of the terms'
  double label_smoothing = 0;
  std::string precision = "f32";
  RanksOptions ranks;

  // The group "Training". The defaults are the values.
  void visit(FieldList& fields);
};

// After parsing: fills in what depends on other options. Throws UsageError for options that belong
// to another optimizer, Error for a precision that the CPU has no instructions for.
void complete(TrainingOptions& options, const Options& table);

// Finds out whether a training goes on in the folder or begins there, and says what there is to say
// about it. `named` gives what RunRecord has of that name; all files can be read by then. Throws
// what TrainingRun throws, and Error for files that cannot be read twice and for a folder that is
// not free to begin in. All ranks of the group call it.
TrainingRun open_run(const ModelFolder& folder, const Options& table,
                     const std::map<std::string, std::filesystem::path>& files,
                     const std::function<std::map<std::string, Fingerprint>()>& named,
                     bool overwrite, Group& group);

// Makes the folder for a training that begins, with the description that `describe` writes; one
// that goes on has it.
void begin(TrainingRun& run, const ModelFolder& folder, const ModelFolder::Write& describe);

}  // namespace alinea
