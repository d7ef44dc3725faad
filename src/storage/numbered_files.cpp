#include "storage/numbered_files.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

#include "support/error.h"

namespace alinea {

namespace {

constexpr std::string_view kSuffix = ".safetensors";

std::optional<int64_t> number_of(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix) || !name.ends_with(kSuffix)) return std::nullopt;
  name.remove_prefix(prefix.size());
  name.remove_suffix(std::min(kSuffix.size(), name.size()));
  int64_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc() || end != name.data() + name.size() || number < 0) return std::nullopt;
  return number;
}

}  // namespace

std::vector<int64_t> NumberedFiles::numbers() const {
  std::vector<int64_t> numbers;
  std::error_code error;
  const std::filesystem::directory_iterator files(folder_, error);
  // A folder that is not there has none.
  if (error && error != std::errc::no_such_file_or_directory && error != std::errc::not_a_directory)
    throw Error("cannot list the folder {}: {}", folder_.string(), error.message());
  for (const auto& entry : files) {
    const auto number = number_of(entry.path().filename().string(), prefix_);
    if (number) numbers.push_back(*number);
  }
  std::ranges::sort(numbers);
  return numbers;
}

std::filesystem::path NumberedFiles::path(int64_t number) const {
  return folder_ / fmt::format("{}{}{}", prefix_, number, kSuffix);
}

void NumberedFiles::remove(int64_t number) const {
  std::error_code error;
  std::filesystem::remove(path(number), error);
  if (error) throw Error("cannot remove '{}': {}", path(number).string(), error.message());
}

void NumberedFiles::remove_all() const {
  for (const int64_t number : numbers()) remove(number);
}

}  // namespace alinea
