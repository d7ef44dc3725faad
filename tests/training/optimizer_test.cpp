#include "training/optimizer.h"

#include <omp.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <stdexcept>

#include "support/error.h"

namespace alinea {
namespace {

// Enough for several threads, and no multiple of any vector or block.
constexpr size_t kManyParameters = 100003;

std::unique_ptr<Optimizer> optimizer_of(const std::string& kind, int64_t parameters) {
  OptimizerOptions options;
  options.kind = kind;
  return make_optimizer(options, parameters);
}

std::vector<float> sine(size_t count, double frequency) {
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
  std::vector<float> parameters = sine(kManyParameters, 0.37);
  for (const double frequency : {0.11, 0.73, 1.9}) {
    optimizer.update(parameters, sine(kManyParameters, frequency), 0.01);
  }
  omp_set_num_threads(before);
  return parameters;
}

TEST_CASE("Adam follows algorithm 1") {
  // Worked out from the paper with thirty decimal digits.
  const auto adam = optimizer_of("adam", 2);
  std::vector<float> theta = {0.5F, -2.0F};
  adam->update(theta, std::vector<float>{0.3F, -1.5F}, 0.1);
  CHECK(theta[0] == Approx(0.400000003333333222).epsilon(1e-6));
  CHECK(theta[1] == Approx(-1.900000000666666662).epsilon(1e-6));
  adam->update(theta, std::vector<float>{-0.7F, 0.0F}, 0.1);
  CHECK(theta[0] == Approx(0.442018542039501514).epsilon(1e-6));
  CHECK(theta[1] == Approx(-1.832994175884907361).epsilon(1e-6));
  adam->update(theta, std::vector<float>{0.2F, 4.0F}, 0.02);
  CHECK(theta[0] == Approx(0.445054422419074769).epsilon(1e-6));
  CHECK(theta[1] == Approx(-1.841324299286533128).epsilon(1e-6));

  CHECK(adam->steps() == 3);
  REQUIRE(adam->state().size() == 2);
  CHECK(adam->state()[0][0] == Approx(-0.0187).epsilon(1e-5));
  CHECK(adam->state()[0][1] == Approx(0.2785).epsilon(1e-5));
  CHECK(adam->state()[1][0] == Approx(0.00061933009).epsilon(1e-5));
  CHECK(adam->state()[1][1] == Approx(0.01824550225).epsilon(1e-5));
}

TEST_CASE("SGD steps against the gradient, with momentum along the velocity") {
  const std::vector<float> gradient = {2.0F, -0.5F, 0.0F};
  std::vector<float> plain = {1.0F, 1.0F, 1.0F};
  const auto sgd = optimizer_of("sgd", 3);
  sgd->update(plain, gradient, 0.25);
  CHECK(plain == std::vector<float>{0.5F, 1.125F, 1.0F});
  CHECK(sgd->state().empty());

  std::vector<float> heavy = {1.0F, 1.0F, 1.0F};
  const auto momentum = make_optimizer({.kind = "sgd", .momentum = 0.5}, 3);
  momentum->update(heavy, gradient, 0.25);
  momentum->update(heavy, gradient, 0.25);  // velocity 1.5 times the gradient
  CHECK(heavy == std::vector<float>{-0.25F, 1.3125F, 1.0F});
  CHECK(momentum->state().size() == 1);
}

// One parameter in 64 bits: what a step t, from 1, along the gradient g adds to θ.
using Rule = std::function<double(double t, double g, double theta)>;

void check_follows(const OptimizerOptions& options, const std::function<Rule()>& make_rule) {
  INFO(options.kind);
  const std::vector<float> gradients[] = {
      {0.3F, -1.5F, 0.0F}, {-0.7F, 0.0F, 0.0F}, {0.2F, 4.0F, -1e-3F}, {1e-4F, -2.0F, 3.0F}};
  std::vector<float> theta = {0.5F, -2.0F, 0.25F};
  const auto optimizer = make_optimizer(options, 3);
  std::vector<double> expected(theta.begin(), theta.end());
  std::vector<Rule> rules;
  rules.reserve(3);
  for (int i = 0; i < 3; ++i) rules.push_back(make_rule());
  double t = 0;
  for (const std::vector<float>& g : gradients) {
    ++t;
    optimizer->update(theta, g, 0.1);
    for (size_t i = 0; i < 3; ++i) {
      expected[i] += 0.1 * rules[i](t, static_cast<double>(g[i]), expected[i]);
      CHECK(static_cast<double>(theta[i]) == Approx(expected[i]).epsilon(2e-6));
    }
  }
}

TEST_CASE("every other optimizer follows its paper, computed again in 64 bits") {
  check_follows({.kind = "adam", .beta1 = 0.7, .beta2 = 0.9, .epsilon = 0.01}, [] {
    return [m = 0.0, v = 0.0](double t, double g, double) mutable {
      m = 0.7 * m + 0.3 * g;
      v = 0.9 * v + 0.1 * g * g;
      return -m / (1 - std::pow(0.7, t)) / (std::sqrt(v / (1 - std::pow(0.9, t))) + 0.01);
    };
  });
  check_follows({.kind = "adamw", .weight_decay = 0.25}, [] {
    return [m = 0.0, v = 0.0](double t, double g, double theta) mutable {
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g * g;
      return -m / (1 - std::pow(0.9, t)) / (std::sqrt(v / (1 - std::pow(0.999, t))) + 1e-8) -
             0.25 * theta;
    };
  });
  for (const double epsilon : {0.0, 0.125})
    check_follows({.kind = "adagrad", .epsilon = epsilon}, [=] {
      return [=, sum = 0.0](double, double g, double) mutable {
        sum += g * g;
        return -g / (std::sqrt(sum) + (epsilon == 0 ? 1e-10 : epsilon));
      };
    });
  for (const double rho : {0.0, 0.5})
    check_follows({.kind = "adadelta", .rho = rho}, [=] {
      return [r = rho == 0 ? 0.95 : rho, gg = 0.0, xx = 0.0](double, double g, double) mutable {
        gg = r * gg + (1 - r) * g * g;
        const double x = -std::sqrt((xx + 1e-6) / (gg + 1e-6)) * g;
        xx = r * xx + (1 - r) * x * x;
        return x;
      };
    });
  for (const double rho : {0.0, 0.5})
    check_follows({.kind = "rmsprop", .rho = rho}, [=] {
      return [r = rho == 0 ? 0.9 : rho, v = 0.0](double, double g, double) mutable {
        v = r * v + (1 - r) * g * g;
        return -g / (std::sqrt(v) + 1e-8);
      };
    });
}

TEST_CASE("no optimizer but AdamW takes a step where the gradient was always zero") {
  for (const std::string& kind : optimizer_names()) {
    INFO(kind);
    std::vector<float> theta = {0.25F};
    optimizer_of(kind, 1)->update(theta, std::vector<float>{0.0F}, 0.5);
    CHECK(theta[0] == (kind == "adamw" ? 0.24875F : 0.25F));
  }
}

TEST_CASE("a range learns at its own rate, and only it") {
  for (const std::string& kind : optimizer_names()) {
    INFO(kind);
    const auto scaled = optimizer_of(kind, 6), half = optimizer_of(kind, 6),
               whole = optimizer_of(kind, 6);
    CHECK(scaled->is_normalized() == (kind != "sgd"));  // the rate is scaled either way
    scaled->scale_rate(1, 3, 0.5);
    scaled->scale_rate(5, 6, 0.5);
    std::vector<float> a = sine(6, 0.7), b = a, c = a;
    for (const double frequency : {0.3, 1.1}) {
      const std::vector<float> gradients = sine(6, frequency);
      scaled->update(a, gradients, 0.1);
      half->update(b, gradients, 0.05);
      whole->update(c, gradients, 0.1);
    }
    REQUIRE(b != c);
    const auto expected = [&](size_t i) {
      const bool in_range = i == 1 || i == 2 || i == 5;
      return in_range ? b[i] : c[i];
    };
    for (size_t i = 0; i < a.size(); ++i) CHECK(a[i] == expected(i));
  }
}

TEST_CASE("a range without a rate stays as it is, with any optimizer") {
  for (const std::string& kind : optimizer_names()) {
    INFO(kind);
    const auto some = optimizer_of(kind, 6), all = optimizer_of(kind, 6);
    some->scale_rate(2, 4, 0);
    const std::vector<float> before = sine(6, 0.7), gradients = sine(6, 0.3);
    std::vector<float> a = before, b = before;
    some->update(a, gradients, 0.1);
    all->update(b, gradients, 0.1);
    for (size_t i = 0; i < 6; ++i) {
      CHECK(a[i] == (i == 2 || i == 3 ? before[i] : b[i]));
      CHECK(b[i] != before[i]);
    }
  }
}

TEST_CASE("an optimizer goes on from its saved state as if it had never stopped") {
  for (const std::string& kind : optimizer_names()) {
    INFO(kind);
    const std::vector<float> gradient = {0.3F, -0.7F, 1.1F};
    std::vector<float> straight = {1.0F, 2.0F, 3.0F};
    const OptimizerOptions options{.kind = kind, .momentum = 0.5};
    const auto first = make_optimizer(options, 3), second = make_optimizer(options, 3);

    first->update(straight, gradient, 0.1);
    const auto from = first->state();
    const auto to = second->state();
    REQUIRE(!from.empty());
    REQUIRE(from.size() == to.size());
    for (size_t i = 0; i < from.size(); ++i) std::ranges::copy(from[i], to[i].begin());
    second->restore_steps(first->steps());
    std::vector<float> resumed = straight;
    first->update(straight, gradient, 0.1);
    second->update(resumed, gradient, 0.1);
    CHECK(resumed == straight);
  }
}

TEST_CASE("a step goes against so many times the gradients") {
  for (const std::string& kind : optimizer_names()) {
    INFO(kind);
    const OptimizerOptions options{.kind = kind, .momentum = 0.9};
    const auto scaled = make_optimizer(options, 2), plain = make_optimizer(options, 2);
    std::vector<float> theta = {0.5F, -2.0F}, expected = theta;
    for (int step = 0; step < 3; ++step) {
      scaled->update(theta, std::vector<float>{0.3F, -1.5F}, 0.1, 0.25);
      plain->update(expected, std::vector<float>{0.075F, -0.375F}, 0.1);
    }
    for (size_t i = 0; i < theta.size(); ++i) CHECK(theta[i] == Approx(expected[i]).epsilon(1e-6));
    for (size_t i = 0; i < plain->state().size(); ++i)
      CHECK(scaled->state()[i][1] == Approx(plain->state()[i][1]).epsilon(1e-6));
  }
}

TEST_CASE("a step has the same bits for any number of threads") {
  for (const std::string& kind : optimizer_names()) {
    INFO(kind);
    const OptimizerOptions options{.kind = kind, .momentum = 0.9};
    const auto one = make_optimizer(options, kManyParameters);
    const auto three = make_optimizer(options, kManyParameters);
    CHECK(trained(*one, 1) == trained(*three, 3));
  }
}

TEST_CASE("an optimizer refuses a name or a length that does not fit") {
  CHECK_THROWS_WITH(
      optimizer_of("lion", 3),
      "expected the optimizer to be one of adam, adamw, sgd, adagrad, adadelta, rmsprop, "
      "got 'lion'");
  CHECK_THROWS_AS(optimizer_of("", 3), UsageError);
  CHECK_THROWS_AS(usual_learning_rate("lion"), UsageError);
  const auto adam = optimizer_of("adam", 3);
  std::vector<float> parameters(3);
  CHECK_THROWS_AS(adam->update(parameters, std::vector<float>(2), 0.1), std::logic_error);
  CHECK(adam->steps() == 0);
}

}  // namespace
}  // namespace alinea
