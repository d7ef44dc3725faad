// What a server answers: every path, what its request says and what its answer is. docs/server.md
// describes them for people, /openapi.json for programs.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "server/http_message.h"
#include "server/request_reader.h"
#include "server/served_models.h"
#include "server/server_metrics.h"
#include "server/translation_service.h"
#include "server/work_queue.h"

namespace alinea {

struct ApiOptions {
  std::chrono::milliseconds request_timeout{60'000};  // from its first byte to its answer
  TranslationFields translation = {};                 // where a request says nothing else
};

class Api {
 public:
  // All of them outlive the routes.
  Api(const ServedModels& models, WorkQueue& queue, ServerMetrics& metrics, ApiOptions options);

  std::vector<Route> routes();

  // Health is "stopping" from now on.
  void stop() { stops_ = true; }

 private:
  using Json = nlohmann::ordered_json;
  using Texts = std::vector<RequestText>;

  HttpAnswer translate(const HttpRequest& request);
  HttpAnswer libre_translate(const Json& json, const HttpRequest& request);
  HttpAnswer open_nmt(const HttpRequest& request);
  HttpAnswer align(const HttpRequest& request);
  HttpAnswer score(const HttpRequest& request);
  HttpAnswer classify(const HttpRequest& request);
  HttpAnswer tag(const HttpRequest& request);
  HttpAnswer health() const;
  Json languages() const;
  Json open_nmt_models() const;

  std::vector<TextAnswer> compute(std::unique_ptr<Computation> computation, Texts texts,
                                  const HttpRequest& request);
  // Of texts that came as a list, or of one by itself, or of either as a stream of events.
  enum class Form { kList, kOne, kStream };
  HttpAnswer answer(const Service& service, std::unique_ptr<Computation> computation, Texts texts,
                    Form form, const HttpRequest& request);
  HttpAnswer stream(const Service& service, std::unique_ptr<Computation> computation, Texts texts,
                    const HttpRequest& request);
  static Form form_of(const RequestReader& reader);
  // Of these codes, the source "auto" among them; nullptr where there is none.
  const TranslationService* find_pair(const std::string& source, const std::string& target) const;
  // By what an OpenNMT client calls it. Throws RequestError where there is none.
  const TranslationService& find_id(const Json& id) const;

  const ServedModels& models_;
  WorkQueue& queue_;
  ServerMetrics& metrics_;
  ApiOptions options_;
  std::atomic<bool> stops_ = false;
};

}  // namespace alinea
