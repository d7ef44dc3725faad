#include "signals/npz_file.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <utf8.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <iterator>

#include "support/error.h"
#include "support/standard_output.h"

namespace alinea {

namespace {

static_assert(std::endian::native == std::endian::little, "floats are written as they lie");

la_ssize_t write_to_stream(struct archive* archive, void* stream, const void* bytes, size_t count) {
  std::ostream& out = *static_cast<std::ostream*>(stream);
  out.write(static_cast<const char*>(bytes), static_cast<std::streamsize>(count));
  if (out) return static_cast<la_ssize_t>(count);
  archive_set_error(archive, EIO, "%s", write_fault(out).c_str());
  return -1;
}

// The magic, the version, the length of the description, and the description, padded to whole
// blocks of 64 bytes.
std::string npy_header(std::string_view type, std::span<const int64_t> shape) {
  constexpr size_t kBlock = 64, kBefore = 10;
  std::string text = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}{}), }}",
                                 type, fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
  text.append((kBlock - (kBefore + text.size() + 1) % kBlock) % kBlock, ' ');
  text += '\n';
  std::string header = "\x93NUMPY";
  header += '\1';
  header += '\0';
  header += static_cast<char>(text.size() & 0xffU);
  header += static_cast<char>(text.size() >> 8U);
  return header + text;
}

}  // namespace

NpzFile::NpzFile(const std::filesystem::path& path)
    : path_(path), file_(path), archive_(archive_write_new(), archive_write_free) {
  check(archive_write_set_format_zip(archive_.get()));
  check(archive_write_set_format_option(archive_.get(), "zip", "compression", "store"));
  check(archive_write_open(archive_.get(), &file_.stream(), nullptr, write_to_stream, nullptr));
}

NpzFile::~NpzFile() = default;

void NpzFile::check(int64_t result) {
  if (result >= ARCHIVE_OK || result == ARCHIVE_WARN) return;
  const char* const reason = archive_error_string(archive_.get());
  throw Error("cannot write '{}': {}", path_.string(), reason == nullptr ? "it failed" : reason);
}

void NpzFile::add(const std::string& name, std::span<const int64_t> shape,
                  std::span<const float> values) {
  const auto* const bytes = reinterpret_cast<const char*>(values.data());
  add_file(name, npy_header("<f4", shape), {bytes, values.size_bytes()});
}

void NpzFile::add(const std::string& name, std::span<const std::string> texts) {
  size_t longest = 1;
  std::vector<std::u32string> points;
  for (const std::string& text : texts) {
    points.emplace_back();
    utf8::utf8to32(text.begin(), text.end(), std::back_inserter(points.back()));
    longest = std::max(longest, points.back().size());
  }
  std::u32string cells;
  for (std::u32string& text : points) cells += text.append(longest - text.size(), U'\0');
  const auto* const bytes = reinterpret_cast<const char*>(cells.data());
  const int64_t count = std::ssize(texts);
  add_file(name, npy_header(fmt::format("<U{}", longest), std::span(&count, 1)),
           {bytes, cells.size() * sizeof(char32_t)});
}

void NpzFile::add_file(const std::string& name, const std::string& header, std::string_view bytes) {
  const std::unique_ptr<struct archive_entry, void (*)(struct archive_entry*)> entry(
      archive_entry_new(), archive_entry_free);
  archive_entry_set_pathname_utf8(entry.get(), (name + ".npy").c_str());
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  constexpr int kReadable = 0644;
  archive_entry_set_perm(entry.get(), kReadable);
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(header.size() + bytes.size()));
  check(archive_write_header(archive_.get(), entry.get()));
  check(archive_write_data(archive_.get(), header.data(), header.size()));
  if (!bytes.empty()) check(archive_write_data(archive_.get(), bytes.data(), bytes.size()));
}

void NpzFile::finish() {
  check(archive_write_close(archive_.get()));
  file_.commit();
}

}  // namespace alinea
