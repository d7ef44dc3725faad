#include "reports/link_extraction.h"

#include <catch2/catch.hpp>

namespace alinea {
namespace {

// Two source words and three target words, </s> behind both.
Alignment example() {
  Alignment alignment;
  alignment.source = {"a", "b", "</s>"};
  alignment.target = {"x", "y", "z", "</s>"};
  alignment.weights = {0.1F, 0.7F, 0.2F,  //
                       0.5F, 0.5F, 0,     //
                       0,    0.4F, 0.6F,  //
                       0.8F, 0.1F, 0.1F};
  return alignment;
}

}  // namespace

TEST_CASE("links by argmax: one for each target word, the first of equals, none to </s>") {
  CHECK(to_string(extract_links(example())) == "0-1 1-0");
}

TEST_CASE("links by argmax for each source word") {
  Alignment alignment = example();
  LinkExtraction options;
  options.per = "source";
  CHECK(to_string(extract_links(alignment, options)) == "1-0");  // a's largest is on </s>
  alignment.weights[9] = 0.2F;
  CHECK(to_string(extract_links(alignment, options)) == "0-1 1-0");
}

TEST_CASE("links by threshold take every pair that reaches it") {
  LinkExtraction options;
  options.method = "threshold";
  options.threshold = 0.5;
  CHECK(to_string(extract_links(example(), options)) == "0-1 1-0 1-1");
  options.threshold = 0.4;
  CHECK(to_string(extract_links(example(), options)) == "0-1 1-0 1-1 1-2");
}

TEST_CASE("links are written by positions, or by the characters that the words stand for") {
  Alignment alignment = example();
  const Links links = extract_links(alignment);
  CHECK(links_text(links, alignment, false) == "0-1 1-0");
  alignment.source_ranges = {{0, 3}, {4, 9}};
  alignment.target_ranges = {{1, 2}, {2, 5}, {7, 7}};
  CHECK(links_text(links, alignment, true) == "0:3-2:5 4:9-1:2");
  CHECK(links_text({}, alignment, true).empty());
}

TEST_CASE("both directions: the mean of what two words have for each other") {
  Alignment reverse;
  reverse.source = example().target;
  reverse.target = example().source;
  reverse.weights = {0.1F, 0.3F, 0.5F, 0.1F,  //
                     0.8F, 0.1F, 0.1F, 0,     //
                     0,    0,    0.9F, 0.1F};
  const Alignment mean = mean_of_directions(example(), reverse);
  CHECK(mean.weight(0, 1) == Approx(0.75));  // b and x
  CHECK(mean.weight(1, 0) == Approx(0.4));
  CHECK(mean.weight(2, 2) == Approx(0.75));  // z and </s>
  CHECK(to_string(extract_links(mean)) == "0-1 1-0");
  LinkExtraction options;
  options.method = "threshold";
  options.threshold = 0.28;
  CHECK(to_string(extract_links(mean, options)) == "0-1 1-0 1-1");
  CHECK(to_string(extract_links(mean_of_directions(reverse, example()), options)) == "0-1 1-0 1-1");
}

TEST_CASE("the last word of a translation that was cut off has its links too") {
  Alignment alignment = example();
  alignment.target.back() = "w";
  alignment.ended = false;
  CHECK(to_string(extract_links(alignment)) == "0-1 0-3 1-0");
}

TEST_CASE("positions of features have no </s> behind them, and the last one has its links") {
  Alignment alignment;
  alignment.source = {"0.01", "0.02"};
  alignment.target = {"one", "</s>"};
  alignment.weights = {0.2F, 0.8F, 0.5F, 0.5F};
  CHECK(extract_links(alignment) == Links{{1, 0}});
}

TEST_CASE("empty sides have no links") {
  Alignment alignment;
  alignment.source = {"</s>"};
  alignment.target = {"</s>"};
  alignment.weights = {1};
  LinkExtraction per_source;
  per_source.per = "source";
  CHECK(extract_links(alignment).empty());
  CHECK(extract_links(alignment, per_source).empty());
  alignment.target.clear();
  alignment.weights.clear();
  alignment.ended = false;
  CHECK(extract_links(alignment).empty());
  CHECK(extract_links(alignment, per_source).empty());
}

}  // namespace alinea
