#include "server/open_api.h"

#include <string>
#include <string_view>
#include <utility>

#include "server/request_reader.h"
#include "support/version.h"

namespace alinea {

namespace {

using Json = nlohmann::ordered_json;

Json text(std::string_view description) {
  return {{"type", "string"}, {"description", description}};
}

Json flag(std::string_view description) {
  return {{"type", "boolean"}, {"description", description}, {"default", false}};
}

Json list(Json items) { return {{"type", "array"}, {"items", std::move(items)}}; }

Json object(Json properties) { return {{"type", "object"}, {"properties", std::move(properties)}}; }

const Json kString = {{"type", "string"}};
const Json kNumber = {{"type", "number"}};

Json one_or_list(std::string_view description) {
  return {{"oneOf", {kString, list(kString)}}, {"description", description}};
}

Json list_or_lists(std::string_view description) {
  return {{"oneOf", {list(kString), list(list(kString))}}, {"description", description}};
}

Json model() { return text("name of the model; by default the first of its kind"); }

Json attention_wanted(std::string_view description) {
  return {{"oneOf", {{{"type", "boolean"}}, kString, list(kString)}}, {"description", description}};
}

Json reference(const std::string& schema) { return {{"$ref", "#/components/schemas/" + schema}}; }

Json content(Json schema) {
  return {{"content", {{"application/json", {{"schema", std::move(schema)}}}}}};
}

Json answers(Json schema) {
  Json good = content(std::move(schema));
  good["description"] = "the answer";
  Json bad = content(reference("Error"));
  bad["description"] = "why there is none; 503 has a Retry-After";
  return {{"200", std::move(good)}, {"default", std::move(bad)}};
}

// What is asked for by POST. `required` names members of the request.
Json post(std::string_view summary, Json request, const std::vector<std::string>& required,
          Json result) {
  request = object(std::move(request));
  if (!required.empty()) request["required"] = required;
  request["additionalProperties"] = false;
  Json body = content(std::move(request));
  body["required"] = true;
  Json answer = object({{"model", kString}, {"results", list(std::move(result))}});
  return {{"post",
           {{"summary", summary},
            {"requestBody", std::move(body)},
            {"responses", answers(std::move(answer))}}}};
}

Json get(std::string_view summary, Json schema) {
  return {{"get", {{"summary", summary}, {"responses", answers(std::move(schema))}}}};
}

Json text_page(std::string_view summary, const std::string& type) {
  return {
      {"get",
       {{"summary", summary},
        {"responses",
         {{"200", {{"description", "the text"}, {"content", {{type, {{"schema", kString}}}}}}}}}}}};
}

Json with(Json json, const Json& more) {
  json.update(more);
  return json;
}

Json event_stream() {
  return {{"schema", text("events of the stream; the data of \"answer\" are the answer as JSON")}};
}

Json translate(const TranslationFields& defaults) {
  TranslationFields fields = defaults;
  FieldList all;
  fields.visit(all);
  const Json own = {
      {"model", model()},
      {"text", one_or_list("what to translate: a line of text, or several")},
      {"prefix", one_or_list("beginning of the translation, one for each text")},
      {"constraints",
       list_or_lists("phrases that a translation must contain, a list for each text")},
      {"avoid", list_or_lists("phrases that it must not contain, a list for each text")},
      {"attention", attention_wanted("attention to answer: true for cross, or names of cross, "
                                     "encoder and decoder")},
      {"stream", flag("answer by server-sent events: \"progress\" with the best translation so far "
                      "of one of the texts, then \"answer\" or \"error\"")}};
  Json path = post("translate texts", with(own, schema_of(all)), {"text"}, reference("Translated"));
  path["post"]["responses"]["200"]["content"]["text/event-stream"] = event_stream();
  return path;
}

Json align() {
  PairFields fields;
  FieldList all;
  fields.visit(all);
  const Json own = {{"model", model()},
                    {"source", one_or_list("texts")},
                    {"target", one_or_list("a translation of each")},
                    {"attention", attention_wanted("as of /translate; by default cross")}};
  return post("attention weights and word links of given translations", with(own, schema_of(all)),
              {"source", "target"}, reference("Scored"));
}

Json score() {
  return post("log-probabilities of given translations, or of texts by a language model",
              {{"model", model()},
               {"source", one_or_list("texts")},
               {"target", one_or_list("a translation of each")},
               {"text", one_or_list("texts for a language model, in the place of both")}},
              {}, reference("Scored"));
}

Json classify() {
  return post("classes of documents",
              {{"model", model()},
               {"text", one_or_list("documents, of models of documents")},
               {"premise", one_or_list("texts, of models of pairs")},
               {"hypothesis", one_or_list("a second text for each")},
               {"attention", flag("answer the weights of words and sentences, too")}},
              {},
              object({{"label", kString},
                      {"probabilities", {{"type", "object"}, {"additionalProperties", kNumber}}},
                      {"attention", {{"type", "object"}}}}));
}

Json tag() {
  return post("tags of words",
              {{"model", model()},
               {"text", one_or_list("sentences, words between spaces")},
               {"words", list_or_lists("words of a sentence, or of several, in the place of text")},
               {"attention", flag("answer what words look at, too")}},
              {},
              object({{"words", list(kString)},
                      {"tags", list(kString)},
                      {"class", kString},
                      {"attention", {{"type", "object"}}}}));
}

Json open_nmt() {
  const Json item = object({{"src", kString},
                            {"id",
                             {{"description",
                               "100, 101, ... in the order of the models, or "
                               "a name"}}}});
  Json body = content(list(item));
  body["required"] = true;
  const Json answer = object({{"src", kString},
                              {"tgt", kString},
                              {"n_best", {{"type", "integer"}}},
                              {"pred_score", kNumber}});
  return {{"post",
           {{"summary", "translate as OpenNMT-py's server does"},
            {"requestBody", std::move(body)},
            {"responses", answers(list(list(answer)))}}}};
}

Json schemas() {
  const Json attention =
      object({{"layers", {{"type", "integer"}}},
              {"heads", {{"type", "integer"}}},
              {"rows", list(kString)},
              {"columns", list(kString)},
              {"weights", with(list(list(list(list(kNumber)))),
                               {{"description", "[layers][heads][rows][columns]"}})},
              {"mean", with(list(list(kNumber)), {{"description", "[rows][columns]"}})}});
  const Json attentions = {{"type", "object"}, {"additionalProperties", reference("Attention")}};
  return {{"Error", object({{"error", kString}})},
          {"Attention", attention},
          {"Translated",
           object({{"source_tokens", list(kString)},
                   {"translations", list(object({{"text", kString},
                                                 {"score", kNumber},
                                                 {"log_probability", kNumber},
                                                 {"tokens", list(kString)},
                                                 {"token_log_probabilities", list(kNumber)},
                                                 {"ended", {{"type", "boolean"}}},
                                                 {"attention", attentions}}))},
                   {"warnings", list(kString)},
                   {"error", kString}})},
          {"Scored", object({{"source_tokens", list(kString)},
                             {"tokens", list(kString)},
                             {"log_probability", kNumber},
                             {"token_log_probabilities", list(kNumber)},
                             {"perplexity", kNumber},
                             {"attention", attentions},
                             {"links", list(list({{"type", "integer"}}))},
                             {"source_words", list(kString)},
                             {"words", list(kString)},
                             {"error", kString}})}};
}

}  // namespace

Json open_api(const TranslationFields& defaults) {
  const Json any = {{"type", "object"}};
  return {{"openapi", "3.0.3"},
          {"info",
           {{"title", "alinea"},
            {"version", program_version()},
            {"description",
             "Translation, classification and tagging with attention. /translate also takes the "
             "requests of LibreTranslate, as JSON or as a form."}}},
          {"paths",
           {{"/translate", translate(defaults)},
            {"/align", align()},
            {"/score", score()},
            {"/classify", classify()},
            {"/tag", tag()},
            {"/translator/translate", open_nmt()},
            {"/translator/models", get("the models, as OpenNMT-py has them", list(any))},
            {"/translator/health", get("whether the server is ready", any)},
            {"/languages", get("pairs of languages, as LibreTranslate has them", list(any))},
            {"/models", get("the models, with what they can answer", any)},
            {"/health", get("whether the server is ready", any)},
            {"/metrics", text_page("numbers for Prometheus", "text/plain")},
            {"/openapi.json", get("this description", any)},
            {"/", text_page("a page to translate on", "text/html")}}},
          {"components", {{"schemas", schemas()}}}};
}

}  // namespace alinea
