#include "search/line_translator.h"

#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <vector>

#include "server/small_models.h"
#include "storage/temporary_folder.h"

namespace alinea {
namespace {

using TokenTexts = std::vector<std::string>;

TEST_CASE("words that a vocabulary does not have are known until their use ends") {
  const TemporaryFolder folder;
  save_small_copying_translator(folder.path() / "model");
  const std::filesystem::path models[] = {folder.path() / "model"};
  LineTranslator translator(models, {});
  const auto read = [&](const std::string& text) {
    TranslationLine line;
    translator.read(text, 100, line);
    CHECK(line.fault.empty());
    return line.source.ids;
  };
  auto use = std::make_optional(translator.use_words());
  const std::vector<int32_t> ids = read("a zebra");
  const auto written = [&] { return translator.languages().target.tokens(ids); };
  CHECK(written() == TokenTexts{"a", "zebra"});
  CHECK(read("b").size() == 1);
  CHECK(written() == TokenTexts{"a", "zebra"});
  use.reset();
  CHECK(written() == TokenTexts{"a", "<unk>"});
  CHECK(read("a zebra") == ids);
  CHECK(written() == TokenTexts{"a", "zebra"});
}

}  // namespace
}  // namespace alinea
