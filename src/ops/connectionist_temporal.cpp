#include "ops/connectionist_temporal.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "autograd/parallel.h"
#include "ops/check.h"
#include "support/log_add.h"

namespace alinea::ops {

namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();

// One sequence: the labels with blanks before, between and behind them, as the states of a path.
class Paths {
 public:
  Paths(const float* logits, int64_t steps, int64_t classes, std::span<const int32_t> labels,
        int32_t blank)
      : steps_(steps), classes_(classes), blank_(blank) {
    for (const int32_t label : labels) states_.insert(states_.end(), {blank, label});
    states_.push_back(blank);
    for (int64_t s = 0; s < steps; ++s) add_log_softmax(logits + s * classes);
    find_beginnings();
  }

  // log p of the labels.
  double total() const {
    const double* last = row(beginnings_, steps_ - 1);
    const int64_t states = std::ssize(states_);
    return states == 1 ? last[0] : log_add(last[states - 1], last[states - 2]);
  }

  // d(-log p) / d logits (equation 16): the softmax less the share of the paths through each class.
  void gradient(float* out) const {
    const double total = this->total();
    std::vector<double> ends(states_.size(), kNever), shares(static_cast<size_t>(classes_));
    for (int64_t s = steps_ - 1; s >= 0; --s) {
      ends = s + 1 == steps_ ? last_ends() : ends_before(ends, s);
      std::ranges::fill(shares, 0.0);
      for (size_t u = 0; u < states_.size(); ++u)
        shares[static_cast<size_t>(states_[u])] +=
            std::exp(row(beginnings_, s)[u] + ends[u] - total);
      for (int64_t c = 0; c < classes_; ++c)
        out[s * classes_ + c] =
            static_cast<float>(std::exp(log_softmax(s, c)) - shares[static_cast<size_t>(c)]);
    }
  }

 private:
  const double* row(const std::vector<double>& table, int64_t s) const {
    return table.data() + s * std::ssize(states_);
  }
  double log_softmax(int64_t s, int64_t c) const {
    return log_softmax_[static_cast<size_t>(s * classes_ + c)];
  }
  double says(int64_t s, size_t u) const { return log_softmax(s, states_[u]); }

  void add_log_softmax(const float* logits) {
    const double highest = *std::max_element(logits, logits + classes_);
    double sum = 0;
    for (int64_t c = 0; c < classes_; ++c) sum += std::exp(logits[c] - highest);
    for (int64_t c = 0; c < classes_; ++c)
      log_softmax_.push_back(logits[c] - highest - std::log(sum));
  }

  // Whether a path may go from state u-2 to u: past a blank that parts two different labels.
  bool skips(size_t u) const {
    return u >= 2 && states_[u] != blank_ && states_[u] != states_[u - 2];
  }

  // α of equation 6: log p of all beginnings of paths that are in state u after step s.
  void find_beginnings() {
    const size_t states = states_.size();
    beginnings_.assign(static_cast<size_t>(steps_) * states, kNever);
    for (size_t u = 0; u < std::min<size_t>(states, 2); ++u) beginnings_[u] = says(0, u);
    for (int64_t s = 1; s < steps_; ++s) {
      const double* before = row(beginnings_, s - 1);
      for (size_t u = 0; u < states; ++u) {
        double sum = before[u];
        if (u >= 1) sum = log_add(sum, before[u - 1]);
        if (skips(u)) sum = log_add(sum, before[u - 2]);
        beginnings_[static_cast<size_t>(s) * states + u] = sum + says(s, u);
      }
    }
  }

  // log p of what paths in state u after step s still say.
  std::vector<double> last_ends() const {
    std::vector<double> ends(states_.size(), kNever);
    for (size_t u = states_.size() - std::min<size_t>(states_.size(), 2); u < states_.size(); ++u)
      ends[u] = 0;
    return ends;
  }
  std::vector<double> ends_before(const std::vector<double>& ends, int64_t s) const {
    std::vector<double> before(ends.size());
    for (size_t u = 0; u < ends.size(); ++u) {
      before[u] = ends[u] + says(s + 1, u);
      if (u + 1 < ends.size()) before[u] = log_add(before[u], ends[u + 1] + says(s + 1, u + 1));
      if (u + 2 < ends.size() && skips(u + 2))
        before[u] = log_add(before[u], ends[u + 2] + says(s + 1, u + 2));
    }
    return before;
  }

  int64_t steps_, classes_;
  int32_t blank_;
  std::vector<int32_t> states_;
  std::vector<double> log_softmax_;  // [S, C]
  std::vector<double> beginnings_;   // [S, states]
};

}  // namespace

Variable ctc_loss(Tape& tape, const Variable& logits, const LabelSequences& sequences) {
  const OperationTimer timer(tape, "ctc_loss");
  const int64_t count = std::ssize(sequences.steps), classes = logits.columns();
  std::vector<int64_t> rows = {0}, labels = {0};
  for (int64_t n = 0; n < count; ++n) {
    rows.push_back(rows.back() + sequences.steps[static_cast<size_t>(n)]);
    labels.push_back(labels.back() + sequences.lengths[static_cast<size_t>(n)]);
  }
  check(rows.back() == logits.rows(), "ctc_loss", "the steps", logits.rows(), rows.back());
  check(labels.back() == std::ssize(sequences.labels), "ctc_loss", "the labels",
        std::ssize(sequences.labels), labels.back());
  const Variable loss = tape.result({1}, {logits});
  float* gradient = tape.recording() ? tape.arena().zeros(logits.elements()).data() : nullptr;
  std::vector<double> losses(static_cast<size_t>(count));
#pragma omp parallel for schedule(dynamic) if (parallel : logits.elements() > kWorthThreads)
  for (int64_t n = 0; n < count; ++n) {
    const auto i = static_cast<size_t>(n);
    const int64_t first = rows[i] * classes;
    const Paths paths(logits.value() + first, sequences.steps[i], classes,
                      sequences.labels.subspan(static_cast<size_t>(labels[i]),
                                               static_cast<size_t>(sequences.lengths[i])),
                      sequences.blank);
    if (paths.total() == kNever) continue;
    losses[i] = -paths.total();
    if (gradient != nullptr) paths.gradient(gradient + first);
  }
  double sum = 0;
  for (const double one : losses) sum += one;
  loss.value()[0] = static_cast<float>(sum);

  tape.record([=] {
    if (!loss.has_gradient() || !logits.requires_gradient()) return;
    const float dy = loss.gradient()[0];
    float* d = logits.gradient();
    const int64_t elements = logits.elements();
#pragma omp parallel for simd if (parallel : elements > kWorthThreads)
    for (int64_t i = 0; i < elements; ++i) d[i] += dy * gradient[i];
  });
  return loss;
}

}  // namespace alinea::ops
