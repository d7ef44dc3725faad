#include "storage/is_there.h"

#include <system_error>

#include "support/error.h"

namespace alinea {

bool is_there(const std::filesystem::path& path) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::none)
    throw Error("cannot look for '{}': {}", path.string(), error.message());
  return std::filesystem::exists(status);
}

}  // namespace alinea
