#include "reports/curves.h"

#include <catch2/catch.hpp>
#include <cmath>

namespace alinea {

namespace {

constexpr std::nullopt_t kNothing = std::nullopt;

TrainingTable small_log() {
  return {{"update", "epoch", "loss", "learning_rate", "seconds", "valid_loss", "new_measure"},
          {{3, 0.5, 2.5, 0.1, 1.5, kNothing, kNothing},
           {5, 0.75, NAN, 0.1, 1.5, kNothing, 7},
           {5, 0.75, kNothing, 0.1, 2.5, 1.25, kNothing},
           {7, 1, INFINITY, 0.05, 3.5, kNothing, -2}}};
}

std::vector<Curves> curves_of(const TrainingTable& log) {
  const NamedLog run{"a", log};
  return make_curves({&run, 1});
}

const Curves& named(const std::vector<Curves>& all, const std::string& title) {
  for (const Curves& curves : all)
    if (curves.title == title) return curves;
  throw std::runtime_error("no curves " + title);
}

}  // namespace

TEST_CASE("curves of one kind share a picture, and rows of one update are one") {
  const std::vector<Curves> all = curves_of(small_log());
  const Curves& loss = named(all, "Loss");
  CHECK(loss.series == std::vector<std::string>{"loss", "valid_loss"});
  CHECK(loss.rows ==
        nlohmann::json::parse(R"([[3.0, 2.5, null], [5.0, "gap", 1.25], [7.0, "gap", null]])"));
  CHECK(loss.gaps == 2);
  CHECK(loss.description == "Loss: from 2.5 to 2.5; Valid loss: from 1.25 to 1.25");
}

TEST_CASE("what was never measured has no curve, what nobody knows has one of its own") {
  const std::vector<Curves> all = curves_of(small_log());
  std::vector<std::string> titles;
  titles.reserve(all.size());
  for (const Curves& curves : all) titles.push_back(curves.title);
  CHECK(titles == std::vector<std::string>{"Loss", "Learning rate", "New measure"});
  CHECK(curves_of({}).empty());
  CHECK(curves_of({{"update", "loss"}, {}}).empty());
  CHECK(curves_of({{"loss"}, {{1}}}).empty());
  CHECK(curves_of({{"update", "loss"}, {{1, kNothing}}}).empty());
}

TEST_CASE("a logarithm has a gap where there is none, and every number can be drawn") {
  const std::vector<Curves> all =
      curves_of({{"update", "loss", "new"}, {{1, 0, 0}, {2, -1, -1}, {NAN, 3, 3}, {4, 5, 5}}});
  CHECK(named(all, "Loss").rows ==
        nlohmann::json::parse(R"([[1.0, "gap"], [2.0, "gap"], [4.0, 5.0]])"));
  CHECK(named(all, "Loss").gaps == 0);
  CHECK(named(all, "New").rows ==
        nlohmann::json::parse(R"([[1.0, 0.0], [2.0, -1.0], [4.0, 5.0]])"));
}

TEST_CASE("several runs share a picture, each curve with the name of its run") {
  const std::vector<NamedLog> runs = {{"a", small_log()},
                                      {"empty", {}},
                                      {"b", {{"update", "loss", "extra"}, {{4, 2, 1}, {5, 3, 1}}}}};
  const std::vector<Curves> all = make_curves(runs);
  const Curves& loss = named(all, "Loss");
  CHECK(loss.series == std::vector<std::string>{"loss, a", "valid_loss, a", "loss, b"});
  CHECK(loss.runs == std::vector<size_t>{0, 0, 2});
  CHECK(loss.rows == nlohmann::json::parse(R"([[3.0, 2.5, null, null], [4.0, null, null, 2.0],
                                              [5.0, "gap", 1.25, 3.0], [7.0, "gap", null, null]])"));
  CHECK(named(all, "Extra").series == std::vector<std::string>{"extra, b"});
  CHECK_THAT(loss.description, Catch::Contains("Loss, b: from 2 to 3"));
}

}  // namespace alinea
