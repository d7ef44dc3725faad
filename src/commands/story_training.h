// What train-reader does with --stories: a network that answers out of a vocabulary.
#pragma once

#include <optional>

#include "models/story_model.h"
#include "options/options.h"
#include "tasks/story_task.h"
#include "training/training_options.h"

namespace alinea {

class StoryTraining {
 public:
  // How stories are read and what of them is held out.
  StoryOptions& data() { return data_; }

  // Reads the stories, makes the network, and says on stderr what was read.
  void prepare(const StoryFiles& files, const ReaderOptions& network,
               const TrainingOptions& learning);

  const Model& model() const { return *model_; }
  Task& task() { return *task_; }

 private:
  void say_what_was_read() const;

  StoryOptions data_;
  std::optional<StoryData> stories_;
  std::optional<StoryModel> model_;
  std::optional<StoryTask> task_;
};

}  // namespace alinea
