// Words in the place of <unk>: what the source word that attention looked at most is translated as
// in a dictionary, else that word itself (Luong et al. 2015, "Addressing the Rare Word Problem in
// Neural Machine Translation", section 3.3, there with links instead of attention).
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "text/vocabulary.h"

namespace alinea {

class UnknownReplacement {
 public:
  // Copies alone.
  UnknownReplacement() = default;
  // A dictionary: lines SOURCE|||TARGET, a word and what to say for it. Of a word that comes twice
  // the first line counts. Throws Error that names file and line.
  explicit UnknownReplacement(const std::filesystem::path& dictionary);

  // weights: of each source word, and of </s> behind them, which nothing is made of. Empty where no
  // word has any weight: then <unk> has to stay.
  std::string operator()(std::span<const std::string> source, std::span<const float> weights) const;

 private:
  TextMap<std::string> dictionary_;
};

}  // namespace alinea
