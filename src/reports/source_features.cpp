#include "reports/source_features.h"

#include <fmt/format.h>

#include "reports/label.h"

namespace alinea {

std::string numbered_name(std::string_view what, int64_t number, const SourceFeatures& source) {
  std::string name = fmt::format("{} {}", what, number);
  if (!source.name.empty()) name += fmt::format(": <bdi>{}</bdi>", xml_label(source.name));
  return name;
}

}  // namespace alinea
