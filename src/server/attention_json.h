// Attention as answers have it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "reports/alignment.h"

namespace alinea {

// Throws RequestError kTooLarge for more weights than an answer may have.
void check_weights(size_t weights);

// {"layers": L, "heads": H, "rows": [...], "columns": [...], "weights": [L][H][rows][columns],
//  "mean": [rows][columns]}, weights to six decimals. Throws as
// check_weights().
nlohmann::ordered_json attention_json(const Alignment& alignment);

// A number to six decimals, so that its text is short.
double rounded(double number);
std::vector<double> rounded(const std::vector<float>& numbers);

}  // namespace alinea
