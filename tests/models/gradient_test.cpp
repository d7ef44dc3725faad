// The gradient of the whole loss, for every model that the options allow.
#include <catch2/catch.hpp>

#include "autograd/gradient_check.h"
#include "models/seq2seq.h"
#include "models/variants.h"
#include "ops/engine.h"

namespace alinea {

TEST_CASE("the gradient of the loss agrees with central differences in every variant") {
  const TinyBatch tiny;
  ops::set_threads(1);  // the sizes are too small for more
  Arena arena;
  for (const Variant& variant : all_variants()) {
    INFO(variant.name);
    Seq2Seq model(variant.options, {TinyBatch::kSourceVocabulary, TinyBatch::kTargetVocabulary},
                  ParameterStore::Gradients::kKept);
    Random random(5);
    model.parameters().initialize(random);
    const auto loss = [&](bool backward) {
      arena.reset();
      Tape tape(arena, Tape::Mode::kTraining);
      const Forced forced = model.force(tape, tiny.batch);
      double value = 0;  // the loss, summed in double
      for (double log_probability : forced.log_probability) value -= log_probability;
      if (backward) tape.backward(forced.loss);
      return value;
    };
    check_parameter_gradients(model.parameters(), loss, /*samples=*/2, {5e-3F, 4e-3});
  }
}

}  // namespace alinea
