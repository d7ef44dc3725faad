#include "server/api.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "server/form.h"
#include "server/line.h"
#include "server/open_api.h"
#include "server/page.h"
#include "server/request_reader.h"
#include "server/text_services.h"

namespace alinea {

namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMostAttentions = 64;  // of a request

std::vector<RequestText> numbered(const std::vector<std::string>& texts) {
  std::vector<RequestText> result;
  result.reserve(texts.size());
  for (const std::string& text : texts)
    result.push_back({.text = without_return(text), .number = result.size()});
  return result;
}

std::vector<std::string> without_returns(std::vector<std::string> lines) {
  for (std::string& line : lines) line = without_return(std::move(line));
  return lines;
}

// Two lists of the same length, or two texts.
std::vector<RequestText> pairs_of(RequestReader& reader, const char* first, const char* second) {
  std::vector<RequestText> texts = numbered(reader.texts(first));
  const std::vector<std::string> others = reader.texts(second);
  if (others.size() != texts.size())
    throw RequestError(Status::kBadRequest,
                       "expected as many texts in '{}' as in '{}', got {} and {}", second, first,
                       others.size(), texts.size());
  for (size_t i = 0; i < texts.size(); ++i) texts[i].other = without_return(others[i]);
  return texts;
}

std::vector<RequestText> sentences_of(RequestReader& reader) {
  const Json* const words = reader.value("words");
  if (words == nullptr) return numbered(reader.texts("text"));
  if (reader.has("text"))
    throw RequestError(Status::kBadRequest, "expected 'text' or 'words', got both");
  const bool is_list_of_lists = words->is_array() && !words->empty() && words->front().is_array();
  std::vector<RequestText> texts;
  for (std::vector<std::string>& sentence :
       reader.lists("words", is_list_of_lists ? words->size() : 1))
    texts.push_back({.text = {}, .words = std::move(sentence), .number = texts.size()});
  return texts;
}

// `attentions` of each text.
void check_size(const std::vector<RequestText>& texts, size_t attentions) {
  if (texts.size() * attentions > kMostAttentions)
    throw RequestError(Status::kTooLarge,
                       "expected at most {} attentions, of all texts, kinds and translations "
                       "together, got {}",
                       kMostAttentions, texts.size() * attentions);
}

Json results_json(const Service& service, std::vector<TextAnswer> answers) {
  Json json = {{"model", service.name()}, {"results", Json::array()}};
  for (TextAnswer& each : answers)
    json["results"].push_back(each.fault.empty() ? std::move(each.json)
                                                 : Json{{"error", each.fault}});
  return json;
}

std::string event(std::string_view name, const Json& json) {
  return fmt::format("event: {}\ndata: {}\n\n", name, to_text(json));
}

}  // namespace

Api::Api(const ServedModels& models, WorkQueue& queue, ServerMetrics& metrics, ApiOptions options)
    : models_(models), queue_(queue), metrics_(metrics), options_(std::move(options)) {}

std::vector<Route> Api::routes() {
  using Answer = HttpAnswer (Api::*)(const HttpRequest&);
  const auto post = [this](std::string path, Answer handle) {
    return Route{"POST", std::move(path),
                 [this, handle](const HttpRequest& request) { return (this->*handle)(request); }};
  };
  const auto get = [](std::string path, std::function<HttpAnswer()> handle) {
    return Route{"GET", std::move(path),
                 [handle = std::move(handle)](const HttpRequest&) { return handle(); }};
  };
  std::vector<Route> routes = {
      post("/translate", &Api::translate),
      post("/align", &Api::align),
      post("/score", &Api::score),
      post("/classify", &Api::classify),
      post("/tag", &Api::tag),
      post("/translator/translate", &Api::open_nmt),
      get("/translator/models", [this] { return json_answer(open_nmt_models()); }),
      get("/translator/health", [this] { return health(); }),
      get("/languages", [this] { return json_answer(languages()); }),
      get("/models", [this] { return json_answer(models_.json()); }),
      get("/health", [this] { return health(); }),
      get("/metrics",
          [this] {
            return HttpAnswer{Status::kOk, metrics_.text(queue_.waiting()),
                              "text/plain; version=0.0.4; charset=utf-8"};
          }),
      get("/openapi.json", [this] { return json_answer(open_api(options_.translation)); }),
  };
  routes.push_back(page_route());
  return routes;
}

std::vector<TextAnswer> Api::compute(std::unique_ptr<Computation> computation, Texts texts,
                                     const HttpRequest& request) {
  return queue_.answer(std::move(computation), std::move(texts),
                       {request.begin + options_.request_timeout, request.is_wanted});
}

Api::Form Api::form_of(const RequestReader& reader) {
  return reader.has_list() ? Form::kList : Form::kOne;
}

// A text by itself has its fault as the answer; in a list the others have theirs.
HttpAnswer Api::answer(const Service& service, std::unique_ptr<Computation> computation,
                       Texts texts, Form form, const HttpRequest& request) {
  if (form == Form::kStream)
    return stream(service, std::move(computation), std::move(texts), request);
  std::vector<TextAnswer> answers = compute(std::move(computation), std::move(texts), request);
  if (form == Form::kOne && !answers.front().fault.empty())
    return error_answer(answers.front().status, answers.front().fault);
  return json_answer(results_json(service, std::move(answers)));
}

