// A task without a network: numbers that a parameter of three values comes close to, with noise in
// the place of dropout.
#pragma once

#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "training/task.h"

namespace alinea {

class ToyTask : public Task {
 public:
  ToyTask() : weight_(store_.add("weight", {3}, 1)) {
    store_.allocate(ParameterStore::Gradients::kKept);
    Random random(1);
    store_.initialize(random);
  }

  int64_t batch_size = 3;
  // So many times Σ w² for each example is minimised too, and not told.
  float penalty = 0;
  bool has_loss = true;  // of validations
  // What begin_update was told.
  std::vector<int64_t> begun;
  // Looks on at every loss, counted from 1, and may turn it to infinity.
  std::function<bool(int64_t)> spoil = [](int64_t) { return false; };

  Parameter& weight() const { return weight_; }
  std::vector<float> weights() const { return {weight_.value().begin(), weight_.value().end()}; }

  const TaskTerms& terms() const override { return terms_; }
  ParameterStore& parameters() override { return store_; }
  int64_t size() const override { return 13; }
  int64_t cost(std::span<const int64_t> examples) const override {
    return std::ssize(examples) * kFloats;
  }

  // In the order in which examples are drawn.
  EpochBatches batches(uint64_t seed, int64_t epoch) override {
    const auto extent = [](int64_t) { return Extent{1, 1, 1}; };
    return EpochBatches({size(), extent}, {.size = batch_size, .pool = 1}, seed, epoch);
  }

  void begin_update(int64_t updates) override { begun.push_back(updates); }
  // Σ (w - x)² over the examples, x moved by noise.
  BatchLoss loss(Tape& tape, std::span<const int64_t> examples) const override {
    const Variable w = tape.use(weight_);
    const std::span<float> errors = tape.arena().zeros(3);
    tape.arena().floats(std::ssize(examples) * kFloats);  // as a network would take
    float sum = 0;
    for (const int64_t example : examples) {
      const float noise = tape.dropout() == nullptr ? 0 : tape.dropout()->uniform();
      for (int64_t i = 0; i < 3; ++i) {
        const float error = w.value()[i] - wanted(example, i) - noise / 8;
        sum += error * error;
        errors[i] += 2 * error;
      }
    }
    // An example that comes twice is only to be measured.
    const bool counts = examples.size() < 2 || examples[0] != examples[1];
    if (counts && spoil(++losses_)) sum = std::numeric_limits<float>::infinity();
    const auto count = static_cast<float>(examples.size());
    const double reported = sum;
    for (int64_t i = 0; i < 3; ++i) {
      sum += count * penalty * w.value()[i] * w.value()[i];
      errors[i] += 2 * count * penalty * w.value()[i];
    }
    const Variable loss = tape.result({1}, {w});
    loss.value()[0] = sum;
    tape.record([=] {
      for (int64_t i = 0; i < 3; ++i) w.gradient()[i] += loss.gradient()[0] * errors[i];
    });
    return {loss, reported, std::ssize(examples)};
  }

  Validation validate(Group& /*group*/) const override {
    double sum = 0;
    for (int64_t i = 0; i < 3; ++i) sum += std::pow(weight_.value()[i] - wanted(6, i), 2);
    return {sum, {sum}, "", has_loss};
  }

 private:
  static float wanted(int64_t example, int64_t i) {
    return 0.25F * static_cast<float>(example) - static_cast<float>(i);
  }

  ParameterStore store_;
  Parameter& weight_;
  TaskTerms terms_{"numbers", false, {{"error", "error", Better::kLower}}};
  mutable int64_t losses_ = 0;

  static constexpr int64_t kFloats = 100'000;  // 0.4 MB an example
};

}  // namespace alinea
