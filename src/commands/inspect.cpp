#include "commands/inspect.h"

#include <filesystem>
#include <iostream>

#include "options/options.h"
#include "reports/model_summary.h"
#include "support/terminal.h"

namespace alinea {

void inspect_command(std::span<const std::string> arguments) {
  std::filesystem::path model;
  bool json = false;
  Options table("inspect", "Shows the contents of a model folder and the state of its training");
  table.required("model", model, "model folder")
      .add("json", json, "print one JSON object, for programs");
  if (!table.parse(arguments)) return;
  const ModelSummary summary = summarize(model);
  if (json) {
    std::cout << to_json(summary).dump(/*indent=*/2) << '\n';
  } else {
    std::cout << printable(to_text(summary));
  }
}

}  // namespace alinea
