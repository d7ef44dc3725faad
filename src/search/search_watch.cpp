#include "search/search_watch.h"

#include <utility>
#include <vector>

namespace alinea {

namespace {

// Follows the rows back to the tokens of their hypotheses.
class WatchedState : public State {
 public:
  WatchedState(std::unique_ptr<State> state, const SearchWatch& watch,
               std::span<const int64_t> sentences)
      : state_(std::move(state)), watch_(watch), sentences_(sentences) {}

  int64_t sentences() const override { return state_->sentences(); }
  int64_t vocabulary_size() const override { return state_->vocabulary_size(); }
  int64_t source_length(int64_t sentence) const override { return state_->source_length(sentence); }
  int32_t column(int64_t sentence, int32_t word) const override {
    return state_->column(sentence, word);
  }
  int32_t word(int64_t sentence, int32_t column) const override {
    return state_->word(sentence, column);
  }

  StepOutput advance(std::span<const Row> rows) override {
    if (watch_.is_cancelled && watch_.is_cancelled()) throw SearchCancelled();
    if (watch_.on_step) follow(rows);
    return state_->advance(rows);
  }

 private:
  using Tokens = std::vector<int32_t>;

  // The first row of a sentence is its best. At the first step all have <s> alone.
  void follow(std::span<const Row> rows) {
    std::vector<Tokens> extended;
    int64_t last = -1;
    for (const Row& row : rows) {
      extended.push_back(has_begun_ ? tokens_[static_cast<size_t>(row.parent)] : Tokens());
      if (has_begun_) extended.back().push_back(state_->word(row.sentence, row.token));
      if (has_begun_ && std::exchange(last, row.sentence) != row.sentence)
        watch_.on_step(sentences_[static_cast<size_t>(row.sentence)], extended.back());
    }
    tokens_ = std::move(extended);
    has_begun_ = true;
  }

  std::unique_ptr<State> state_;
  const SearchWatch& watch_;
  std::span<const int64_t> sentences_;
  std::vector<Tokens> tokens_;  // of each row of the step before
  bool has_begun_ = false;
};

}  // namespace

std::unique_ptr<State> watched(std::unique_ptr<State> state, const SearchWatch& watch,
                               std::span<const int64_t> sentences) {
  if (!watch) return state;
  return std::make_unique<WatchedState>(std::move(state), watch, sentences);
}

}  // namespace alinea
