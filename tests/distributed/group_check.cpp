// Started by mpirun: every rank checks what it gets from the others.
#include <cstdlib>
#include <iostream>
#include <vector>

#include "distributed/launch.h"

namespace alinea {
namespace {

void check(bool holds, const char* what) {
  if (holds) return;
  std::cerr << "wrong: " << what << '\n';
  end_all(1);
}

// What `rank` adds at i: sums of these are exact.
float part(int64_t rank, size_t i) {
  return static_cast<float>((rank + 1) * 7 % 5) + 3.0F * static_cast<float>(i);
}

std::vector<float> parts(int64_t rank, size_t count) {
  std::vector<float> values(count);
  for (size_t i = 0; i < count; ++i) values[i] = part(rank, i);
  return values;
}

std::vector<float> sum_of_parts(int64_t ranks, size_t count) {
  std::vector<float> values(count);
  for (int64_t rank = 0; rank < ranks; ++rank)
    for (size_t i = 0; i < count; ++i) values[i] += part(rank, i);
  return values;
}

// Fewer elements than ranks, as many as do not divide, and more than one message holds; ranks begin
// in opposite orders.
void check_sums(Group& group) {
  const std::vector<size_t> counts = {1, 2, 7, 65, 100'003};
  std::vector<std::vector<float>> values;
  for (const size_t count : counts) values.push_back(parts(group.rank(), count));
  for (size_t i = 0; i < counts.size(); ++i) {
    const size_t key = group.rank() % 2 == 0 ? i : counts.size() - 1 - i;
    group.begin_sum(values[key], static_cast<int64_t>(key));
    group.progress();
  }
  double sum = 0.5 + static_cast<double>(group.rank());
  group.sum(std::span(&sum, 1));
  const auto ranks = static_cast<double>(group.size());
  check(sum == ranks * ranks / 2, "a sum of doubles");
  group.finish_sums();
  for (size_t i = 0; i < counts.size(); ++i)
    check(values[i] == sum_of_parts(group.size(), counts[i]), "a sum of floats");
}

// Of numbers whose sum depends on the order.
void check_same_bits(Group& group) {
  std::vector<float> values(1003);
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = 1.0F / static_cast<float>(1 + 3 * i + 1000 * static_cast<size_t>(group.rank()));
  group.begin_sum(values, 0);
  group.finish_sums();
  const auto bytes = std::as_bytes(std::span(values));
  const std::vector<std::string> all =
      group.gather({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  for (const std::string& other : all) check(other == all[0], "bits of a sum");
}

void check_texts(Group& group) {
  const std::string mine(static_cast<size_t>(group.rank()) * 3,
                         static_cast<char>('a' + group.rank()));
  const std::vector<std::string> all = group.gather(mine);
  check(std::ssize(all) == group.size(), "what was gathered");
  for (size_t rank = 0; rank < all.size(); ++rank)
    check(all[rank] == std::string(3 * rank, static_cast<char>('a' + rank)), "what was gathered");
  check(group.broadcast(group.leads() ? "first" : "another") == "first", "a broadcast text");
  check(group.broadcast(mine).empty(), "a broadcast text that is empty");
  std::vector<float> values(5, static_cast<float>(group.rank()));
  group.broadcast(values);
  check(values == std::vector<float>(5, 0), "broadcast numbers");
}

void check_shares(Group& group) {
  std::vector<double> taken(11);
  for (const int64_t i : share(group, 11)) ++taken[i];
  group.sum(taken);
  check(taken == std::vector<double>(11, 1), "shares");
}

}  // namespace
}  // namespace alinea

int main() {
  using namespace alinea;
  const std::unique_ptr<Group> group = join(20);
  check(group->size() > 1, "the number of ranks");
  check_sums(*group);
  check_same_bits(*group);
  check_texts(*group);
  check_shares(*group);
  return 0;
}
