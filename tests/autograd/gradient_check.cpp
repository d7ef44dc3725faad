#include "autograd/gradient_check.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

namespace alinea {

namespace {

// Fourth-order central differences: (8 (f(x+h) - f(x-h)) - (f(x+2h) - f(x-2h))) / 12h.
double numeric_derivative(float& value, float step, const std::function<double()>& f) {
  const float kept = value;
  const auto at = [&](float offset) {
    value = kept + offset;
    return f();
  };
  const double near = at(step) - at(-step);
  const double far = at(2 * step) - at(-2 * step);
  value = kept;
  return (8 * near - far) / (12.0 * static_cast<double>(step));
}

// The weight of one output element in the loss: fixed, irregular, of order 1.
float projection(size_t output, int64_t element) {
  return std::sin(static_cast<float>(element) * 1.7F + static_cast<float>(output) * 0.9F + 0.4F);
}

double project(const std::vector<Variable>& outputs) {
  double loss = 0;
  for (size_t o = 0; o < outputs.size(); ++o)
    for (int64_t i = 0; i < outputs[o].elements(); ++i)
      loss += static_cast<double>(projection(o, i)) * static_cast<double>(outputs[o].value()[i]);
  return loss;
}

// A loss node over all outputs, whose gradient is the projection.
Variable project(Tape& tape, const std::vector<Variable>& outputs) {
  Variable loss = tape.result({1}, outputs);
  const std::span<Variable> kept = tape.arena().copy(std::span<const Variable>(outputs));
  tape.record([=] {
    for (size_t o = 0; o < kept.size(); ++o) {
      if (!kept[o].requires_gradient()) continue;
      float* gradient = kept[o].gradient();
      for (int64_t i = 0; i < kept[o].elements(); ++i)
        gradient[i] += loss.gradient()[0] * projection(o, i);
    }
  });
  return loss;
}

double largest(std::span<const float> values) {
  float result = 0;
  for (float value : values) result = std::max(result, std::abs(value));
  return static_cast<double>(result);
}

}  // namespace

TestTensor::TestTensor(Shape shape, uint64_t seed, float low, float high)
    : shape_(shape), values_(static_cast<size_t>(shape.elements())) {
  Random random(seed);
  for (float& value : values_) value = low + (high - low) * random.uniform();
}

void check_gradients(std::vector<TestTensor>& inputs, const Computation& computation,
                     const GradientCheck& options) {
  Arena arena;
  const auto put = [&](Tape& tape) {
    std::vector<Variable> variables;
    for (TestTensor& input : inputs) variables.push_back(tape.input(input.tensor()));
    return variables;
  };
  const auto loss = [&] {
    arena.reset();
    Tape tape(arena, Tape::Mode::kTraining);
    return project(computation(tape, put(tape)));
  };

  std::vector<std::vector<float>> analytic;
  {
    Tape tape(arena, Tape::Mode::kTraining);
    const std::vector<Variable> variables = put(tape);
    tape.backward(project(tape, computation(tape, variables)));
    for (const Variable& variable : variables)
      analytic.emplace_back(variable.gradient(), variable.gradient() + variable.elements());
  }
  for (size_t v = 0; v < inputs.size(); ++v) {
    const double scale = std::max(1.0, largest(analytic[v]));
    for (size_t i = 0; i < analytic[v].size(); ++i) {
      const double numeric = numeric_derivative(inputs[v].values()[i], options.step, loss);
      INFO("input " << v << ", element " << i << ": analytic " << analytic[v][i] << ", numeric "
                    << numeric);
      CHECK(std::abs(static_cast<double>(analytic[v][i]) - numeric) <= options.tolerance * scale);
    }
  }
}

void check_parameter_gradients(ParameterStore& store, const std::function<double(bool)>& loss,
                               int64_t samples, const GradientCheck& options) {
  store.clear_gradients();
  loss(/*backward=*/true);
  for (Parameter& parameter : store.parameters()) {
    const std::vector<float> analytic(parameter.gradient().begin(), parameter.gradient().end());
    const double scale = std::max(1.0, largest(analytic));
    const auto elements = static_cast<int64_t>(analytic.size());
    const int64_t stride = std::max<int64_t>(1, elements / samples);
    for (int64_t i = 0; i < elements; i += stride) {
      const double numeric = numeric_derivative(parameter.value()[i], options.step, [&] {
        store.changed();
        return loss(/*backward=*/false);
      });
      INFO(parameter.name() << ", element " << i << ": analytic " << analytic[i] << ", numeric "
                            << numeric);
      CHECK(std::abs(static_cast<double>(analytic[i]) - numeric) <= options.tolerance * scale);
    }
  }
  store.changed();
}

}  // namespace alinea
