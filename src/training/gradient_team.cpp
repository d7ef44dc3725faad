#include "training/gradient_team.h"

#include <omp.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>

#include "autograd/parallel.h"
#include "training/gradient_norm.h"

namespace alinea {

namespace {

// How many threads get a share of so many examples.
size_t count_shares(int64_t examples, int64_t least_share) {
  const int64_t threads = omp_get_max_threads();
  return examples >= threads * least_share ? static_cast<size_t>(threads) : 1;
}

// Deals the examples out, the costliest first and each to the share that has the least so far, so
// that shares take equally long. At a cost of 1 at least, so that none stays empty.
std::vector<std::vector<int64_t>> deal(const Task& task, std::span<const int64_t> examples,
                                       size_t count) {
  std::vector<std::pair<int64_t, int64_t>> by_cost;
  for (const int64_t& example : examples)
    by_cost.emplace_back(std::max<int64_t>(task.cost(std::span(&example, 1)), 1), example);
  std::ranges::stable_sort(by_cost, std::greater<>(), &std::pair<int64_t, int64_t>::first);
  std::vector<std::vector<int64_t>> shares(count);
  std::vector<int64_t> costs(count);
  for (const auto& [cost, example] : by_cost) {
    const auto least = std::ranges::min_element(costs);
    *least += cost;
    shares[static_cast<size_t>(least - costs.begin())].push_back(example);
  }
  return shares;
}

GradientTeam::Learned plus(const GradientTeam::Learned& a, const GradientTeam::Learned& b) {
  return {a.loss + b.loss, a.units + b.units, a.feedback + b.feedback};
}

// As many members as are needed; one where there is no part.
size_t most_shares(const std::vector<std::vector<std::vector<int64_t>>>& parts) {
  size_t most = 1;
  for (const auto& shares : parts) most = std::max(most, shares.size());
  return most;
}

}  // namespace

GradientTeam::Learned GradientTeam::sum(Parts parts, Random& dropout, GradientWatch* watch) {
  const std::vector<std::vector<Examples>> dealt = deal_parts(parts);
  const size_t members = most_shares(dealt);
  gather(members);
  task_.parameters().refresh();
  Learned whole;
  for (const std::vector<Examples>& shares : dealt) {
    const bool is_last = &shares == &dealt.back() && members == 1;
    whole = plus(whole, learn_part(shares, dropout, is_last ? watch : nullptr));
  }
  settle(members);
  if (watch == nullptr || members > 1) whole.norm = add_up(members);
  return whole;
}

std::vector<std::vector<GradientTeam::Examples>> GradientTeam::deal_parts(Parts parts) const {
  std::vector<std::vector<Examples>> dealt;
  for (const std::span<const int64_t> part : parts)
    dealt.push_back(deal(task_, part, count_shares(std::ssize(part), task_.terms().least_share)));
  return dealt;
}

// Makes so many members ready, to whose gradients nothing was added.
void GradientTeam::gather(size_t members) {
  const std::span<float> first = task_.parameters().gradients();
  while (members_.size() < members) {
    Member& member = members_.emplace_back();
    member.gradients.emplace(
        task_.parameters(), members_.size() == 1
                                ? first
                                : member.gradient_memory.zeros(static_cast<int64_t>(first.size())));
  }
  for (size_t m = 0; m < members; ++m) members_[m].gradients->clear();
}

void GradientTeam::settle(size_t members) {
  for_each_piece(static_cast<int64_t>(members), members > 1,
                 [&](int64_t m) { members_[m].gradients->settle(); });
}

GradientTeam::Learned GradientTeam::learn(Member& member, std::span<const int64_t> examples,
                                          Random& dropout, GradientWatch* watch) {
  member.arena.reset();
  Tape tape(member.arena, Tape::Mode::kTraining, &dropout, profiling_ ? &member.profile : nullptr,
            &*member.gradients);
  tape.tell(watch);
  const BatchLoss loss = task_.loss(tape, examples);
  const Learned learned{loss.reported, loss.count, loss.feedback};
  tape.backward(loss.objective);
  return learned;
}

GradientTeam::Learned GradientTeam::learn_part(const std::vector<Examples>& shares, Random& dropout,
                                               GradientWatch* watch) {
  if (shares.size() == 1) return learn(members_.front(), shares.front(), dropout, watch);
  std::vector<Random> masks;
  for (size_t i = 0; i < shares.size(); ++i) masks.emplace_back(dropout.next());
  std::vector<Learned> learned(shares.size());
  for_each_piece(std::ssize(shares), /*parallel=*/true,
                 [&](int64_t i) { learned[i] = learn(members_[i], shares[i], masks[i], nullptr); });
  return std::accumulate(learned.begin(), learned.end(), Learned{}, plus);
}

double GradientTeam::add_up(size_t members) {
  std::vector<std::span<const float>> others;
  for (size_t m = 1; m < members; ++m) others.push_back(members_[m].gradients->values());
  return alinea::add_up(task_.parameters().gradients(), others);
}

void GradientTeam::release() {
  for (Member& member : members_) member.arena.release();
}

int64_t GradientTeam::high_water() const {
  size_t bytes = 0;
  for (const Member& member : members_) bytes += member.arena.high_water();
  return static_cast<int64_t>(bytes);
}

Profile GradientTeam::profile() const {
  Profile whole;
  for (const Member& member : members_) whole.add(member.profile);
  return whole;
}

}  // namespace alinea
