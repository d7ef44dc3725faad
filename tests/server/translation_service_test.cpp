#include "server/translation_service.h"

#include <catch2/catch.hpp>

#include "search/search_watch.h"
#include "server/small_models.h"
#include "storage/temporary_folder.h"

namespace alinea {
namespace {

TEST_CASE("a batch of translations is given up where it is cancelled") {
  const TemporaryFolder folder;
  save_small_translator(folder.path() / "model");
  const TranslationService service("de-en", {folder.path() / "model"}, {});
  const RequestText text{.text = "a b c d e f g h"};
  const RequestText* const texts[] = {&text};
  const auto computation = service.translation({});
  int asked = 0;
  const BatchWatch watch = {.on_progress = {}, .is_cancelled = [&] { return ++asked == 3; }};
  CHECK_THROWS_AS(computation->run(texts, watch), SearchCancelled);
  CHECK(asked == 3);
  CHECK(computation->run(texts, {}).front().fault.empty());
}

}  // namespace
}  // namespace alinea
