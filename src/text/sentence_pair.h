// One example as it is given to models: a source, words or features, and a target.
#pragma once

#include <cstdint>
#include <iterator>
#include <span>

namespace alinea {

// Rows of features of one example, [rows, columns]; without columns there are none.
struct FeatureView {
  std::span<const float> values = {};
  int64_t columns = 0;

  int64_t rows() const { return columns == 0 ? 0 : std::ssize(values) / columns; }
};

// Without </s>.
struct SentencePair {
  std::span<const int32_t> source;
  std::span<const int32_t> target;
  int64_t index = 0;          // the caller's
  FeatureView features = {};  // in the place of a source of words

  // What there is of the source: words without </s>, or rows.
  int64_t source_size() const {
    return features.columns > 0 ? features.rows() : std::ssize(source);
  }
};

}  // namespace alinea
