#include "distributed/alike.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "storage/checksum.h"
#include "storage/json.h"
#include "support/error.h"

namespace alinea {

namespace {

using nlohmann::ordered_json;

std::string difference(const ordered_json& first, const ordered_json& other) {
  for (const auto& [name, value] : first.items())
    if (const ordered_json theirs = other.value(name, ordered_json()); theirs != value)
      return fmt::format("{}: {}, on rank 0 {}", name, theirs.dump(), value.dump());
  return "options that rank 0 does not know";
}

}  // namespace

void check_alike(Group& group, ordered_json given) {
  if (group.is_alone()) return;
  given["the program"] = fmt::format("{:08x}", fingerprint("/proc/self/exe").crc32);
  const std::vector<std::string> all = group.gather(given.dump());
  for (size_t rank = 1; rank < all.size(); ++rank)
    if (all[rank] != all[0])
      throw Error(
          "rank {} was started differently, {}: start all ranks with the same program, options and "
          "texts",
          rank, difference(parse_json(all[0]), parse_json(all[rank])));
}

}  // namespace alinea
