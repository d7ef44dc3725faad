// Optimizers work on all parameters at once: one contiguous buffer, one pass over it. Every loop
// gives the same bits for any number of threads.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace alinea {

class FieldList;

struct OptimizerOptions {
  std::string kind = "adam";
  double beta1 = 0.9, beta2 = 0.999;  // adam, adamw
  double rho = 0;                     // adadelta, rmsprop; 0: as usual for the optimizer
  double epsilon = 0;                 // all but sgd; 0: as usual for the optimizer
  double momentum = 0;                // sgd
  double weight_decay = 0.01;         // adamw

  void visit(FieldList& fields);
};

class Optimizer {
 public:
  virtual ~Optimizer() = default;

  // One step against `scale` times the gradients. Both spans have the length the optimizer was made
  // for; another length is a mistake in the program (std::logic_error).
  void update(std::span<float> parameters, std::span<const float> gradients, double learning_rate,
              double scale = 1);

  // Parameters [begin, end) learn at `factor` times the rate; at 0 they stay as they are. Ranges
  // come in ascending order and do not overlap.
  void scale_rate(int64_t begin, int64_t end, double factor) {
    scaled_.push_back({begin, end, factor});
  }

  // Whether a step is as long for small gradients as for large ones.
  virtual bool is_normalized() const { return true; }

  // What a checkpoint has to keep besides the number of steps; every buffer is as long as the
  // parameters. The spans stay valid as long as the optimizer.
  virtual std::vector<std::span<float>> state() = 0;

  int64_t steps() const { return steps_; }
  void restore_steps(int64_t steps) { steps_ = steps; }

 protected:
  // Adjacent parameters, and their offset in the whole.
  struct Part {
    std::span<float> parameters;
    std::span<const float> gradients;  // to be taken `scale` times
    float scale;
    int64_t begin;
  };

  explicit Optimizer(int64_t parameter_count) : parameter_count_(parameter_count) {}

 private:
  struct Scaled {
    int64_t begin, end;
    double factor;
  };
  virtual void step(const Part& part, double learning_rate) = 0;

  int64_t parameter_count_;
  std::vector<Scaled> scaled_;
  int64_t steps_ = 0;
};

std::vector<std::string> optimizer_names();

// The learning rate that a kind of optimizer is made for. Throws UsageError as make_optimizer.
double usual_learning_rate(const std::string& kind);

// Throws UsageError for a kind that is not one of optimizer_names().
std::unique_ptr<Optimizer> make_optimizer(const OptimizerOptions& options, int64_t parameter_count);

}  // namespace alinea
