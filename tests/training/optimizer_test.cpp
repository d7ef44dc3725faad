#include "training/optimizer.h"

#include <omp.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "support/error.h"

namespace alinea {
namespace {

// Enough for several threads, and no multiple of any vector or block.
constexpr size_t kMany = 100003;

std::vector<float> wave(size_t count, double frequency) {
  std::vector<float> values(count);
  for (size_t i = 0; i < count; ++i) {
    values[i] = static_cast<float>(std::sin(frequency * static_cast<double>(i + 1)));
  }
  return values;
}

// Runs three steps with a number of threads and returns the parameters.
std::vector<float> trained(Optimizer& optimizer, int threads) {
  const int before = omp_get_max_threads();
  omp_set_num_threads(threads);
  std::vector<float> parameters = wave(kMany, 0.37);
  for (const double frequency : {0.11, 0.73, 1.9}) {
    optimizer.update(parameters, wave(kMany, frequency), 0.01);
  }
  omp_set_num_threads(before);
  return parameters;
}

double norm_with(std::span<const float> values, int threads) {
  const int before = omp_get_max_threads();
  omp_set_num_threads(threads);
  const double norm = global_norm(values);
  omp_set_num_threads(before);
  return norm;
}

TEST_CASE("Adam follows algorithm 1") {
  // Worked out from the paper with thirty decimal digits.
  Adam adam(2);
  std::vector<float> theta = {0.5F, -2.0F};
  adam.update(theta, std::vector<float>{0.3F, -1.5F}, 0.1);
  CHECK(theta[0] == Approx(0.400000003333333222).epsilon(1e-6));
  CHECK(theta[1] == Approx(-1.900000000666666662).epsilon(1e-6));
  adam.update(theta, std::vector<float>{-0.7F, 0.0F}, 0.1);
  CHECK(theta[0] == Approx(0.442018542039501514).epsilon(1e-6));
  CHECK(theta[1] == Approx(-1.832994175884907361).epsilon(1e-6));
  adam.update(theta, std::vector<float>{0.2F, 4.0F}, 0.02);
  CHECK(theta[0] == Approx(0.445054422419074769).epsilon(1e-6));
  CHECK(theta[1] == Approx(-1.841324299286533128).epsilon(1e-6));

  CHECK(adam.steps() == 3);
  REQUIRE(adam.state().size() == 2);
  CHECK(adam.state()[0][0] == Approx(-0.0187).epsilon(1e-5));
  CHECK(adam.state()[0][1] == Approx(0.2785).epsilon(1e-5));
  CHECK(adam.state()[1][0] == Approx(0.00061933009).epsilon(1e-5));
  CHECK(adam.state()[1][1] == Approx(0.01824550225).epsilon(1e-5));
}

TEST_CASE("Adam takes no step where the gradient was always zero") {
  Adam adam(1);
  std::vector<float> theta = {0.25F};
  adam.update(theta, std::vector<float>{0.0F}, 0.1);
  CHECK(theta[0] == 0.25F);
}

TEST_CASE("SGD steps against the gradient, with momentum along the velocity") {
  const std::vector<float> gradient = {2.0F, -0.5F, 0.0F};
  std::vector<float> plain = {1.0F, 1.0F, 1.0F};
  Sgd sgd(3);
  sgd.update(plain, gradient, 0.25);
  CHECK(plain == std::vector<float>{0.5F, 1.125F, 1.0F});
  CHECK(sgd.state().empty());

  std::vector<float> heavy = {1.0F, 1.0F, 1.0F};
  Sgd momentum(3, 0.5);
  momentum.update(heavy, gradient, 0.25);
  momentum.update(heavy, gradient, 0.25);  // velocity 1.5 times the gradient
  CHECK(heavy == std::vector<float>{-0.25F, 1.3125F, 1.0F});
  CHECK(momentum.state().size() == 1);
}

TEST_CASE("a range learns at its own rate where steps are normalized, and only it") {
  for (const std::string& name : optimizer_names()) {
    const auto scaled = make_optimizer(name, 6), half = make_optimizer(name, 6),
               whole = make_optimizer(name, 6);
    scaled->scale_rate(1, 3, 0.5);
    scaled->scale_rate(5, 6, 0.5);
    std::vector<float> a = wave(6, 0.7), b = a, c = a;
    for (const double frequency : {0.3, 1.1}) {
      const std::vector<float> gradients = wave(6, frequency);
      scaled->update(a, gradients, 0.1);
      half->update(b, gradients, 0.05);
      whole->update(c, gradients, 0.1);
    }
    REQUIRE(b != c);
    const auto expected = [&](size_t i) {
      const bool in_range = i == 1 || i == 2 || i == 5;
      return in_range && name == "adam" ? b[i] : c[i];
    };
    for (size_t i = 0; i < a.size(); ++i) CHECK(a[i] == expected(i));
  }
}

TEST_CASE("an optimizer goes on from its saved state as if it had never stopped") {
  const std::string name = GENERATE("adam", "sgd");
  const std::vector<float> gradient = {0.3F, -0.7F, 1.1F};
  std::vector<float> straight = {1.0F, 2.0F, 3.0F};
  std::vector<float> resumed = straight;
  const auto first = make_optimizer(name, 3);
  const auto second = make_optimizer(name, 3);
  CHECK(first->name() == name);

  first->update(straight, gradient, 0.1);
  const auto from = first->state();
  const auto to = second->state();
  REQUIRE(from.size() == to.size());
  for (size_t i = 0; i < from.size(); ++i) std::copy(from[i].begin(), from[i].end(), to[i].begin());
  second->restore_steps(first->steps());
  resumed = straight;
  first->update(straight, gradient, 0.1);
  second->update(resumed, gradient, 0.1);
  CHECK(resumed == straight);
}

TEST_CASE("a step has the same bits for any number of threads") {
  Adam one(kMany);
  Adam three(kMany);
  CHECK(trained(one, 1) == trained(three, 3));
  Sgd one_heavy(kMany, 0.9);
  Sgd three_heavy(kMany, 0.9);
  CHECK(trained(one_heavy, 1) == trained(three_heavy, 3));
}

TEST_CASE("the global norm is exact to double and the same for any number of threads") {
  CHECK(global_norm(std::vector<float>{}) == 0);
  CHECK(global_norm(std::vector<float>{3.0F, -4.0F}) == 5);
  CHECK(global_norm(std::vector<float>(13, 2.0F)) == Approx(std::sqrt(52.0)).epsilon(1e-15));
  CHECK(global_norm(std::vector<float>{1e30F, 0.0F}) == Approx(1e30).epsilon(1e-6));

  const std::vector<float> values = wave(kMany, 0.37);
  double sum = 0;
  for (const float value : values) sum += static_cast<double>(value) * value;
  const double norm = norm_with(values, 1);
  CHECK(norm == Approx(std::sqrt(sum)).epsilon(1e-12));
  CHECK(norm_with(values, 2) == norm);
  CHECK(norm_with(values, 5) == norm);
}

TEST_CASE("clipping scales down what is too long and nothing else") {
  std::vector<float> gradients = {3.0F, -4.0F};
  CHECK(clip_by_global_norm(gradients, 0) == 5);
  CHECK(clip_by_global_norm(gradients, 5) == 5);
  CHECK(gradients == std::vector<float>{3.0F, -4.0F});
  CHECK(clip_by_global_norm(gradients, 2.5) == 5);
  CHECK(gradients == std::vector<float>{1.5F, -2.0F});

  gradients[0] = std::numeric_limits<float>::infinity();
  CHECK(std::isinf(clip_by_global_norm(gradients, 1)));
  CHECK(gradients[1] == -2.0F);
}

TEST_CASE("an optimizer refuses a name or a length that does not fit") {
  CHECK_THROWS_WITH(make_optimizer("adamw", 3),
                    "expected an optimizer that is one of adam, sgd, got \"adamw\"");
  CHECK_THROWS_AS(make_optimizer("", 3), UsageError);
  Adam adam(3);
  std::vector<float> parameters(3);
  CHECK_THROWS_AS(adam.update(parameters, std::vector<float>(2), 0.1), std::logic_error);
  CHECK(adam.steps() == 0);
}

}  // namespace
}  // namespace alinea
