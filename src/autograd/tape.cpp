#include "autograd/tape.h"

#include <algorithm>
#include <cassert>

#include "autograd/parallel.h"

namespace alinea {

float* Variable::Node::zeroed_gradient() {
  if (slot != nullptr) return slot->to_add_to();
  if (gradient_data != nullptr) return gradient_data;
  gradient_data =
      whole != nullptr ? whole->zeroed_gradient() + offset : arena->zeros(elements).data();
  return gradient_data;
}

bool Variable::has_gradient() const {
  if (node_ == nullptr || !node_->requires_gradient) return false;
  const Node* owner = node_;
  while (owner->whole != nullptr) owner = owner->whole;
  return owner->gradient_data != nullptr;
}

Variable::Accumulator Variable::accumulator() const {
  if (GradientSlot* slot = node_->slot; slot != nullptr && !slot->is_written) {
    slot->is_written = true;
    return {slot->values.data(), 0.0F};
  }
  if (node_->gradient_data != nullptr || node_->whole != nullptr)
    return {node_->zeroed_gradient(), 1.0F};
  node_->gradient_data = node_->arena->floats(node_->elements).data();
  return {node_->gradient_data, 0.0F};
}

Variable::Accumulator Variable::accumulator_in_place() const {
  if (!node_->is_result || node_->gradient_data != nullptr) return accumulator();
  node_->gradient_data = node_->value;
  return {node_->gradient_data, 0.0F};
}

void Variable::add_gradient(float* values) const {
  if (node_->gradient_data == nullptr && node_->whole == nullptr) {
    node_->gradient_data = values;
    return;
  }
  float* gradient = node_->zeroed_gradient();
  const int64_t count = elements();
#pragma omp parallel for simd if (parallel : count > kWorthThreads)
  for (int64_t i = 0; i < count; ++i) gradient[i] += values[i];
}

Variable Variable::reshaped(Shape shape) const {
  assert(shape.elements() == elements());
  return {node_, shape};
}

Variable Tape::node(float* value, Shape shape, bool requires_gradient) {
  auto* node = arena_->make<Variable::Node>();
  node->value = value;
  node->elements = shape.elements();
  node->requires_gradient = requires_gradient && recording_;
  node->arena = arena_;
  return {node, shape};
}

Variable Tape::use(const Parameter& parameter) {
  Variable variable = node(parameter.value().data(), parameter.shape(), !parameter.is_frozen());
  variable.node_->parameter = &parameter;
  if (!variable.requires_gradient()) return variable;
  if (gradients_ != nullptr) variable.node_->slot = &gradients_->slot(parameter);
  variable.node_->gradient_data =
      gradients_ != nullptr ? variable.node_->slot->values.data() : parameter.gradient().data();
  if (watch_ != nullptr) note_use(parameter);
  return variable;
}

Variable Tape::constant(Tensor tensor) { return node(tensor.data, tensor.shape, false); }

Variable Tape::input(Tensor tensor) { return node(tensor.data, tensor.shape, true); }

Variable Tape::result(Shape shape, std::initializer_list<Variable> parents) {
  return result(shape, std::span(parents.begin(), parents.size()));
}

Variable Tape::result(Shape shape, std::span<const Variable> parents) {
  const bool requires_gradient = std::any_of(
      parents.begin(), parents.end(), [](const Variable& p) { return p.requires_gradient(); });
  Variable made = node(arena_->floats(shape.elements()).data(), shape, requires_gradient);
  made.node_->is_result = true;
  return made;
}

Variable Tape::zeros(Shape shape) {
  return node(arena_->zeros(shape.elements()).data(), shape, false);
}

Variable Tape::slice(const Variable& whole, int64_t begin, int64_t count) {
  const Shape& from = whole.shape();
  assert(begin >= 0 && count >= 0 && begin + count <= from[0]);
  const int64_t stride = from[0] == 0 ? 0 : from.elements() / from[0];
  Variable part =
      node(whole.value() + begin * stride, from.with_first(count), whole.requires_gradient());
  part.node_->whole = whole.node_;
  part.node_->offset = begin * stride;
  return part;
}

void Tape::note_use(const Parameter& parameter) {
  for (const Use* use = uses_; use != nullptr; use = use->previous)
    if (use->parameter == &parameter) return;
  uses_ = arena_->make<Use>(Use{&parameter, last_, uses_});
}

// `next` is the step that will be played next.
void Tape::tell_final(const Step* next) {
  for (; uses_ != nullptr && uses_->before == next; uses_ = uses_->previous) {
    for (Deferred* work = deferred_; work != nullptr; work = work->next)
      if (work->parameter == uses_->parameter) work->run(work);
    if (gradients_ != nullptr) gradients_->slot(*uses_->parameter).to_add_to();
    watch_->is_final(*uses_->parameter);
  }
  watch_->operation_done();
}

void Tape::backward(const Variable& loss, float seed) {
  assert(recording_);
  std::fill_n(loss.gradient(), loss.elements(), seed);
  if (watch_ != nullptr) tell_final(last_);
  for (Step* step = last_; step != nullptr; step = step->previous) {
    const ProfileTimer timer(profile_, step->operation, Direction::kBackward);
    step->run(step);
    if (watch_ != nullptr) tell_final(step->previous);
  }
  last_ = nullptr;
  const ProfileTimer timer(profile_, "weight gradients", Direction::kBackward);
  for (Deferred* work = deferred_; work != nullptr; work = work->next) work->run(work);
  deferred_ = nullptr;
}

}  // namespace alinea
