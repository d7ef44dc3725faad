#include "search/scored_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "support/unanswered.h"
#include "text/inputs_together.h"
#include "text/line_reader.h"

namespace alinea {

namespace {

struct WaitingLine {
  std::string text, fault;
  std::vector<int32_t> ids;
};

void visit_waiting(const LanguageModel& model, std::span<const WaitingLine> waiting, int64_t first,
                   const ScoringOptions& options,
                   const std::function<void(const ScoredTextLine&)>& visit) {
  std::vector<SentencePair> pairs;
  for (const WaitingLine& line : waiting) pairs.push_back({{}, line.ids, 0});
  const std::vector<ScoredPair> results = score(*model.network, pairs, options);
  for (size_t i = 0; i < waiting.size(); ++i) {
    const WaitingLine& line = waiting[i];
    ScoredTextLine scored{first + static_cast<int64_t>(i), line.text, results[i],
                          std::ranges::count(line.ids, kUnknown), line.fault};
    if (scored.fault.empty() && !std::isfinite(results[i].log_probability))
      scored.fault = kOverflow;
    visit(scored);
  }
}

}  // namespace

std::string beyond_positions_of(const LanguageOptions& options, int64_t tokens) {
  const std::optional<int64_t> most = options.most_words();
  if (!most || tokens < *most) return {};
  return fmt::format(
      "the line has {} tokens, but the model's learned positions end at {} with </s>", tokens,
      *most);
}

void for_text_lines(const LanguageModel& model, const std::filesystem::path& path,
                    const ScoringOptions& options,
                    const std::function<void(const ScoredTextLine&)>& visit) {
  LineReader lines(path);
  std::vector<WaitingLine> waiting;
  int64_t first = 0;
  const int64_t together = inputs_together(path, options.batch_size);
  answer_lines(
      lines,
      [&](const std::string& text, std::string fault) {
        WaitingLine line{text, std::move(fault), {}};
        if (line.fault.empty()) line.ids = model.language.encode(line.text);
        if (line.fault.empty())
          line.fault = beyond_positions_of(model.network->options(), std::ssize(line.ids));
        if (!line.fault.empty()) line.ids.clear();
        waiting.push_back(std::move(line));
      },
      [&] { return std::ssize(waiting) >= together; },
      [&] {
        visit_waiting(model, waiting, first, options, visit);
        first += std::ssize(waiting);
        waiting.clear();
      });
}

}  // namespace alinea
