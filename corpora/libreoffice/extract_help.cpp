// extract_help SOURCE_HELP TARGET_HELP OUT_DIR: makes a parallel corpus of two help folders of
// LibreOffice, such as /usr/share/libreoffice/help/de and /usr/share/libreoffice/help/en-US.
#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "libreoffice/help_page.h"
#include "libreoffice/segment_pairs.h"
#include "libreoffice/word_breaker.h"
#include "lines.h"
#include "support/error.h"

namespace {

namespace fs = std::filesystem;
using namespace alinea;

constexpr size_t kHeldOut = 1000;

// The language of a help folder by its name: en for en-US.
std::string language_of(const fs::path& folder) {
  const std::string name = folder.filename().string();
  return name.substr(0, name.find('-'));
}

// The pages of a help folder relative to it, in an order that is the same everywhere.
std::vector<fs::path> list_pages(const fs::path& folder) {
  if (!fs::is_directory(folder)) throw Error("there is no help folder {}", folder.string());
  std::vector<fs::path> pages;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".html") pages.push_back(fs::relative(entry.path(), folder));
  }
  std::sort(pages.begin(), pages.end());
  return pages;
}

SegmentPairs pair_segments(const fs::path& source_help, const fs::path& target_help) {
  WordBreaker source_words(language_of(source_help));
  WordBreaker target_words(language_of(target_help));
  SegmentPairs pairs;
  for (const fs::path& page : list_pages(source_help)) {
    if (!fs::exists(target_help / page)) continue;
    const auto targets = read_help_page(target_help / page);
    for (const auto& [key, source] : read_help_page(source_help / page)) {
      const auto target = targets.find(key);
      if (target == targets.end()) continue;
      pairs.add({source_words.tokenize(source), target_words.tokenize(target->second)});
    }
  }
  return pairs;
}

void write_split(const fs::path& path, const std::vector<SegmentPair>& pairs,
                 const std::string& source_language, const std::string& target_language) {
  std::vector<std::string> sources;
  std::vector<std::string> targets;
  for (const SegmentPair& pair : pairs) {
    sources.push_back(pair.source);
    targets.push_back(pair.target);
  }
  write_lines(path.string() + "." + source_language, sources);
  write_lines(path.string() + "." + target_language, targets);
  fmt::print("{}: {} pairs\n", path.filename().string(), pairs.size());
}

void extract(const fs::path& source_help, const fs::path& target_help, const fs::path& out) {
  const SegmentSplits splits =
      split_by_hash(pair_segments(source_help, target_help).pairs(), kHeldOut);
  make_folder(out);
  const std::string source = language_of(source_help);
  const std::string target = language_of(target_help);
  write_split(out / "train", splits.train, source, target);
  write_split(out / "valid", splits.valid, source, target);
  write_split(out / "test", splits.test, source, target);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    fmt::print(stderr, "usage: extract_help SOURCE_HELP TARGET_HELP OUT_DIR\n");
    return 2;
  }
  try {
    extract(argv[1], argv[2], argv[3]);
  } catch (const std::exception& error) {
    fmt::print(stderr, "extract_help: {}\n", error.what());
    return 1;
  }
}
