#include "signals/archive.h"

#include <archive.h>
#include <archive_entry.h>

#include <array>
#include <memory>

#include "support/error.h"

namespace alinea {

namespace {

// "./a/b" and "a/b" are the same file.
std::string plain_name(std::string name) {
  while (name.starts_with("./")) name.erase(0, 2);
  return name;
}

}  // namespace

Archive::Archive(const std::filesystem::path& path, Form form) {
  const std::unique_ptr<struct archive, int (*)(struct archive*)> reader(archive_read_new(),
                                                                         archive_read_free);
  const auto check = [&](la_ssize_t result) {
    if (result < ARCHIVE_OK && result != ARCHIVE_WARN)
      throw Error("cannot read the archive '{}': {}", path.string(),
                  archive_error_string(reader.get()) == nullptr
                      ? "it is damaged"
                      : archive_error_string(reader.get()));
  };
  check(archive_read_support_filter_all(reader.get()));
  if (form == Form::kRaw) {
    check(archive_read_support_format_raw(reader.get()));
  } else {
    check(archive_read_support_format_all(reader.get()));
  }
  constexpr size_t kBlock = 1 << 16;
  check(archive_read_open_filename(reader.get(), path.c_str(), kBlock));
  struct archive_entry* entry = nullptr;
  std::array<char, kBlock> block = {};
  for (int result = 0; (result = archive_read_next_header(reader.get(), &entry)) != ARCHIVE_EOF;) {
    check(result);
    if (form == Form::kMembers && archive_entry_filetype(entry) != AE_IFREG) continue;
    const char* const name = archive_entry_pathname(entry);
    if (name == nullptr) continue;
    const size_t begin = bytes_.size();
    for (la_ssize_t count = 0;
         (count = archive_read_data(reader.get(), block.data(), block.size())) != 0;) {
      check(count);
      if (count > 0) bytes_.append(std::span(block.data(), static_cast<size_t>(count)));
    }
    places_[form == Form::kRaw ? std::string() : plain_name(name)] = {begin, bytes_.size()};
  }
  bytes_.finish();
}

std::string_view Archive::member(const std::string& name) const {
  const auto place = places_.find(plain_name(name));
  if (place == places_.end()) throw Error("there is no file {:?} in the archive", name);
  const std::span<const char> bytes = bytes_.part(place->second.begin, place->second.end);
  return {bytes.data(), bytes.size()};
}

}  // namespace alinea
