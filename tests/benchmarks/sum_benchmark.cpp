// The time to sum a buffer of floats over the ranks, with nothing else running:
//
//   mpirun -n 2 build/tests/benchmarks/sum_benchmark 10762304
//
// prints the median of several rounds in milliseconds, for the whole buffer in the buckets that
// training has, and for a single float, which is latency alone.
#include <algorithm>
#include <chrono>
#include <iostream>
#include <vector>

#include "distributed/launch.h"
#include "training/gradient_sum.h"

namespace alinea {
namespace {

double milliseconds(Group& group, int64_t floats) {
  using Clock = std::chrono::steady_clock;
  constexpr int kRounds = 9;
  std::vector<float> values(static_cast<size_t>(floats), 1.0F);
  std::vector<double> rounds;
  for (int round = 0; round < kRounds; ++round) {
    double together = 0;
    group.sum(std::span(&together, 1));
    const auto begin = Clock::now();
    for (int64_t i = 0; i < floats; i += GradientSum::kBucket)
      group.begin_sum(std::span(values).subspan(
                          static_cast<size_t>(i),
                          static_cast<size_t>(std::min(GradientSum::kBucket, floats - i))),
                      i / GradientSum::kBucket);
    group.finish_sums();
    rounds.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begin).count());
  }
  std::ranges::nth_element(rounds, rounds.begin() + kRounds / 2);
  return rounds[kRounds / 2];
}

}  // namespace
}  // namespace alinea

int main(int argc, char** argv) {
  using namespace alinea;
  const std::unique_ptr<Group> group = join(60);
  group->begin("the benchmark");
  const double whole = milliseconds(*group, argc > 1 ? std::stoll(argv[1]) : 10'000'000);
  const double latency = milliseconds(*group, 1);
  if (group->leads())
    std::cout << group->size() << " ranks: " << whole << " ms, a single float " << latency
              << " ms\n";
  return 0;
}
