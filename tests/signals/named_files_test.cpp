#include "signals/named_files.h"

#include <catch2/catch.hpp>

#include "signals/feature_bytes.h"
#include "signals/tar_bytes.h"
#include "storage/temporary_folder.h"

namespace alinea {
namespace {

Fingerprint print_of(const TemporaryFolder& folder, const std::vector<std::string>& entries) {
  NamedFiles files({.folder = folder.path()});
  for (const std::string& entry : entries) files.add(entry);
  return files.fingerprint();
}

TEST_CASE("a file that a list names is told from another by its size and by both of its ends") {
  const TemporaryFolder folder;
  const std::string bytes(20000, 'x');
  folder.file("a", bytes);
  const Fingerprint before = print_of(folder, {"a"});
  CHECK(before.bytes == 20000);
  folder.file("a", bytes + "x");
  CHECK(print_of(folder, {"a"}) != before);
  for (const size_t at : {0, 4095, 20000 - 4096, 19999}) {
    std::string changed = bytes;
    changed[at] = 'y';
    folder.file("a", changed);
    CHECK(print_of(folder, {"a"}) != before);
  }
  std::string inside = bytes;
  inside[10000] = 'y';
  folder.file("a", inside);
  CHECK(print_of(folder, {"a"}) == before);
  // A small file counts whole.
  folder.file("b", "0123456789");
  const Fingerprint small = print_of(folder, {"b"});
  folder.file("b", "01234x6789");
  CHECK(print_of(folder, {"b"}) != small);
}

TEST_CASE("every file counts once, whatever an entry takes of it, and what is missing never") {
  const TemporaryFolder folder;
  folder.file("t.tar", tar_bytes({{"a", "1"}, {"b", "2"}}));
  folder.file("f.ark", "k " + kaldi_bytes({1, 2}, 2));
  folder.file("f.scp", "k f.ark:2\n");
  const auto size = [&](const char* name) {
    return static_cast<int64_t>(std::filesystem::file_size(folder.path() / name));
  };
  CHECK(print_of(folder, {"t.tar:a", "t.tar:b", " key t.tar:a"}).bytes == size("t.tar"));
  CHECK(print_of(folder, {"f.scp:k", "f.ark:2"}).bytes == size("f.scp") + size("f.ark"));
  CHECK(print_of(folder, {"f.scp:none", "none", "", ".", "none.tar:a"}).bytes == 0);
}

}  // namespace
}  // namespace alinea
