#include "attention/weights.h"

#include <algorithm>

#include "ops/rows.h"
#include "support/name_table.h"

namespace alinea {

namespace {

const NameTable<AttentionOf> kAttentionOf("attention", {{"cross", AttentionOf::kCross},
                                                        {"encoder", AttentionOf::kEncoder},
                                                        {"decoder", AttentionOf::kDecoder}});

}  // namespace

std::vector<std::string> attention_of_names() { return kAttentionOf.names(); }

AttentionOf attention_of_name(std::string_view name) { return kAttentionOf[name]; }

AttentionValues AttentionWeights::values() const {
  if (!alpha) return {};
  return {
      .alpha = alpha.values(),
      .heads = heads(),
      .layers = layers,
      .steps = steps(),
      .width = alpha.columns(),
      .windows = windows,
      .centres = centres ? std::span<const float>(centres.values()) : std::span<const float>(),
      .taken = taken,
      .energies = energies ? std::span<const float>(energies.values()) : std::span<const float>()};
}

StoredAttention::StoredAttention(const AttentionValues& values)
    : alpha_(values.alpha.begin(), values.alpha.end()),
      centres_(values.centres.begin(), values.centres.end()),
      taken_(values.taken.begin(), values.taken.end()),
      energies_(values.energies.begin(), values.energies.end()),
      windows_(values.windows.begin(), values.windows.end()),
      heads_(values.heads),
      layers_(values.layers),
      steps_(values.steps),
      width_(values.width) {}

AttentionValues StoredAttention::values() const {
  return {.alpha = alpha_,
          .heads = heads_,
          .layers = layers_,
          .steps = steps_,
          .width = width_,
          .windows = windows_,
          .centres = centres_,
          .taken = taken_,
          .energies = energies_};
}

AttentionWeights joined(Tape& tape, std::span<const AttentionWeights> parts, int64_t layers) {
  if (parts.size() <= 1) return parts.empty() ? AttentionWeights{} : parts[0];
  const Shape& shape = parts[0].alpha.shape();
  const int64_t batch = shape[0], steps = shape[2], width = shape[3];
  int64_t heads = 0;
  std::vector<Variable> alphas, centres, energies;
  for (const AttentionWeights& part : parts) {
    heads += part.heads();
    alphas.push_back(part.alpha.reshaped({batch, part.heads() * steps * width}));
    if (part.energies)
      energies.push_back(part.energies.reshaped({batch, part.heads() * steps * width}));
    if (part.centres) centres.push_back(part.centres.reshaped({batch, part.heads() * steps}));
  }
  const std::span<ops::Window> windows = tape.arena().array<ops::Window>(batch * heads * steps);
  const std::span<int32_t> chosen =
      tape.arena().array<int32_t>(parts[0].chosen.empty() ? 0 : batch * heads * steps);
  auto next = windows.begin();
  auto next_chosen = chosen.begin();
  for (int64_t n = 0; n < batch; ++n)
    for (const AttentionWeights& part : parts) {
      const int64_t count = part.heads() * steps;
      next = std::ranges::copy(part.windows.subspan(n * count, count), next).out;
      if (!chosen.empty())
        next_chosen = std::ranges::copy(part.chosen.subspan(n * count, count), next_chosen).out;
    }
  const auto of_all = [&](const std::vector<Variable>& all) {
    return ops::concatenate(tape, all).reshaped({batch, heads, steps, width});
  };
  return {of_all(alphas),
          windows,
          centres.empty() ? Variable{}
                          : ops::concatenate(tape, centres).reshaped({batch, heads, steps}),
          layers,
          /*taken=*/{},
          chosen,
          energies.size() == parts.size() ? of_all(energies) : Variable{}};
}

AttentionWeights self_attention(Tape& tape, const Variable& alpha, std::span<const int64_t> lengths,
                                bool causal) {
  const int64_t heads = alpha.shape()[1], steps = alpha.shape()[2];
  const std::span<ops::Window> windows =
      tape.arena().array<ops::Window>(std::ssize(lengths) * heads * steps);
  for (int64_t row = 0; row < std::ssize(windows); ++row) {
    const int64_t length = lengths[row / (heads * steps)], t = row % steps;
    windows[row] = {0, causal ? std::min(t + 1, length) : length};
  }
  return {alpha, windows, {}};
}

AttentionWeights past_attention(Tape& tape, const Variable& alpha,
                                std::span<const int64_t> lengths) {
  const int64_t heads = alpha.shape()[1], steps = alpha.shape()[2];
  const std::span<ops::Window> windows =
      tape.arena().array<ops::Window>(std::ssize(lengths) * heads * steps);
  for (int64_t row = 0; row < std::ssize(windows); ++row) {
    const int64_t length = lengths[row / (heads * steps)], t = std::min(row % steps, length);
    const bool ahead = row / steps % heads == 0;
    windows[row] = ahead ? ops::Window{0, t} : ops::Window{std::min(t + 1, length), length};
  }
  return {alpha, windows, {}};
}

std::span<const float> taken_by_sentence(Tape& tape, std::span<const float> taken,
                                         std::span<const int64_t> lengths) {
  if (taken.empty()) return {};
  const int64_t longest = *std::ranges::max_element(lengths);
  const std::span<float> cells = tape.arena().zeros(std::ssize(lengths) * longest);
  auto from = taken.begin();
  for (size_t n = 0; n < lengths.size(); ++n) {
    std::copy_n(from, lengths[n], cells.begin() + static_cast<int64_t>(n) * longest);
    from += lengths[n];
  }
  return cells;
}

BlockStep block_step(std::span<const AttentionWeights> blocks, int64_t t) {
  const int64_t size = blocks.front().steps();
  return {static_cast<size_t>(t / size), t % size};
}

void KeptAttention::append(const AttentionValues& values, int64_t n, int64_t t, int64_t length) {
  heads = values.heads;
  layers = values.layers;
  if (!values.taken.empty()) taken.push_back(values.taken[n * values.steps + t]);
  for (int64_t head = 0; head < heads; ++head) {
    const auto row = values.row(n, head, t).first(static_cast<size_t>(length));
    alpha.insert(alpha.end(), row.begin(), row.end());
    if (!values.energies.empty()) {
      const auto own = values.energies_row(n, head, t).first(static_cast<size_t>(length));
      energies.insert(energies.end(), own.begin(), own.end());
    }
    if (values.centres.empty()) continue;
    windows.push_back(values.windows[values.index(n, head, t)]);
    centres.push_back(values.centres[values.index(n, head, t)]);
  }
}

KeptAttention KeptAttention::selected(const AttentionSelection& selection, int64_t length) const {
  const int64_t each = heads / layers;
  if (selection.layer && *selection.layer >= layers)
    throw UsageError("expected a --layer below {}, got {}", layers, *selection.layer);
  if (selection.head && *selection.head >= each)
    throw UsageError("expected a --head below {}, got {}", each, *selection.head);
  std::vector<int64_t> wanted;
  for (int64_t head = 0; head < heads; ++head)
    if (selection.layer.value_or(head / each) == head / each &&
        selection.head.value_or(head % each) == head % each)
      wanted.push_back(head);
  KeptAttention result;
  result.heads = std::ssize(wanted);
  result.layers = selection.layer ? 1 : layers;
  result.is_shifted = is_shifted || selection.shifted;
  const int64_t steps = std::ssize(alpha) / (heads * length);
  for (int64_t t = 0; t < steps; ++t) {
    const int64_t step = std::min(t + (selection.shifted && !is_shifted ? 1 : 0), steps - 1);
    if (!taken.empty()) result.taken.push_back(taken[step]);
    for (const int64_t head : wanted) {
      const int64_t row = step * heads + head;
      const auto begin = alpha.begin() + row * length;
      result.alpha.insert(result.alpha.end(), begin, begin + length);
      if (!energies.empty()) {
        const auto own = energies.begin() + row * length;
        result.energies.insert(result.energies.end(), own, own + length);
      }
      if (centres.empty()) continue;
      result.windows.push_back(windows[row]);
      result.centres.push_back(centres[row]);
    }
  }
  return result;
}

std::vector<float> KeptAttention::mean_row(int64_t t, int64_t length) const {
  std::vector<float> mean(static_cast<size_t>(length), 0.0F);
  for (int64_t head = 0; head < heads; ++head)
    for (int64_t s = 0; s < length; ++s)
      mean[s] += alpha[(t * heads + head) * length + s] / static_cast<float>(heads);
  return mean;
}

std::vector<float> KeptAttention::mean(int64_t length) const {
  if (heads == 1) return alpha;
  std::vector<float> means;
  for (int64_t t = 0; t < std::ssize(alpha) / (heads * length); ++t) {
    const std::vector<float> row = mean_row(t, length);
    means.insert(means.end(), row.begin(), row.end());
  }
  return means;
}

}  // namespace alinea
