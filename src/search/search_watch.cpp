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
    if (!watch_.on_step) return state_->advance(rows);
    follow(rows);
    const StepOutput output = state_->advance(rows);
    attention_ = output.attention;
    return output;
  }

 private:
  struct Followed {
    std::vector<int32_t> tokens;
    KeptAttention attention;
  };

  // The first row of a sentence is its best. At the first step all have <s> alone.
  void follow(std::span<const Row> rows) {
    std::vector<Followed> extended;
    int64_t last = -1;
    for (const Row& row : rows) {
      extended.push_back(has_begun_ ? extension(row) : Followed());
      const Followed& one = extended.back();
      if (has_begun_ && std::exchange(last, row.sentence) != row.sentence)
        watch_.on_step(sentences_[static_cast<size_t>(row.sentence)], {one.tokens, one.attention});
    }
    followed_ = std::move(extended);
    has_begun_ = true;
  }

  // With what the step before attended to when it wrote the token.
  Followed extension(const Row& row) const {
    Followed one = followed_[static_cast<size_t>(row.parent)];
    one.tokens.push_back(state_->word(row.sentence, row.token));
    if (!attention_.empty())
      one.attention.append(attention_, row.parent / attention_.steps, row.parent % attention_.steps,
                           state_->source_length(row.sentence));
    return one;
  }

  std::unique_ptr<State> state_;
  const SearchWatch& watch_;
  std::span<const int64_t> sentences_;
  std::vector<Followed> followed_;  // of each row of the step before
  AttentionValues attention_;       // of that step
  bool has_begun_ = false;
};

}  // namespace

std::unique_ptr<State> watched(std::unique_ptr<State> state, const SearchWatch& watch,
                               std::span<const int64_t> sentences) {
  if (!watch) return state;
  return std::make_unique<WatchedState>(std::move(state), watch, sentences);
}

}  // namespace alinea
