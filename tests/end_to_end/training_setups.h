// The table of trainings: each task with its models, small, and what the tests of properties that
// hold for all of them need to know. A new kind of model gets a line here, and with it the tests of
// exact resume, kills, memory, ranks, precision, averages, inspect and report.
#pragma once

#include <string>
#include <vector>

#include "workspace.h"

namespace alinea {

struct TrainingSetup {
  std::string name;
  std::string command;  // that trains
  void (*write_data)(const Workspace&);
  Given options;           // of the data and of a tiny model, without --model
  Given random;            // what draws numbers in training
  Given large = {};        // what makes a batch take more than a megabyte
  std::string kind;        // as inspect has it
  std::string use = {};    // the command that reads the model, if any
  Given use_options = {};  // of that
  std::string input = {};  // a few lines for it
  size_t answers = 0;      // lines that it answers with; 0: as many
  // Whether training draws numbers from a stream of each part of a batch, so that other parts draw
  // others even where `random` is left out.
  bool draws = false;
};

const std::vector<TrainingSetup>& training_setups();

// `more` goes before what is there.
Given with(const Given& options, Given more);

// Trains a model by a setup whose data is in the workspace.
Outcome train(const Workspace& work, const TrainingSetup& setup, const std::string& model,
              const Given& options = {}, const std::string& before = "");
// The same, and has to go well; what was said.
std::string make(const Workspace& work, const TrainingSetup& setup, const std::string& model,
                 const Given& options = {}, const std::string& before = "");

// Rows of training.csv, by the names of its columns.
using TrainingLogRows = std::vector<std::map<std::string, std::string>>;
TrainingLogRows training_log(const Workspace& work, const std::string& model);
// Without the columns that tell the time, or how the process laid out its memory.
TrainingLogRows timeless_log(const Workspace& work, const std::string& model);

}  // namespace alinea