// Server-sent events. What is refused before the first of them has its status.
HttpAnswer Api::stream(const Service& service, std::unique_ptr<Computation> computation,
                       Texts texts, const HttpRequest& request) {
  for (RequestText& text : texts) text.is_watched = true;
  const auto ticket =
      std::make_shared<WorkQueue::Ticket>(queue_.submit(std::move(computation), std::move(texts)));
  const auto until = request.begin + options_.request_timeout;
  HttpAnswer answer;
  answer.type = "text/event-stream";
  answer.headers = {{"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}};
  answer.stream = [ticket, until, &service, is_wanted = request.is_wanted](const SendPart& send) {
    bool is_taken = true;
    const Patience patience = {.until = until,
                               .is_wanted = [&] { return is_taken && (!is_wanted || is_wanted()); },
                               .on_progress =
                                   [&](size_t text, const Json& so_far) {
                                     Json json = {{"result", text}};
                                     json.update(so_far);
                                     is_taken = is_taken && send(event("progress", json));
                                   }};
    try {
      send(event("answer", results_json(service, ticket->wait(patience))));
    } catch (const RequestError& error) {
      send(event("error", {{"error", error.what()}, {"status", static_cast<int>(error.status())}}));
    }
  };
  return answer;
}

HttpAnswer Api::translate(const HttpRequest& request) {
  // curl says of everything that it is a form.
  const bool is_json = request.body.starts_with('{') || !is_form(request.content_type);
  const Json json = is_json ? request_json(request.body) : parse_form(request.body);
  if (json.is_object() && json.contains("q")) return libre_translate(json, request);
  RequestReader reader(json);
  const auto& service =
      models_.find<TranslationService>(reader.optional_text("model").value_or(""), request.path);
  Texts texts = numbered(reader.texts("text"));
  const Form form = reader.flag("stream") ? Form::kStream : form_of(reader);
  const std::vector<std::string> prefixes = reader.texts("prefix", texts.size());
  const auto required = reader.lists("constraints", texts.size());
  const auto avoided = reader.lists("avoid", texts.size());
  for (size_t i = 0; i < texts.size(); ++i) {
    if (!prefixes.empty()) texts[i].prefix = without_return(prefixes[i]);
    if (!required.empty()) texts[i].required = without_returns(required[i]);
    if (!avoided.empty()) texts[i].avoided = without_returns(avoided[i]);
  }
  TranslationFields fields = options_.translation;
  FieldList list;
  fields.visit(list);
  reader.read(list);
  fields.attention = attention_of_request(reader.value("attention"));
  reader.finish();
  check_size(texts, fields.attention.size() * static_cast<size_t>(fields.search.n_best));
  if (fields.search.sampling.enabled && !required.empty())
    throw RequestError(Status::kBadRequest, "'constraints' cannot be combined with 'sampling'");
  return answer(service, service.translation(fields), std::move(texts), form, request);
}

HttpAnswer Api::align(const HttpRequest& request) {
  const Json json = request_json(request.body);
  RequestReader reader(json);
  const auto& service =
      models_.find<TranslationService>(reader.optional_text("model").value_or(""), request.path);
  Texts texts = pairs_of(reader, "source", "target");
  const Form form = form_of(reader);
  PairFields fields;
  fields.links = true;
  FieldList list;
  fields.visit(list);
  reader.read(list);
  const Json* const attention = reader.value("attention");
  fields.attention =
      attention == nullptr ? AttentionKinds{AttentionOf::kCross} : attention_of_request(attention);
  reader.finish();
  check_size(texts, fields.attention.size());
  return answer(service, service.scoring(fields), std::move(texts), form, request);
}

HttpAnswer Api::score(const HttpRequest& request) {
  const Json json = request_json(request.body);
  RequestReader reader(json);
  const std::string name = reader.optional_text("model").value_or("");
  if (reader.has("text")) {
    const auto& service = models_.find<LanguageModelService>(name, request.path);
    Texts texts = numbered(reader.texts("text"));
    const Form form = form_of(reader);
    reader.finish();
    return answer(service, service.scoring(), std::move(texts), form, request);
  }
  Texts texts = pairs_of(reader, "source", "target");
  const Form form = form_of(reader);
  const auto& service = models_.find<TranslationService>(name, request.path);
  reader.finish();
  return answer(service, service.scoring({}), std::move(texts), form, request);
}

HttpAnswer Api::classify(const HttpRequest& request) {
  const Json json = request_json(request.body);
  RequestReader reader(json);
  const auto& service =
      models_.find<ClassifierService>(reader.optional_text("model").value_or(""), request.path);
  Texts texts = service.reads_pairs() ? pairs_of(reader, "premise", "hypothesis")
                                      : numbered(reader.texts("text"));
  const Form form = form_of(reader);
  const bool attention = reader.flag("attention");
  reader.finish();
  check_size(texts, attention ? 1 : 0);
  return answer(service, service.classification(attention), std::move(texts), form, request);
}

HttpAnswer Api::tag(const HttpRequest& request) {
  const Json json = request_json(request.body);
  RequestReader reader(json);
  const auto& service =
      models_.find<TaggerService>(reader.optional_text("model").value_or(""), request.path);
  Texts texts = sentences_of(reader);
  const Form form = form_of(reader);
  const bool attention = reader.flag("attention");
  reader.finish();
  check_size(texts, attention ? 1 : 0);
  return answer(service, service.tagging(attention), std::move(texts), form, request);
}

HttpAnswer Api::health() const {
  if (!stops_) return json_answer({{"status", "ok"}});
  return {Status::kBusy, to_text({{"status", "stopping"}})};
}

}  // namespace alinea
