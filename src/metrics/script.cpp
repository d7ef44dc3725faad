#include "metrics/script.h"

#include <charconv>
#include <cmath>
#include <string>

#include "support/error.h"
#include "support/program_output.h"

namespace alinea {

double script_score(const ScriptOptions& script, const std::filesystem::path& translations) {
  constexpr const char* kWhiteSpace = " \t\r\n";
  constexpr size_t kShown = 60;  // bytes in a message
  std::string text =
      program_output(script.path, {translations.string()}, std::chrono::seconds(script.timeout));
  text.erase(text.find_last_not_of(kWhiteSpace) + 1);
  text.erase(0, text.find_first_not_of(kWhiteSpace));
  double score = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), score);
  if (error == std::errc() && end == text.data() + text.size() && std::isfinite(score))
    return score;
  if (text.empty()) throw Error("'{}' printed nothing, expected a number", script.path.string());
  throw Error("'{}' printed {:?}, expected a number and nothing else", script.path.string(),
              text.substr(0, kShown));
}

}  // namespace alinea
