#include "server/attention_json.h"

#include <cmath>
#include <span>

#include "server/request_error.h"

namespace alinea {

namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMostWeights = size_t{1} << 18;

Json matrix(std::span<const float> weights, size_t columns) {
  Json rows = Json::array();
  for (; !weights.empty(); weights = weights.subspan(columns)) {
    Json row = Json::array();
    for (const float weight : weights.first(columns)) row.push_back(rounded(double{weight}));
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

double rounded(double number) {
  constexpr double kDecimals = 1e6;
  return std::round(number * kDecimals) / kDecimals;
}

std::vector<double> rounded(const std::vector<float>& numbers) {
  std::vector<double> result;
  result.reserve(numbers.size());
  for (const float number : numbers) result.push_back(rounded(double{number}));
  return result;
}

void check_weights(size_t weights) {
  if (weights > kMostWeights)
    throw RequestError(
        Status::kTooLarge,
        "expected attention of at most {} weights, got {}: ask for it with a shorter "
        "text",
        kMostWeights, weights);
}

Json attention_json(const Alignment& alignment) {
  const size_t columns = alignment.source.size();
  const bool is_one = alignment.heads.empty();
  const size_t heads = is_one ? 1 : alignment.heads.size() / alignment.layers;
  const size_t layers = is_one ? 1 : alignment.layers;
  check_weights(layers * heads * alignment.target.size() * columns);
  Json weights = Json::array();
  for (size_t layer = 0; layer < layers; ++layer) {
    Json& of_layer = weights.emplace_back(Json::array());
    for (size_t head = 0; head < heads; ++head)
      of_layer.push_back(
          matrix(is_one ? alignment.weights : alignment.heads[layer * heads + head], columns));
  }
  Json json = {{"layers", layers},
               {"heads", heads},
               {"rows", alignment.target},
               {"columns", alignment.source},
               {"weights", std::move(weights)},
               {"mean", matrix(alignment.weights, columns)}};
  return json;
}

}  // namespace alinea
