#include "layers/positions.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "ops/sum.h"
#include "support/name_table.h"

namespace alinea {

namespace {

const NameTable<PositionKind> kPositionKinds("kind of positions",
                                             {{"sinusoidal", PositionKind::kSinusoidal},
                                              {"learned", PositionKind::kLearned},
                                              {"relative", PositionKind::kRelative},
                                              {"none", PositionKind::kNone}});

// Rows of P that are computed once.
constexpr int64_t kTableRows = 256;

void write_sinusoids(int64_t position, int64_t size, float* row) {
  for (int64_t c = 0; c < size; ++c) {
    const double exponent = static_cast<double>(c - c % 2) / static_cast<double>(size);
    const double angle = static_cast<double>(position) / std::pow(10000.0, exponent);
    row[c] = static_cast<float>(c % 2 == 0 ? std::sin(angle) : std::cos(angle));
  }
}

}  // namespace

std::vector<std::string> position_names() { return kPositionKinds.names(); }

PositionKind position_kind(std::string_view name) { return kPositionKinds[name]; }

Positions::Positions(ParameterStore& store, const std::string& name, PositionKind kind,
                     int64_t most, int64_t size, float limit)
    : kind_(kind), size_(size), table_(static_cast<size_t>(kTableRows * size)) {
  if (kind == PositionKind::kLearned) learned_.emplace(store, name, most, size, limit);
  for (int64_t t = 0; t < kTableRows; ++t) write_sinusoids(t, size, &table_[t * size]);
}

std::optional<int64_t> Positions::most() const {
  if (!learned_) return std::nullopt;
  return learned_->weight().shape()[0];
}

Variable Positions::operator()(Tape& tape, const Variable& x,
                               std::span<const int64_t> positions) const {
  if (kind_ == PositionKind::kSinusoidal) return add_sinusoids(tape, x, positions);
  if (kind_ != PositionKind::kLearned) return x;
  std::vector<int32_t> known;
  for (const int64_t t : positions) known.push_back(static_cast<int32_t>(std::min(t, *most() - 1)));
  return ops::add(tape, x, (*learned_)(tape, known));
}

Variable Positions::add_step(Tape& tape, const Variable& x, int64_t step) const {
  return add_sinusoids(tape, x, std::vector<int64_t>(static_cast<size_t>(x.rows()), step));
}

Variable Positions::add_sinusoids(Tape& tape, const Variable& x,
                                  std::span<const int64_t> positions) const {
  const Variable rows =
      tape.constant({tape.arena().floats(x.rows() * size_).data(), {x.rows(), size_}});
  for (size_t r = 0; r < positions.size(); ++r) {
    float* row = rows.value() + static_cast<int64_t>(r) * size_;
    if (positions[r] < kTableRows) {
      std::copy_n(&table_[positions[r] * size_], size_, row);
    } else {
      write_sinusoids(positions[r], size_, row);
    }
  }
  return ops::add(tape, x, rows);
}

std::vector<int64_t> positions_within(std::span<const int64_t> lengths) {
  std::vector<int64_t> positions;
  for (const int64_t length : lengths)
    for (int64_t t = 0; t < length; ++t) positions.push_back(t);
  return positions;
}

}  // namespace alinea
