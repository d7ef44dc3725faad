#include "commands/story_training.h"

#include <fmt/format.h>

#include <iostream>

#include "support/counted.h"

namespace alinea {

void StoryTraining::prepare(const StoryFiles& files, const ReaderOptions& network,
                            const TrainingOptions& learning) {
  stories_.emplace(read_stories(files, data_));
  const StoryData& read = *stories_;
  model_.emplace(data_.form, read.vocabulary, read.answers,
                 std::make_unique<StoryNetwork>(
                     network, StoryNetwork::Sizes{read.vocabulary.size(), read.answers.size()},
                     ParameterStore::Gradients::kKept));
  say_what_was_read();
  task_.emplace(*model_->network, read,
                StoryTask::Options{learning.batch, learning.label_smoothing});
}

void StoryTraining::say_what_was_read() const {
  const StoryData& read = *stories_;
  int64_t facts = 0;
  for (int64_t q = 0; q < read.training.size(); ++q) facts += read.training.facts(q);
  std::cerr << fmt::format(
      "{} on {:.1f} facts on average; {}\n"
      "{} answers, a vocabulary of {} words, {} parameters\n",
      counted(read.training.size(), "training question"),
      static_cast<double>(facts) / static_cast<double>(read.training.size()),
      counted(read.validation.size(), "validation question"), read.answers.size(),
      read.vocabulary.size(), model_->parameters().count());
  if (read.unknown_answers > 0)
    std::cerr << fmt::format(
        "the answers of {} are none of those of the training: they count as "
        "wrong, and are none of the loss\n",
        counted(read.unknown_answers, "validation question"));
}

}  // namespace alinea
