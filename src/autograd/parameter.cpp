#include "autograd/parameter.h"

#include <algorithm>
#include <cmath>
#include <new>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "autograd/parallel.h"
#include "support/error.h"
#include "support/units.h"

namespace alinea {

namespace {

constexpr size_t kAlignment = 64;  // bytes
constexpr size_t kAlignedFloats = kAlignment / sizeof(float);

size_t padded(const Shape& shape) {
  const auto elements = static_cast<size_t>(shape.elements());
  return (elements + kAlignedFloats - 1) / kAlignedFloats * kAlignedFloats;
}

}  // namespace

int64_t Parameter::offset() const { return value_.data() - store_->values().data(); }

uint64_t Parameter::version() const { return store_->version(); }

Precision Parameter::precision() const { return store_->precision(); }

Parameter::Packed& Parameter::packed(int64_t layout) const {
  const std::scoped_lock lock(packed_mutex_);
  return packed_[layout];
}

std::byte* Parameter::Packed::bytes() const {
  const auto begin = reinterpret_cast<uintptr_t>(storage_.data());
  return const_cast<std::byte*>(storage_.data()) + (kAlignment - begin % kAlignment) % kAlignment;
}

std::byte* Parameter::Packed::resize(size_t bytes) {
  storage_.resize(bytes + kAlignment);
  return this->bytes();
}

void Parameter::Copy::bring_up(const Parameter& parameter, Make make) {
  const std::scoped_lock lock(mutex);
  if (version == parameter.version()) return;
  make(parameter, bytes());
  version = parameter.version();
}

const std::byte* Parameter::copy(Make make, size_t bytes) const {
  Copy& copy = [&]() -> Copy& {
    const std::scoped_lock lock(packed_mutex_);
    const auto [found, is_new] = copies_.try_emplace(make);
    if (is_new) found->second.resize(bytes);
    found->second.is_wanted = true;
    return found->second;
  }();
  copy.bring_up(*this, make);
  return copy.bytes();
}

ParameterStore::Aligned::Aligned(size_t count) : storage(count == 0 ? 0 : count + kAlignedFloats) {
  if (count == 0) return;
  const auto misaligned =
      reinterpret_cast<uintptr_t>(storage.data()) / sizeof(float) % kAlignedFloats;
  const size_t skip = misaligned == 0 ? 0 : kAlignedFloats - misaligned;
  values = std::span(storage).subspan(skip, count);
}

Parameter& ParameterStore::add(std::string name, Shape shape, float limit) {
  const size_t index = parameters_.size();
  Parameter& parameter = parameters_.emplace_back();
  parameter.index_ = index;
  parameter.name_ = std::move(name);
  parameter.shape_ = shape;
  parameter.limit_ = limit;
  parameter.store_ = this;
  return parameter;
}

void ParameterStore::allocate(Gradients gradients) {
  if (gradients == Gradients::kLater) return;
  size_t total = 0;
  for (const Parameter& parameter : parameters_) total += padded(parameter.shape_);
  const bool has_gradients = gradients == Gradients::kKept;
  try {
    value_storage_ = Aligned(total);
    gradient_storage_ = Aligned(has_gradients ? total : 0);
  } catch (const std::bad_alloc&) {
    const double bytes = static_cast<double>(total * sizeof(float)) * (has_gradients ? 2 : 1);
    if (bytes < kGigabyte / 10) throw;  // it is others that take the memory
    throw Error("out of memory: the parameters{} alone need {:.1f} GB: {}",
                has_gradients ? " and their gradients" : "", bytes / kGigabyte,
                has_gradients ? "choose smaller layers or a smaller vocabulary"
                              : "the model is too large for this machine");
  }
  values_ = value_storage_.values;
  gradients_ = gradient_storage_.values;
  size_t offset = 0;
  for (Parameter& parameter : parameters_) {
    const auto elements = static_cast<size_t>(parameter.shape_.elements());
    parameter.value_ = values_.subspan(offset, elements);
    if (!gradients_.empty()) parameter.gradient_ = gradients_.subspan(offset, elements);
    offset += padded(parameter.shape_);
  }
}

void ParameterStore::initialize(Random& random) {
  for (Parameter& parameter : parameters_) {
    for (float& value : parameter.value_)
      value = parameter.limit_ * (2.0F * random.uniform() - 1.0F);
    const Parameter::Start& start = parameter.start_;
    std::fill_n(parameter.value_.begin() + start.begin, start.count, start.value);
  }
  changed();
}

Parameter& ParameterStore::at(std::string_view name) {
  const auto found = std::ranges::find(parameters_, name, &Parameter::name);
  if (found == parameters_.end())
    throw std::logic_error("there is no parameter called " + std::string(name));
  return *found;
}

int64_t ParameterStore::count() const {
  return std::accumulate(
      parameters_.begin(), parameters_.end(), int64_t{0},
      [](int64_t sum, const Parameter& parameter) { return sum + parameter.shape().elements(); });
}

void ParameterStore::compute_in(Precision precision) {
  if (precision == Precision::kInt8 && !gradients_.empty())
    throw std::logic_error("weights do not learn in 8-bit integers");
  precision_ = precision;
  changed();
}

void ParameterStore::clear_gradients() { std::fill(gradients_.begin(), gradients_.end(), 0.0F); }

void ParameterStore::refresh() const {
  struct Wanted {
    const Parameter* parameter;
    Parameter::Make make;
    Parameter::Copy* copy;
  };
  std::vector<Wanted> wanted;
  for (const Parameter& parameter : parameters_) {
    std::erase_if(parameter.copies_, [](const auto& each) { return !each.second.is_wanted; });
    for (auto& [make, copy] : parameter.copies_) {
      copy.is_wanted = false;
      wanted.push_back({&parameter, make, &copy});
    }
  }
  for_each_piece(std::ssize(wanted), wanted.size() > 1, [&](int64_t i) {
    const auto [parameter, make, copy] = wanted[static_cast<size_t>(i)];
    copy->bring_up(*parameter, make);
  });
}

float glorot_limit(int64_t fan_in, int64_t fan_out) {
  return std::sqrt(6.0F / static_cast<float>(fan_in + fan_out));
}

}  // namespace alinea
