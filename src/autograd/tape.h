// Reverse-mode differentiation. A tape records operations as they run and plays them backwards.
//
// An operation computes its output from its inputs, and then records a function that adds to the
// gradient of every input, given the gradient of the output:
//
//   Variable y = tape.result({rows, columns}, {x});
//   ... fill y.value() ...
//   tape.record([=] { ... add to x.gradient() what y.gradient() makes of it ... });
//
// Everything lives in the arena: recording allocates nothing else.
//
// An operation begins with `const OperationTimer timer(tape, "name");`, which tells a profile,
// where there is one, what its time and that of its way back was spent on.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <new>
#include <span>
#include <type_traits>
#include <typeinfo>

#include "autograd/gradient_buffer.h"
#include "autograd/parameter.h"
#include "autograd/profile.h"
#include "tensor/arena.h"
#include "tensor/tensor.h"

namespace alinea {

// A value on a tape, and the gradient of the loss by it. Copies refer to the same value.
class Variable {
 public:
  Variable() = default;

  explicit operator bool() const { return node_ != nullptr; }
  const Shape& shape() const { return shape_; }
  float* value() const { return node_->value; }
  std::span<float> values() const { return {node_->value, static_cast<size_t>(elements())}; }
  int64_t elements() const { return shape_.elements(); }
  int64_t rows() const { return shape_.rows(); }
  int64_t columns() const { return shape_.columns(); }

  bool requires_gradient() const { return node_ != nullptr && node_->requires_gradient; }
  // Whether anything was added to the gradient yet; where not, there is nothing to play back.
  bool has_gradient() const;
  // Zero before the first use.
  float* gradient() const { return node_->zeroed_gradient(); }
  // A gradient that the caller adds to with `beta`, or overwrites where beta is 0.
  struct Accumulator {
    float* data;
    float beta;
  };
  Accumulator accumulator() const;
  // The same, in the place of the value where that is free: of a result that nobody reads any more
  // and that has no gradient yet.
  Accumulator accumulator_in_place() const;
  // Adds `values`, which lie in the same arena and may become the gradient itself.
  void add_gradient(float* values) const;

  // The parameter behind it, if it is one and not a part of one.
  const Parameter* parameter() const { return node_->parameter; }

  // The same value with other extents.
  Variable reshaped(Shape shape) const;

 private:
  friend class Tape;
  struct Node {
    float* value = nullptr;
    float* gradient_data = nullptr;
    int64_t elements = 0;
    bool requires_gradient = false;
    bool is_result = false;
    Arena* arena = nullptr;
    const Parameter* parameter = nullptr;
    GradientSlot* slot = nullptr;  // of a parameter's gradient in a buffer
    Node* whole = nullptr;         // what this is a slice of
    int64_t offset = 0;            // where in the whole

    float* zeroed_gradient();
  };
  Variable(Node* node, Shape shape) : node_(node), shape_(shape) {}

  Node* node_ = nullptr;
  Shape shape_;
};

// Looks on while a tape is played backwards.
class GradientWatch {
 public:
  GradientWatch() = default;
  GradientWatch(const GradientWatch&) = delete;
  GradientWatch& operator=(const GradientWatch&) = delete;
  virtual ~GradientWatch() = default;

  // Nothing more will be added to the gradient, of a parameter that the tape used.
  virtual void is_final(const Parameter& parameter) = 0;
  virtual void operation_done() = 0;
};

class Tape {
 public:
  enum class Mode { kInference, kTraining };

  // `dropout` gives the keys of the dropout masks; without it nothing is dropped. `profile` is told
  // what every operation took. Gradients of parameters are added to those in `gradients`, or, where
  // there is none, in their store.
  Tape(Arena& arena, Mode mode, Random* dropout = nullptr, Profile* profile = nullptr,
       GradientBuffer* gradients = nullptr)
      : arena_(&arena),
        recording_(mode == Mode::kTraining),
        dropout_(dropout),
        profile_(profile),
        gradients_(gradients) {}
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;

  Arena& arena() const { return *arena_; }
  bool recording() const { return recording_; }
  Random* dropout() const { return dropout_; }
  // To be called before the tape uses a parameter.
  void tell(GradientWatch* watch) { watch_ = watch; }

