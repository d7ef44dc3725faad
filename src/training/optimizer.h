// Optimizers work on all parameters at once: one contiguous buffer, one pass over it. Every loop
// here gives the same bits for any number of threads.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace alinea {

class Optimizer {
 public:
  virtual ~Optimizer() = default;

  // One step against the gradients. Both spans have the length the optimizer was made for; another
  // length is a mistake in the program (std::logic_error).
  void update(std::span<float> parameters, std::span<const float> gradients, double learning_rate);

  // Parameters [begin, end) learn at `factor` times the rate, where steps are normalized. Ranges
  // come in ascending order and do not overlap.
  void scale_rate(int64_t begin, int64_t end, double factor) {
    scaled_.push_back({begin, end, factor});
  }

  virtual std::string_view name() const = 0;
  // Whether a step is as long for small gradients as for large ones.
  virtual bool is_normalized() const = 0;

  // What a checkpoint has to keep besides the number of steps; every buffer is as long as the
  // parameters. The spans stay valid as long as the optimizer.
  virtual std::vector<std::span<float>> state() = 0;

  int64_t steps() const { return steps_; }
  void restore_steps(int64_t steps) { steps_ = steps; }

 protected:
  // Parameters that lie together, and where in the whole they begin.
  struct Part {
    std::span<float> parameters;
    std::span<const float> gradients;
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

// Adam (Kingma & Ba 2015, algorithm 1), with the correction of the bias.
struct AdamOptions {
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
};

class Adam : public Optimizer {
 public:
  explicit Adam(int64_t parameter_count, const AdamOptions& options = {});
  std::string_view name() const override { return "adam"; }
  bool is_normalized() const override { return true; }
  std::vector<std::span<float>> state() override { return {first_moment_, second_moment_}; }

 private:
  void step(const Part& part, double learning_rate) override;

  AdamOptions options_;
  std::vector<float> first_moment_;
  std::vector<float> second_moment_;
};

// Stochastic gradient descent. With momentum μ: v = μ v + g, θ = θ - η v.
class Sgd : public Optimizer {
 public:
  explicit Sgd(int64_t parameter_count, double momentum = 0);
  std::string_view name() const override { return "sgd"; }
  bool is_normalized() const override { return false; }
  std::vector<std::span<float>> state() override;

 private:
  void step(const Part& part, double learning_rate) override;

  double momentum_;
  std::vector<float> velocity_;  // empty without momentum
};

std::vector<std::string> optimizer_names();

// Throws UsageError for a name that is not one of optimizer_names().
std::unique_ptr<Optimizer> make_optimizer(std::string_view name, int64_t parameter_count);

// The Euclidean norm, summed in double.
double global_norm(std::span<const float> values);

void scale(std::span<float> values, float factor);

// Scales the gradients down to max_norm where their norm is larger (Pascanu, Mikolov & Bengio 2013,
// algorithm 1); max_norm 0 leaves them alone. Returns the norm before. Where it is not finite the
// gradients stay as they are: the caller decides about the update.
double clip_by_global_norm(std::span<float> gradients, double max_norm);

}  // namespace alinea
