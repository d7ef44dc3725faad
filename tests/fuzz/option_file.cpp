// A file of options, for --config.
#include <array>

#include "fuzz/fuzz_target.h"
#include "options/option_parser.h"

namespace alinea::fuzz {

void read(const std::filesystem::path& file) {
  const std::array<OptionName, 3> names = {
      {{"epochs", false}, {"overwrite", true}, {"cell", false}}};
  parse_config_file(names, file);
}

}  // namespace alinea::fuzz
