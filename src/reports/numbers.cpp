#include "reports/numbers.h"

#include <fmt/format.h>

#include "support/units.h"

namespace alinea {

std::string grouped(int64_t number) {
  std::string text = std::to_string(number);
  for (auto place = static_cast<int64_t>(text.size()) - 3; place > 0; place -= 3)
    text.insert(static_cast<size_t>(place), ",");
  return text;
}

std::string size_text(uint64_t bytes) {
  const auto number = static_cast<double>(bytes);
  if (number >= 1e5) return fmt::format("{:.1f} MB", number / kMegabyte);
  return fmt::format("{} B", bytes);
}

}  // namespace alinea
