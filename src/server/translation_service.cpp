#include "server/translation_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "server/attention_json.h"
#include "support/error.h"

namespace alinea {

namespace {

using Json = nlohmann::ordered_json;

constexpr AttentionOf kAttentions[] = {AttentionOf::kCross, AttentionOf::kEncoder,
                                       AttentionOf::kDecoder};

bool is_code(std::string_view text) {
  return text.size() >= 2 && text.size() <= 8 &&
         std::ranges::all_of(text, [](char c) { return c >= 'a' && c <= 'z'; });
}

}  // namespace

TranslationService::TranslationService(std::string name, const Paths& folders,
                                       const ServiceOptions& options)
    : Service(std::move(name)),
      translator_(std::make_unique<LineTranslator>(
          folders, LineTranslatorOptions{.precision = options.precision})),
      options_(options) {
  if (languages().has_features)
    throw Error(
        "the model in {} reads features from files, which a request would have to name on this "
        "machine: serve models that read text",
        folders.front().string());
  const size_t dash = this->name().find('-');
  if (dash != std::string::npos && is_code(this->name().substr(0, dash)) &&
      is_code(this->name().substr(dash + 1))) {
    source_code_ = this->name().substr(0, dash);
    target_code_ = this->name().substr(dash + 1);
  }
  measure_attention();
}

// A short text tells how many layers and heads there are, and everything is packed and ready then.
void TranslationService::measure_attention() {
  std::vector<AttentionOf> kinds;
  for (const AttentionOf of : kAttentions) {
    if (models().models.front().network->options().has_attention(of) &&
        (!is_ensemble() || of == AttentionOf::kCross))
      kinds.push_back(of);
  }
  if (is_ensemble()) {
    try {
      models().check_attention("to answer");
    } catch (const Error&) {
      kinds.clear();
    }
  }
  attention_ = Json::object();
  for (const AttentionOf of : kinds) attention_[attention_name(of)] = nullptr;
  const Language& source = languages().source;
  std::string word =
      source.vocabulary().size() > kEnd + 1 ? source.decode(std::vector{kEnd + 1}) : "";
  if (source.encode(word).empty()) word = "a";  // a piece of white space, say
  const RequestText text{.text = word};
  const RequestText* const texts[] = {&text};
  const TextAnswer answer = translation({.search = {}, .attention = kinds})->run(texts, {}).front();
  if (!answer.fault.empty())
    throw Error("the model '{}' cannot translate {:?}: {}", name(), text.text, answer.fault);
  const Json measured = answer.json["translations"][0].value("attention", Json::object());
  for (const auto& [kind, json] : measured.items())
    attention_[kind] = {{"layers", json["layers"]}, {"heads", json["heads"]}};
}

std::vector<std::string> TranslationService::paths() const {
  if (is_ensemble()) return {"/translate"};
  return {"/translate", "/align", "/score"};
}

Json TranslationService::description() const {
  const auto side = [](const Language& language) -> Json {
    return {{"tokenizer", language.tokenizer().name()},
            {"lowercase", language.lowercase()},
            {"vocabulary", language.vocabulary().size()}};
  };
  Json json = {{"members", models().models.size()},
               {"source", side(languages().source)},
               {"target", side(languages().target)},
               {"attention", attention_}};
  json["source"]["language"] = source_code_;
  json["target"]["language"] = target_code_;
  return json;
}

void TranslationService::check_attention(const std::vector<AttentionOf>& kinds) const {
  for (const AttentionOf of : kinds)
    if (!attention_.contains(attention_name(of)))
      throw RequestError(Status::kBadRequest, "the model '{}' has no attention '{}'", name(),
                         attention_name(of));
}

}  // namespace alinea
