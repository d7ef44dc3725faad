#include "benchmarks/matmul_bound.h"

#include <dnnl.h>

#include <algorithm>
#include <chrono>
#include <numeric>
#include <vector>

#include "ops/recurrent.h"

namespace alinea {

namespace {

// How many sentences have not ended, by step.
std::vector<int64_t> active_of(std::span<const int64_t> lengths) {
  std::vector<int64_t> active(static_cast<size_t>(*std::ranges::max_element(lengths)));
  for (const int64_t length : lengths)
    for (int64_t t = 0; t < length; ++t) ++active[t];
  return active;
}

int64_t sum(std::span<const int64_t> values) {
  return std::accumulate(values.begin(), values.end(), int64_t{0});
}

}  // namespace

double sgemm_seconds(int64_t m, int64_t n, int64_t k) {
  using Clock = std::chrono::steady_clock;
  const std::vector<float> a(static_cast<size_t>(m * k), 0.5F),
      b(static_cast<size_t>(k * n), 0.25F);
  std::vector<float> c(static_cast<size_t>(m * n));
  double best = 1e9, spent = 0;
  for (int run = 0; run < 200 && (run < 5 || spent < 0.01); ++run) {
    const Clock::time_point begin = Clock::now();
    dnnl_sgemm('N', 'N', m, n, k, 1.0F, a.data(), k, b.data(), n, 0.0F, c.data(), n);
    const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    best = std::min(best, seconds);
    spent += seconds;
  }
  return best;
}

void MatmulBound::add(int64_t m, int64_t n, int64_t k, int64_t count) {
  counts_[{m, n, k}] += count;
}

void MatmulBound::add_layer(int64_t rows, int64_t inputs, int64_t outputs) {
  add(rows, outputs, inputs);
  add(rows, inputs, outputs);
  add(inputs, outputs, rows);
}

void MatmulBound::add_steps(const std::vector<int64_t>& active, int64_t inputs, int64_t outputs) {
  for (const int64_t rows : active) {
    add(rows, outputs, inputs);
    add(rows, inputs, outputs);
  }
  add(inputs, outputs, sum(active));
}

// Self-attention and feed-forward of a Transformer's layer.
void MatmulBound::add_transformer_layer(std::span<const int64_t> lengths) {
  const int64_t size = options_.embedding_size, rows = sum(lengths);
  for (int i = 0; i < 4; ++i) add_layer(rows, size, size);
  add_layer(rows, size, options_.transformer.feed_forward_size);
  add_layer(rows, options_.transformer.feed_forward_size, size);
  for (const int64_t length : lengths)
    add(length, length, size / options_.transformer.heads, 6 * options_.transformer.heads);
}

void MatmulBound::add_transformer_decoder(const Batch& batch) {
  const int64_t size = options_.embedding_size;
  const int64_t source = sum(batch.source_lengths), target = sum(batch.target_lengths);
  for (int64_t l = 0; l < options_.decoder_layers; ++l) {
    add_transformer_layer(batch.target_lengths);
    for (int i = 0; i < 2; ++i) {
      add_layer(source, options_.state_size(), size);
      add_layer(target, size, size);
    }
    for (int64_t n = 0; n < batch.size; ++n)
      add(batch.target_lengths[n], batch.source_lengths[n], size / options_.transformer.heads,
          6 * options_.transformer.heads);
  }
  add_layer(target, size, vocabularies_.target);
}

void MatmulBound::add_encoder(const Batch& batch) {
  if (options_.encoder == "convolutional") return add_convolutional_encoder(batch.source_lengths);
  if (options_.encoder == "transformer") {
    for (int64_t l = 0; l < options_.encoder_layers; ++l)
      add_transformer_layer(batch.source_lengths);
    return;
  }
  const std::vector<int64_t> active = active_of(batch.source_lengths);
  const int64_t hidden = options_.encoder_hidden_size;
  const int64_t outputs = ops::gates(cell_from_name(options_.cell)) * hidden;
  for (int64_t l = 0; l < options_.encoder_layers; ++l)
    for (int direction = 0; direction < (options_.bidirectional ? 2 : 1); ++direction) {
      add_layer(sum(active), l == 0 ? options_.embedding_size : options_.state_size(), outputs);
      add_steps(active, hidden, outputs);
    }
}

// Whether the score is that of a sum behind tanh, and no product.
bool MatmulBound::compares_sums() const {
  return options_.attention == "additive" || options_.attention == "concat";
}

void MatmulBound::add_attention(const Batch& batch, const std::vector<int64_t>& active) {
  const int64_t hidden = options_.hidden_size, states = options_.state_size(),
                size = options_.attention_size, words = sum(batch.source_lengths);
  const bool compares = compares_sums();
  const bool steps = options_.decoder == "bahdanau" || options_.input_feeding;
  if (compares) add_layer(words, states, size);
  if (options_.attention == "general") add_layer(words, states, hidden);
  for (const bool needed : {compares, options_.attention_mode == "local-p"}) {
    if (!needed) continue;
    if (steps) {
      add_steps(active, hidden, size);
    } else {
      add_layer(sum(active), hidden, size);
    }
  }
  // Σ α h and its two gradients, and for scores that are products the energies and theirs.
  const int64_t products = compares ? 3 : 6;
  for (int64_t n = 0; n < batch.size; ++n)
    add(batch.target_lengths[n], states, batch.source_lengths[n], products);
}

void MatmulBound::add_decoder(const Batch& batch) {
  const std::vector<int64_t> active = active_of(batch.target_lengths);
  const int64_t rows = sum(active), hidden = options_.hidden_size,
                embedding = options_.embedding_size;
  const int64_t outputs = ops::gates(cell_from_name(options_.cell)) * hidden;
  const bool attends = options_.has_attention(), bahdanau = options_.decoder == "bahdanau";
  const int64_t context = attends ? options_.state_size() : 0;
  const int64_t fed = bahdanau ? context : attends && options_.input_feeding ? hidden : 0;
  add_layer(rows, embedding, outputs);
  if (fed > 0) add_steps(active, fed, outputs);
  add_steps(active, hidden, outputs);
  for (int64_t l = 1; l < options_.decoder_layers; ++l) {
    add_steps(active, hidden, outputs);
    add_steps(active, hidden, outputs);
  }
  if (attends) add_attention(batch, active);
  if (bahdanau) {
    add_layer(rows, hidden + context + embedding, (options_.readout == "maxout" ? 2 : 1) * hidden);
  } else if (attends && options_.input_feeding) {
    add_steps(active, context + hidden, hidden);
  } else if (attends) {
    add_layer(rows, context + hidden, hidden);
  }
  add_layer(rows, hidden, vocabularies_.target);
}

void MatmulBound::add_update(const Batch& batch) {
  add_encoder(batch);
  if (options_.decoder == "transformer") return add_transformer_decoder(batch);
  if (options_.decoder == "convolutional") return add_convolutional_decoder(batch);
  if (options_.bridge == "bridge")
    add_layer(batch.size, options_.state_size(), options_.hidden_size * options_.decoder_layers);
  add_decoder(batch);
}

// Of reading, without a way back.
void MatmulBound::add_transformer_reading(std::span<const int64_t> lengths) {
  const int64_t size = options_.embedding_size, rows = sum(lengths);
  for (int64_t l = 0; l < options_.encoder_layers; ++l) {
    add(rows, size, size, 4);
    add(rows, options_.transformer.feed_forward_size, size);
    add(rows, size, options_.transformer.feed_forward_size);
    for (const int64_t length : lengths)
      add(length, length, size / options_.transformer.heads, 2 * options_.transformer.heads);
  }
}

void MatmulBound::add_transformer_step(std::span<const int64_t> lengths, int64_t rows,
                                       int64_t position) {
  const int64_t size = options_.embedding_size, width = rows / std::ssize(lengths);
  add(rows, size, size, 6 * options_.decoder_layers);
  add(rows, options_.transformer.feed_forward_size, size, options_.decoder_layers);
  add(rows, size, options_.transformer.feed_forward_size, options_.decoder_layers);
  add(1, position, size / options_.transformer.heads,
      2 * options_.transformer.heads * options_.decoder_layers * rows);
  for (const int64_t length : lengths)
    add(width, length, size / options_.transformer.heads,
        2 * options_.transformer.heads * options_.decoder_layers);
  add(rows, vocabularies_.target, size);
}

void MatmulBound::add_reading(std::span<const int64_t> lengths) {
  if (options_.decoder == "transformer")
    add(sum(lengths), options_.embedding_size, options_.state_size(), 2 * options_.decoder_layers);
  if (options_.encoder == "transformer") return add_transformer_reading(lengths);
  if (options_.encoder == "convolutional") return add_convolutional_reading(lengths);
  const std::vector<int64_t> active = active_of(lengths);
  const int64_t words = sum(lengths), hidden = options_.encoder_hidden_size;
  const int64_t outputs = ops::gates(cell_from_name(options_.cell)) * hidden;
  for (int64_t l = 0; l < options_.encoder_layers; ++l)
    for (int direction = 0; direction < (options_.bidirectional ? 2 : 1); ++direction) {
      add(words, outputs, l == 0 ? options_.embedding_size : options_.state_size());
      for (const int64_t rows : active) add(rows, outputs, hidden);
    }
  if (options_.bridge == "bridge")
    add(std::ssize(lengths), options_.hidden_size * options_.decoder_layers, options_.state_size());
  if (compares_sums()) add(words, options_.attention_size, options_.state_size());
  if (options_.attention == "general") add(words, options_.hidden_size, options_.state_size());
}

void MatmulBound::add_search_step(std::span<const int64_t> lengths, int64_t rows,
                                  int64_t position) {
  if (options_.decoder == "transformer") return add_transformer_step(lengths, rows, position);
  if (options_.decoder == "convolutional") return add_convolutional_step(lengths, rows);
  const int64_t hidden = options_.hidden_size, embedding = options_.embedding_size;
  const int64_t outputs = ops::gates(cell_from_name(options_.cell)) * hidden;
  const bool attends = options_.has_attention(), bahdanau = options_.decoder == "bahdanau";
  const int64_t context = attends ? options_.state_size() : 0;
  const int64_t fed = bahdanau ? context : attends && options_.input_feeding ? hidden : 0;
  add(rows, outputs, embedding + fed + hidden);
  add(rows, outputs, 2 * hidden, options_.decoder_layers - 1);
  if (attends) {
    if (compares_sums()) add(rows, options_.attention_size, hidden);
    if (options_.attention_mode == "local-p") add(rows, options_.attention_size, hidden);
    const int64_t width = rows / std::ssize(lengths);
    for (const int64_t length : lengths) add(width, context, length, compares_sums() ? 1 : 2);
  }
  if (bahdanau) {
    add(rows, (options_.readout == "maxout" ? 2 : 1) * hidden, hidden + context + embedding);
  } else if (attends) {
    add(rows, hidden, context + hidden);
  }
  add(rows, vocabularies_.target, hidden);
}

double MatmulBound::operations() const {
  double operations = 0;
  for (const auto& [shape, count] : counts_) {
    const auto& [m, n, k] = shape;
    operations += 2.0 * static_cast<double>(m * n * k * count);
  }
  return operations;
}

double MatmulBound::seconds() const {
  double seconds = 0;
  for (const auto& [shape, count] : counts_) {
    const auto& [m, n, k] = shape;
    seconds += static_cast<double>(count) * sgemm_seconds(m, n, k);
  }
  return seconds;
}

}  // namespace alinea
