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

TEST_CASE("training in fewer bits gives its own parameters, the same to the bit, or is refused") {
  const Workspace work;
  const Given options = {{"threads", "2"}, {"precision", "bf16"}};
  Given long_options = options;
  long_options.merge(Given(kLong));
  const Outcome first = work.train("first", long_options);
  if (first.status == 1) {  // this CPU has no instructions for it
    check_refused(first, 1, {"precision bf16", "CPU"});
  } else {
    const std::string found = parameters(work, "second", options);
    CHECK(work.read("first/best.safetensors") + work.read("first/last.safetensors") == found);
    CHECK(parameters(work, "third", {{"threads", "2"}}) != found);
    Given averaged = long_options;
    averaged["exponential-smoothing"] = "0.01";
    work.make_model("whole", averaged);
    averaged["updates"] = "27";
    work.make_model("halves", averaged);
    averaged["updates"] = "50";
    work.make_model("halves", averaged);
    CHECK(work.read("halves/last.safetensors") == work.read("whole/last.safetensors"));
    check_refused(work.train("second", {{"threads", "2"}, {"precision", "f32"}, {"updates", "60"}}),
                  2, {"--precision"});
  }
  check_refused(work.shell_train("DNNL_MAX_CPU_ISA=AVX2", "fourth", options), 1,
                {"precision bf16", "AVX2"});
  check_refused(work.train("fourth", {{"precision", "int8"}}), 2, {"--precision", "int8", "bf16"});
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
