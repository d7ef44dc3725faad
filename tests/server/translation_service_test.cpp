#include "server/translation_service.h"

#include <catch2/catch.hpp>

#include "server/served_models.h"
#include "server/small_models.h"
#include "server/text_services.h"
#include "storage/temporary_folder.h"
#include "support/cancellation.h"

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
  CHECK_THROWS_AS(computation->run(texts, watch), ComputationCancelled);
  CHECK(asked == 3);
  CHECK(computation->run(texts, {}).front().fault.empty());
}

TEST_CASE(
    "an ensemble only translates, and other requests go to the first model that answers them") {
  const TemporaryFolder folder;
  const std::string model = (folder.path() / "model").string();
  save_small_translator(model);
  const ServedModels models =
      ServedModels::load({"de-en=" + model, "de-en=" + model, "tr=" + model}, {});
  CHECK(models.json()["models"][0]["paths"] == std::vector{"/translate"});
  CHECK(models.find<TranslationService>("", "/translate").name() == "de-en");
  CHECK(models.find<TranslationService>("", "/align").name() == "tr");
  CHECK(models.find<TranslationService>("de-en", "/align").name() == "de-en");
  const ServedModels ensemble = ServedModels::load({"de-en=" + model, "de-en=" + model}, {});
  CHECK(ensemble.find<TranslationService>("", "/align").name() == "de-en");
}

TEST_CASE("a model without a name has that of its folder, however the path is written") {
  const TemporaryFolder folder;
  const std::filesystem::path model = folder.path() / "model";
  save_small_translator(model);
  std::filesystem::create_directory(model / "inner");
  std::filesystem::create_directory_symlink(model, folder.path() / "link");
  const auto name = [](const std::filesystem::path& path) {
    return ServedModels::load({path.string()}, {}).all().front()->name();
  };
  CHECK(name(model) == "model");
  CHECK(name(model / "") == "model");
  CHECK(name(model / ".") == "model");
  CHECK(name(model / "." / "") == "model");
  CHECK(name(model / "inner" / "..") == "model");
  CHECK(name(folder.path() / "link") == "link");
  CHECK_THROWS_WITH(ServedModels::load({"/"}, {}), Catch::Contains("NAME=FOLDER"));
}

TEST_CASE("attention of a pair that is too large for an answer is refused before it is computed") {
  const TemporaryFolder folder;
  save_small_transformer(folder.path() / "model");
  const TranslationService service("m", {folder.path() / "model"}, {});
  std::string words = "a";
  for (int i = 1; i < 299; ++i) words += " b";
  const RequestText large{.text = words, .other = words}, wide{.text = words, .other = "c"},
      high{.text = "c", .other = words}, small{.text = "a", .other = "b"};
  const RequestText* const texts[] = {&large, &wide, &high, &small};
  const auto check = [&](AttentionOf of, const std::vector<size_t>& refused) {
    const auto computation = service.scoring({.attention = {of}, .extraction = {}});
    const std::vector<TextAnswer> answers = computation->run(texts, {});
    std::vector<size_t> found;
    for (size_t i = 0; i < answers.size(); ++i) {
      if (answers[i].fault.empty()) continue;
      found.push_back(i);
      CHECK(answers[i].status == Status::kTooLarge);
      CHECK(answers[i].fault ==
            "expected attention of at most 262144 weights, got 360000: ask for it with a shorter "
            "text");
    }
    CHECK(found == refused);
  };
  check(AttentionOf::kCross, {0});
  check(AttentionOf::kEncoder, {0, 1});
  check(AttentionOf::kDecoder, {0, 2});
  const auto links = service.scoring({.links = true, .extraction = {}});
  CHECK(links->run(texts, {}).front().fault.empty());
}

// What runs a computation of texts that nobody waits for any more.
void check_given_up(const Computation& computation, const RequestText& text) {
  const RequestText* const texts[] = {&text};
  CHECK_THROWS_AS(computation.run(texts, {.on_progress = {}, .is_cancelled = [] { return true; }}),
                  ComputationCancelled);
  CHECK(computation.run(texts, {}).front().fault.empty());
}

TEST_CASE("scores, classes and tags are given up where they are cancelled") {
  const TemporaryFolder folder;
  const RequestText pair{.text = "a b", .other = "c"}, text{.text = "a b c"};
  save_small_translator(folder.path() / "translator");
  const TranslationService translator("m", {folder.path() / "translator"}, {});
  check_given_up(*translator.scoring({}), pair);
  PairFields links;
  links.links = true;
  check_given_up(*translator.scoring(links), pair);
  save_small_classifier(folder.path() / "classifier");
  const ClassifierService classifier("m", folder.path() / "classifier", {});
  check_given_up(*classifier.classification(/*attention=*/true), text);
  save_small_tagger(folder.path() / "tagger");
  const TaggerService tagger("m", folder.path() / "tagger", {});
  check_given_up(*tagger.tagging(/*attention=*/false), text);
  save_small_language_model(folder.path() / "language");
  const LanguageModelService language("m", folder.path() / "language", {});
  check_given_up(*language.scoring(), text);
}

}  // namespace
}  // namespace alinea
