// Who looks on while a tape is played backwards learns of each gradient when it is final.
#include <catch2/catch.hpp>
#include <map>

#include "models/variants.h"

namespace alinea {
namespace {

class Notes : public GradientWatch {
 public:
  void is_final(const Parameter& parameter) override {
    CHECK(gradients.count(parameter.name()) == 0);
    gradients[parameter.name()] = {parameter.gradient().begin(), parameter.gradient().end()};
    operations_before[parameter.name()] = operations;
  }
  void operation_done() override { ++operations; }

  std::map<std::string, std::vector<float>> gradients;
  std::map<std::string, int64_t> operations_before;
  int64_t operations = 0;
};

TEST_CASE("a gradient that is called final is never added to again, in every model") {
  const TinyBatch tiny;
  for (const Variant& variant : all_variants()) {
    INFO(variant.name);
    std::map<std::string, std::vector<float>> unwatched;
    for (const bool is_watched : {false, true}) {
      const auto model = random_model(variant.options, 1);
      model->parameters().clear_gradients();
      Notes notes;
      Arena arena;
      Random dropout(1);
      Tape tape(arena, Tape::Mode::kTraining, &dropout);
      if (is_watched) tape.tell(&notes);
      tape.backward(model->likelihood(tape, tiny.batch, {.label_smoothing = 0.1F}).loss);
      for (const Parameter& parameter : model->parameters().parameters()) {
        INFO(parameter.name());
        const std::vector<float> last(parameter.gradient().begin(), parameter.gradient().end());
        if (!is_watched) {
          unwatched[parameter.name()] = last;
        } else {
          CHECK(last == unwatched.at(parameter.name()));  // looking on changes nothing
          CHECK(last == notes.gradients.at(parameter.name()));
        }
      }
      // The output layer, the largest, does not wait for the encoder.
      if (is_watched && !variant.options.ties_output())
        CHECK(notes.operations_before.at("output.weight") < notes.operations / 2);
    }
  }
}

}  // namespace
}  // namespace alinea
