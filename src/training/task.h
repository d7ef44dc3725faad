// What a trainer trains: a model, the examples that it learns from and those that judge it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "autograd/parameter.h"
#include "autograd/tape.h"
#include "distributed/group.h"
#include "text/batch.h"
#include "training/early_stopping.h"

namespace alinea {

// One figure of a validation besides the loss.
struct Measure {
  std::string name;   // as options and the training log write it: "bleu"
  std::string title;  // as people read it: "BLEU"
  Better better;
};

struct TaskTerms {
  std::string unit;               // what a loss is counted by: "target tokens"
  bool has_perplexity = false;    // whether e to the loss means something
  std::vector<Measure> measures;  // of a validation
  int64_t least_share = 8;        // examples that are worth a thread of their own
  std::string shorten = {};       // how to get rid of long examples: "give a smaller --max-length"
};

// A sum over the examples of a batch.
struct BatchLoss {
  Variable objective;                           // what is minimised, [1]: penalties belong here
  double reported;                              // nats: what is told of it
  int64_t count;                                // units that both sum over
  std::shared_ptr<const void> reads = nullptr;  // what the tape reads on its way back
  double feedback = 0;  // whatever the task wants to be told the sum of: Task::end_update
};

struct Validation {
  double loss = 0;               // nats per unit, nothing dropped or smoothed
  std::vector<double> measures;  // as many as TaskTerms::measures; NaN: it could not be measured
  std::string details;           // more lines to show, or empty
  bool has_loss = true;          // false: the model can give no example of it a loss
};

class Task {
 public:
  Task() = default;
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  virtual ~Task() = default;

  virtual const TaskTerms& terms() const = 0;
  virtual ParameterStore& parameters() = 0;

  // Training examples: the indices below it.
  virtual int64_t size() const = 0;
  // The line of the training texts that an example was read from, from 1; the lines of several
  // texts are counted on. 0: not known.
  virtual int64_t line(int64_t /*example*/) const { return 0; }
  // Of an epoch, those that come again counted.
  virtual int64_t epoch_size() const { return size(); }
  // How much memory a batch takes, padding counted, in a unit of the task's choice: as good as in
  // proportion, but for what every batch takes.
  virtual int64_t cost(std::span<const int64_t> examples) const = 0;
  // Bytes of one such unit, roughly: what is assumed before any was measured.
  virtual double bytes_of_cost() const { return sizeof(float); }
  // Begins an epoch: the same for the same seed and epoch.
  virtual EpochBatches batches(uint64_t seed, int64_t epoch) = 0;
  // Told before each update how many there were before it.
  virtual void begin_update(int64_t /*updates*/) {}
  // Told after each update what the losses of its examples came to, on all ranks:
  // BatchLoss::feedback and count.
  virtual void end_update(double /*feedback*/, int64_t /*count*/) {}
  // Examples of the epoch that was begun. The tape may be played backwards as long as the result
  // lives. An example may come twice. Several threads may ask at once.
  virtual BatchLoss loss(Tape& tape, std::span<const int64_t> examples) const = 0;
  // What one batch leaves for the next, which checkpoints keep beside the parameters; of a size
  // that does not change.
  virtual std::span<float> carried() { return {}; }
  // Before a checkpoint, on all ranks: all of that comes together, where a rank has only a part.
  virtual void gather_carried(Group& /*group*/) {}

  // Every rank of the group has a part in it, and gets all of it.
  virtual Validation validate(Group& group) const = 0;
};

}  // namespace alinea
