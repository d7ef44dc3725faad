// A seed settles a training to the last bit.
#include <catch2/catch.hpp>

#include "workspace.h"

namespace alinea {
namespace {

const Given kLong = {{"updates", "50"}, {"validate-every", "30"}, {"dropout", "0.2"}};

// Both snapshots of a model trained by `options`.
std::string parameters(const Workspace& work, const std::string& model, Given options) {
  options.merge(Given(kLong));
  work.make_model(model, options);
  return work.read(model + "/best.safetensors") + work.read(model + "/last.safetensors");
}

TEST_CASE("training twice gives the same parameters to the bit") {
  const std::string threads = GENERATE("1", "2");
  const std::string attention = GENERATE("additive", "dot");
  INFO(attention << " on " << threads << " threads");
  const Workspace work;
  const Given options = {{"threads", threads}, {"attention", attention}};
  CHECK(parameters(work, "first", options) == parameters(work, "second", options));
}

TEST_CASE("another seed gives other parameters") {
  const Workspace work;
  CHECK(parameters(work, "first", {{"seed", "1"}}) != parameters(work, "second", {{"seed", "2"}}));
}

TEST_CASE("where a validation falls does not change what is learned") {
  const Workspace work;
  parameters(work, "often", {{"validate-every", "7"}, {"patience", "0"}});
  parameters(work, "seldom", {{"validate-every", "0"}, {"patience", "0"}});
  CHECK(work.read("often/last.safetensors") == work.read("seldom/last.safetensors"));
}

}  // namespace
}  // namespace alinea