  Variable use(const Parameter& parameter);
  // A value that needs no gradient; the data must outlive the tape.
  Variable constant(Tensor tensor);
  // A value of the caller's whose gradient is wanted.
  Variable input(Tensor tensor);
  // Room for what an operation computes from `parents`.
  Variable result(Shape shape, std::initializer_list<Variable> parents);
  Variable result(Shape shape, std::span<const Variable> parents);
  Variable zeros(Shape shape);
  // `count` entries of the first axis from `begin` on: shares value and gradient with the whole.
  Variable slice(const Variable& whole, int64_t begin, int64_t count);

  // Keeps what undoes an operation. `backward` lies in the arena: it captures by value, and
  // nothing that owns memory.
  template <typename Backward>
  void record(Backward backward) {
    static_assert(std::is_trivially_destructible_v<Backward>);
    if (!recording_) return;
    auto* step = arena_->make<Recorded<Backward>>(Step{nullptr, last_, operation_}, backward);
    step->step.run = [](Step* self) { reinterpret_cast<Recorded<Backward>*>(self)->backward(); };
    last_ = &step->step;
  }

  // What waits for the end of the way back, the newest first. It lies in the arena.
  struct Deferred {
    void (*run)(Deferred*);  // a second time it does nothing
    Deferred* next;
    const Parameter* parameter;  // whose gradient it adds to
  };
  void defer(Deferred& work) {
    work.next = deferred_;
    deferred_ = &work;
  }

  // What operations leave for later ones on this tape, by type: the newest Entry that `matches`, or
  // nullptr. It lies in the arena.
  template <typename Entry, typename Matches>
  Entry* cached(const Matches& matches) const {
    for (Cached* one = cached_; one != nullptr; one = one->next) {
      if (*one->type != typeid(Entry)) continue;
      Entry& entry = static_cast<CachedEntry<Entry>*>(one)->entry;
      if (matches(entry)) return &entry;
    }
    return nullptr;
  }
  template <typename Entry>
  Entry& cache(const Entry& entry) {
    static_assert(std::is_trivially_destructible_v<Entry>);
    auto* made = arena_->make<CachedEntry<Entry>>(Cached{&typeid(Entry), cached_}, entry);
    cached_ = made;
    return made->entry;
  }

  // Sets the gradient of `loss` (all of its elements) to `seed` and plays the tape backwards, then
  // what was deferred meanwhile.
  void backward(const Variable& loss, float seed = 1.0F);

 private:
  friend class OperationTimer;
  struct Step {
    void (*run)(Step*);
    Step* previous;
    const char* operation;
  };
  template <typename Backward>
  struct Recorded {
    Step step;  // first, so that a pointer to it is a pointer to the whole
    Backward backward;
  };
  struct Cached {
    const std::type_info* type;
    Cached* next;
  };
  template <typename Entry>
  struct CachedEntry : Cached {
    CachedEntry(const Cached& head, const Entry& given) : Cached(head), entry(given) {}
    Entry entry;
  };
  // The first use of a parameter: what was recorded before has nothing to do with it.
  struct Use {
    const Parameter* parameter;
    Step* before;
    Use* previous;
  };
  Variable node(float* value, Shape shape, bool requires_gradient);
  void note_use(const Parameter& parameter);
  void tell_final(const Step* next);

  Arena* arena_;
  bool recording_;
  Random* dropout_;
  Profile* profile_;
  GradientBuffer* gradients_;
  GradientWatch* watch_ = nullptr;
  Use* uses_ = nullptr;              // the newest first, where somebody watches
  const char* operation_ = "other";  // that runs
  Step* last_ = nullptr;
  Deferred* deferred_ = nullptr;
  Cached* cached_ = nullptr;
};

// Stands at the beginning of an operation.
class OperationTimer {
 public:
  OperationTimer(Tape& tape, const char* operation) : timer_(tape.profile_, operation) {
    tape.operation_ = operation;
  }

 private:
  ProfileTimer timer_;
};

}  // namespace alinea
