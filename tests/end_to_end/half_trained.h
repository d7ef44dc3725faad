// Models that have learned a little: they repeat themselves and make mistakes.
#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "workspace.h"

namespace alinea {

using Lines = std::vector<std::string>;

inline void make_half_trained(const Workspace& work, const std::string& model, Given options = {}) {
  options.merge(
      Given{{"updates", "60"}, {"learning-rate", "0.02"}, {"dropout", "0"}, {"hidden-size", "16"}});
  work.make_model(model, options);
}

// The lines that "model" gives on one thread; has to go well.
inline Lines translated(const Workspace& work, Given options, const std::string& input) {
  options.merge(Given{{"model", "model"}, {"threads", "1"}});
  const Outcome outcome = work.run("translate", options, input);
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  CHECK(outcome.err.empty());
  return lines_of(outcome.out);
}

}  // namespace alinea
