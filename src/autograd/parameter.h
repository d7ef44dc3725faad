// What training learns. All values lie in one contiguous buffer and all gradients in another, so
// that clipping, the optimizer, saving and averaging are single passes over memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "autograd/precision.h"
#include "support/random.h"
#include "tensor/shape.h"

namespace alinea {

class ParameterStore;

class Parameter {
 public:
  const std::string& name() const { return name_; }
  // What it is called in files of older versions; or empty.
  const std::string& older_name() const { return older_name_; }
  void was_called(std::string name) { older_name_ = std::move(name); }
  const Shape& shape() const { return shape_; }
  std::span<float> value() const { return value_; }
  // Empty where the store was allocated without gradients.
  std::span<float> gradient() const { return gradient_; }
  // How many parameters of its store stand before it, and where in the buffers it begins.
  size_t index() const { return index_; }
  int64_t offset() const;
  // Changes whenever the values do: tells whether a repacked copy is stale.
  uint64_t version() const;

  // Elements [begin, begin + count) start from one value instead of a random one.
  void start_from(float value, int64_t begin, int64_t count) { start_ = {value, begin, count}; }

  // The share of the learning rate that it learns at, with any optimizer.
  double rate_factor() const { return rate_factor_; }
  void scale_rate(double factor) { rate_factor_ = factor; }
  // A further share, with optimizers whose steps are normalized (Optimizer::is_normalized).
  double normalized_rate_factor() const { return normalized_rate_factor_; }
  void scale_normalized_rate(double factor) { normalized_rate_factor_ = factor; }
  // From now on training leaves it as it is: no gradient reaches it.
  void freeze() { scale_rate(0); }
  bool is_frozen() const { return rate_factor_ == 0; }

  // How products with it are computed.
  Precision precision() const;

  // A repacked copy of the value, for whoever computes with it.
  struct Packed {
    std::mutex mutex;      // held while it is looked at and made
    uint64_t version = 0;  // of the value that was copied; 0: none yet

    // 64-byte aligned.
    std::byte* bytes() const;
    std::byte* resize(size_t bytes);

   private:
    std::vector<std::byte> storage_;
  };
  // The one of a layout, by a number of the caller's; the reference stays valid.
  Packed& packed(int64_t layout) const;

  // A copy of so many bytes that `make` fills from the parameter alone: once for each version of
  // the values, by whoever asks first or by ParameterStore::refresh(). It is valid until they
  // change.
  using Make = void (*)(const Parameter& parameter, std::byte* copy);
  const std::byte* copy(Make make, size_t bytes) const;

 private:
  friend class ParameterStore;
  std::string name_, older_name_;
  Shape shape_;
  size_t index_ = 0;
  float limit_ = 0;
  double rate_factor_ = 1, normalized_rate_factor_ = 1;
  struct Start {
    float value = 0;
    int64_t begin = 0, count = 0;
  } start_;
  std::span<float> value_;
  std::span<float> gradient_;
  const ParameterStore* store_ = nullptr;
  mutable std::mutex packed_mutex_;
  mutable std::map<int64_t, Packed> packed_;
  struct Copy : Packed {
    bool is_wanted = false;  // since the last refresh
    void bring_up(const Parameter& parameter, Make make);
  };
  mutable std::map<Make, Copy, std::less<>> copies_;
};

class ParameterStore {
 public:
  // kLater: the sizes come from a file and are to be checked before allocate() is called.
  enum class Gradients { kNone, kKept, kLater };

  ParameterStore() = default;
  ParameterStore(const ParameterStore&) = delete;
  ParameterStore& operator=(const ParameterStore&) = delete;

  // Declares a parameter whose values start uniform in [-limit, limit]. The reference stays valid.
  Parameter& add(std::string name, Shape shape, float limit);
  // Called once, after the last add(): every value is zero. With kLater it does nothing.
  void allocate(Gradients gradients);
  void initialize(Random& random);

  // The parameter of that name; a mistake in the program where there is none (std::logic_error).
  Parameter& at(std::string_view name);
  std::deque<Parameter>& parameters() { return parameters_; }
  const std::deque<Parameter>& parameters() const { return parameters_; }
  std::span<float> values() const { return values_; }
  std::span<float> gradients() const { return gradients_; }
  // The number of parameters, without the padding between them.
  int64_t count() const;

  void clear_gradients();
  uint64_t version() const { return version_; }

  // How products with weights are computed from now on. In kInt8 nothing is learned: where there
  // are gradients it throws std::logic_error.
  void compute_in(Precision precision);
  Precision precision() const { return precision_; }
  // To be called after the values were written to.
  void changed() { ++version_; }
  // Makes the copies anew that were asked for since the last time, a thread each: threads that
  // learn side by side would wait for one another at each of them. Others are thrown away.
  void refresh() const;

 private:
  struct Aligned {
    explicit Aligned(size_t count = 0);
    std::vector<float> storage;
    std::span<float> values;
  };
  std::deque<Parameter> parameters_;
  Aligned value_storage_;
  Aligned gradient_storage_;
  std::span<float> values_;
  std::span<float> gradients_;
  uint64_t version_ = 1;
  Precision precision_ = Precision::kF32;
};

// The limit of Glorot & Bengio's (2010, eq. 16) uniform initialisation.
float glorot_limit(int64_t fan_in, int64_t fan_out);

}  // namespace alinea
