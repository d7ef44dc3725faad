#include "search/scored_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "models/carried_states.h"
#include "support/unanswered.h"
#include "text/inputs_together.h"
#include "text/line_reader.h"

namespace alinea {

namespace {

struct WaitingLine {
  std::string text, fault;
  std::vector<int32_t> ids;
};

// The lines of a stream, one after the other.
class StreamScorer {
 public:
  explicit StreamScorer(const LanguageNetwork& network) : network_(network), states_(network, 1) {}

  ScoredPair score(const SentencePair& line) {
    arena_.reset();
    const Batch batch = make_batch(std::span(&line, 1));
    Tape tape(arena_, Tape::Mode::kInference);
    const CarriedStates::Place place{0, is_first_};
    std::vector<Variable> rows = states_.rows(tape, std::span(&place, 1));
    Likelihood likelihood = network_.likelihood(tape, batch, {.keep_attention = false}, rows);
    if (std::isfinite(likelihood.log_probability[0])) {
      states_.keep(std::span(&place, 1), rows);
      is_first_ = false;
    }
    return {likelihood.log_probability[0],
            std::ssize(line.target) + 1,
            std::move(likelihood.token_log_probabilities[0]),
            {}};
  }

 private:
  const LanguageNetwork& network_;
  CarriedStates states_;
  Arena arena_;
  bool is_first_ = true;
};

std::vector<ScoredPair> scores_of(const LanguageModel& model, std::span<const WaitingLine> waiting,
                                  const ScoringOptions& options, StreamScorer* stream) {
  std::vector<SentencePair> pairs;
  for (const WaitingLine& line : waiting) pairs.push_back({{}, line.ids, 0});
  if (stream == nullptr) return score(*model.network, pairs, options);
  std::vector<ScoredPair> results;
  for (size_t i = 0; i < pairs.size(); ++i)
    results.push_back(waiting[i].fault.empty() ? stream->score(pairs[i]) : ScoredPair());
  return results;
}

void visit_waiting(const LanguageModel& model, std::span<const WaitingLine> waiting, int64_t first,
                   const ScoringOptions& options, StreamScorer* stream,
                   const std::function<void(const ScoredTextLine&)>& visit) {
  const std::vector<ScoredPair> results = scores_of(model, waiting, options, stream);
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
                    const ScoringOptions& options, LineStates states,
                    const std::function<void(const ScoredTextLine&)>& visit) {
  LineReader lines(path);
  std::optional<StreamScorer> stream;
  if (states == LineStates::kCarried) stream.emplace(*model.network);
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
        visit_waiting(model, waiting, first, options, stream ? &*stream : nullptr, visit);
        first += std::ssize(waiting);
        waiting.clear();
      });
}

}  // namespace alinea
