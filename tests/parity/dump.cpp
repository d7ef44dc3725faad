#include "dump.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <iostream>
#include <vector>

#include "ops/engine.h"
#include "storage/safetensors.h"
#include "support/error.h"

namespace alinea {

void write_gradients(const std::filesystem::path& path, const ParameterStore& store) {
  std::vector<TensorView> views;
  for (const Parameter& parameter : store.parameters()) {
    if (std::ranges::count(parameter.value(), 0.0F) > 0)
      throw Error(fmt::format("{} has a zero in it", parameter.name()));
    const std::span<const int64_t> extents = parameter.shape().extents();
    views.push_back({parameter.name(), {extents.begin(), extents.end()}, parameter.gradient()});
  }
  write_safetensors(path, views);
}

std::string dump_name(uint64_t number, std::string variant) {
  for (char& letter : variant)
    if (letter == ' ' || letter == '=') letter = '-';
  return fmt::format("{:02}-{}", number, variant);
}

int dump_main(int argc, char** argv,
              const std::function<void(const std::filesystem::path&)>& dump) {
  try {
    if (argc != 2) throw UsageError("expected one argument: the folder to write models to");
    ops::set_threads(1);  // the sizes are too small for more
    dump(argv[1]);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << argv[0] << ": " << error.what() << std::endl;
    return 1;
  }
}

}  // namespace alinea
