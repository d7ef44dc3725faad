#include "autograd/gradient_check.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

namespace alinea {

namespace {

using Function = std::function<double()>;

// Whether the derivative of f by `value` is `analytic`: by central differences of second order,
// which mostly do and need two values of f, then of fourth order, or, where a kink (maxout, the
// edge of a window) lies inside the step, by second-order differences to one side of it. A wrong
// gradient fails them all.
bool agrees(float& value, float analytic, const Function& f, const GradientCheck& options,
            double scale) {
  const float kept = value;
  const auto at = [&](float offset) {
    value = kept + offset;
    const double result = f();
    value = kept;
    return result;
  };
  const auto matches = [&](double numeric) {
    UNSCOPED_INFO("analytic " << analytic << ", numeric " << numeric);
    return std::abs(static_cast<double>(analytic) - numeric) <= options.tolerance * scale;
  };
  for (const float h : {options.step, options.step / 4, options.step / 16}) {
    const double step = static_cast<double>(h);
    const double right = at(h), left = at(-h);
    if (matches((right - left) / (2 * step))) return true;
    const double far_right = at(2 * h), far_left = at(-2 * h);
    if (matches((8 * (right - left) - (far_right - far_left)) / (12 * step))) return true;
    const double here = at(0);
    if (matches((4 * right - 3 * here - far_right) / (2 * step))) return true;
    if (matches((far_left - 4 * left + 3 * here) / (2 * step))) return true;
  }
  return false;
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

// Leaves the arena full of NaN, so that whatever reads memory that nobody wrote to is seen.
void poison(Arena& arena) {
  std::ranges::fill(arena.floats(int64_t{1} << 18), std::numeric_limits<float>::quiet_NaN());
  arena.reset();
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
    variables.reserve(inputs.size());
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
    poison(arena);
    Tape tape(arena, Tape::Mode::kTraining);
    const std::vector<Variable> variables = put(tape);
    tape.backward(project(tape, computation(tape, variables)));
    for (const Variable& variable : variables)
      analytic.emplace_back(variable.gradient(), variable.gradient() + variable.elements());
  }
  for (size_t v = 0; v < inputs.size(); ++v) {
    const double scale = std::max(1.0, largest(analytic[v]));
    for (size_t i = 0; i < analytic[v].size(); ++i) {
      INFO("input " << v << ", element " << i);
      CHECK(agrees(inputs[v].values()[i], analytic[v][i], loss, options, scale));
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
    const int64_t count = std::min(samples, elements);
    for (int64_t sample = 0; sample < count; ++sample) {
      const int64_t i = sample * elements / count;
      INFO(parameter.name() << ", element " << i);
      const auto changed = [&] {
        store.changed();
        return loss(/*backward=*/false);
      };
      CHECK(agrees(parameter.value()[i], analytic[i], changed, options, scale));
    }
  }
  store.changed();
}

}  // namespace alinea
