// The requests of other servers, so that their clients work with this one: LibreTranslate's
// /translate and /languages, and OpenNMT-py's /translator.
#include <fmt/format.h>
#include <unicode/locid.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "server/api.h"
#include "server/line.h"
#include "server/request_reader.h"

namespace alinea {

namespace {

using Json = nlohmann::ordered_json;

constexpr int64_t kFirstId = 100;  // as OpenNMT-py's examples have it
constexpr int64_t kMostAlternatives = 9;

std::string language_name(const std::string& code) {
  icu::UnicodeString name;
  icu::Locale(code.c_str()).getDisplayLanguage(icu::Locale::getEnglish(), name);
  std::string text;
  return name.toUTF8String(text);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(without_return(text.substr(begin, end - begin)));
    begin = end + 1;
  }
  return lines;
}

// A number, or one that a form has as text.
int64_t alternatives_of(const Json* json) {
  if (json == nullptr) return 0;
  const std::string text = json->is_string() ? json->get<std::string>() : json->dump();
  if (text.size() == 1 && std::isdigit(static_cast<unsigned char>(text[0])) != 0)
    return text[0] - '0';
  throw RequestError(Status::kBadRequest,
                     "expected 'alternatives' to be a whole number from 0 to {}",
                     kMostAlternatives);
}

}  // namespace

HttpAnswer Api::libre_translate(const Json& json, const HttpRequest& request) {
  RequestReader reader(json);
  const std::vector<std::string> queries = reader.texts("q");
  const std::string source = reader.text("source"), target = reader.text("target");
  const std::string format = reader.optional_text("format").value_or("text");
  const int64_t alternatives = alternatives_of(reader.value("alternatives"));
  reader.value("api_key");  // whatever it is
  reader.finish();
  if (format != "text")
    throw RequestError(Status::kBadRequest, "expected 'format' to be text, got '{}'",
                       format.substr(0, 80));
  const TranslationService* const service = find_pair(source, target);
  if (service == nullptr)
    throw RequestError(Status::kBadRequest, "no model translates from {} to {}; see /languages",
                       source == "auto" ? "any language" : source.substr(0, 80),
                       target.substr(0, 80));
  TranslationFields fields = options_.translation;
  fields.search.n_best = alternatives + 1;
  fields.search.beam_size = std::max(fields.search.beam_size, fields.search.n_best);
  // Each line by itself; the lines of all queries together.
  Texts texts;
  for (const std::string& query : queries)
    for (std::string& line : lines_of(query))
      texts.push_back({.text = std::move(line), .number = texts.size()});
  const std::vector<TextAnswer> answers =
      compute(service->translation(fields), std::move(texts), request);
  // Of a query the n-th translation has the n-th of each line, or the last one that a line has.
  const auto joined = [&](size_t first, size_t count, size_t n) {
    std::string text;
    for (size_t i = first; i < first + count; ++i) {
      if (!answers[i].fault.empty()) throw RequestError(answers[i].status, answers[i].fault);
      const Json& found = answers[i].json["translations"];
      if (i > first) text += '\n';
      text += found[std::min(n, found.size() - 1)]["text"].get<std::string>();
    }
    return text;
  };
  Json translated = Json::array(), others = Json::array(), detected = Json::array();
  size_t first = 0;
  for (const std::string& query : queries) {
    const size_t count = lines_of(query).size();
    translated.push_back(joined(first, count, 0));
    Json list = Json::array();
    for (size_t n = 1; std::cmp_less_equal(n, alternatives); ++n)
      list.push_back(joined(first, count, n));
    others.push_back(std::move(list));
    detected.push_back({{"confidence", 0}, {"language", service->source_code()}});
    first += count;
  }
  const bool is_list = json["q"].is_array();
  Json answer = Json::object();
  if (alternatives > 0) answer["alternatives"] = is_list ? others : others[0];
  if (source == "auto") answer["detectedLanguage"] = is_list ? detected : detected[0];
  answer["translatedText"] = is_list ? translated : translated[0];
  return json_answer(answer);
}

const TranslationService* Api::find_pair(const std::string& source,
                                         const std::string& target) const {
  for (const auto& model : models_.all()) {
    const auto* const service = dynamic_cast<const TranslationService*>(model.get());
    if (service != nullptr && (source == "auto" || service->source_code() == source) &&
        service->target_code() == target)
      return service;
  }
  return nullptr;
}

Json Api::languages() const {
  std::map<std::string, std::set<std::string>> targets;  // by source
  for (const auto& model : models_.all())
    if (const auto* const service = dynamic_cast<const TranslationService*>(model.get())) {
      targets[service->source_code()].insert(service->target_code());
      targets[service->target_code()];
    }
  Json list = Json::array();
  for (const auto& [code, of_source] : targets)
    list.push_back({{"code", code}, {"name", language_name(code)}, {"targets", of_source}});
  return list;
}

// A list of {"src": text, "id": number or name of the model}; the id of the first counts for all.
HttpAnswer Api::open_nmt(const HttpRequest& request) {
  try {
    const Json json = request_json(request.body);
    if (!json.is_array() || json.empty())
      throw RequestError(Status::kBadRequest, "expected a list of objects with 'src' and 'id'");
    Texts texts;
    for (const Json& item : json)
      texts.push_back(
          {.text = without_return(RequestReader(item).text("src")), .number = texts.size()});
    const TranslationService& service = find_id(json[0].value("id", Json()));
    const std::vector<TextAnswer> answers =
        compute(service.translation(options_.translation), texts, request);
    Json list = Json::array();
    for (size_t i = 0; i < answers.size(); ++i) {
      if (!answers[i].fault.empty()) throw RequestError(answers[i].status, answers[i].fault);
      const Json& best = answers[i].json["translations"][0];
      list.push_back({{"src", texts[i].text},
                      {"tgt", best["text"]},
                      {"n_best", 1},
                      {"pred_score", best["score"]}});
    }
    return json_answer(Json::array({list}));
  } catch (const RequestError& error) {
    HttpAnswer answer = error_answer(error.status(), error.what());
    answer.body = to_text({{"error", error.what()}, {"status", "error"}});
    return answer;
  }
}

const TranslationService& Api::find_id(const Json& id) const {
  if (id.is_null()) return models_.find<TranslationService>("", "/translate");
  const std::string text = id.is_string() ? id.get<std::string>() : id.dump();
  const std::vector<std::string> names = models_.names_of<TranslationService>();
  for (size_t i = 0; i < names.size(); ++i)
    if (text == names[i] || text == fmt::format("{}", kFirstId + static_cast<int64_t>(i)))
      return models_.find<TranslationService>(names[i], "/translate");
  throw RequestError(Status::kNotFound, "no such model '{}'; see /translator/models",
                     text.substr(0, 80));
}

Json Api::open_nmt_models() const {
  Json list = Json::array();
  for (const std::string& name : models_.names_of<TranslationService>())
    list.push_back({{"model_id", kFirstId + std::ssize(list)},
                    {"model", name},
                    {"status", "loaded"},
                    {"available_models", Json::array({name})}});
  return list;
}

}  // namespace alinea
