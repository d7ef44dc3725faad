// Links of two models in opposite directions.
#include "reports/symmetrized_links.h"

#include <catch2/catch.hpp>

#include "storage/temporary_folder.h"

namespace alinea {
namespace {

Alignment of_words(std::vector<std::string> source, std::vector<std::string> target,
                   std::vector<float> weights) {
  Alignment alignment;
  alignment.source = std::move(source);
  alignment.target = std::move(target);
  alignment.weights = std::move(weights);
  return alignment;
}

// The links of the first are 0-0 and 1-1, of the second, from the source, 0-1 and 1-0.
Alignment both() {
  Alignment forward = of_words({"a", "b", "</s>"}, {"c", "d", "</s>"},
                               {0.9F, 0.1F, 0,  //
                                0.2F, 0.8F, 0, 0, 0, 1});
  forward.reverse = std::make_shared<Alignment>(of_words({"c", "d", "</s>"}, {"a", "b", "</s>"},
                                                         {0.4F, 0.6F, 0,  //
                                                          0.7F, 0.3F, 0, 0, 0, 1}));
  return forward;
}

std::string links(const std::string& way, const Alignment& alignment) {
  return to_string(symmetrized_links(way, {})(alignment));
}

TEST_CASE("links of both directions are combined, the source first") {
  CHECK(links("intersection", both()) == "");
  CHECK(links("union", both()) == "0-0 0-1 1-0 1-1");
  // The means are 0.65 and 0.4 for the first target word, 0.4 and 0.55 for the second.
  CHECK(links("mean", both()) == "0-0 1-1");
}

TEST_CASE("without a reverse there are no links") {
  Alignment alone = both();
  alone.reverse = nullptr;
  for (const std::string& way : ways_to_symmetrize()) CHECK(links(way, alone) == "");
}

TEST_CASE("alignments of different words are told apart") {
  Alignment alignment = both();
  CHECK(difference_of_directions(alignment, "token").empty());
  alignment.reverse =
      std::make_shared<Alignment>(of_words({"c", "d", "</s>"}, {"ab", "</s>"}, {1, 0, 0, 0, 0, 1}));
  CHECK(difference_of_directions(alignment, "token") ==
        "the model reads 2 and 2 tokens, the reverse model 1 and 2, and their links cannot be "
        "combined; try --alignment-unit word");
  CHECK_THAT(difference_of_directions(alignment, "word"), !Catch::Contains("try"));
  alignment.reverse = nullptr;
  CHECK(difference_of_directions(alignment, "token").empty());
}

}  // namespace
}  // namespace alinea
