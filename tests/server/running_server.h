// A server in the process of the test, with every kind of model.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "server/api.h"
#include "server/http_server.h"
#include "server/served_models.h"
#include "server/server_metrics.h"
#include "server/work_queue.h"
#include "storage/temporary_folder.h"

namespace alinea {

using Json = nlohmann::ordered_json;

// The small models, by the names de-en, en-de (a Transformer), both (an ensemble), films, pairs,
// tags and text. What they answer they answer without HTTP.
class SmallApi {
 public:
  explicit SmallApi(const WorkQueueOptions& options = {.threads = 1}, const ApiOptions& api = {});

  std::vector<Route> routes() { return api_.routes(); }
  void stop() { api_.stop(); }
  // An answer of the route of that path, whatever the status.
  HttpAnswer ask(const std::string& method, const std::string& path, const std::string& body = "",
                 const std::string& type = "application/json");
  // Of a request that is answered well.
  Json json(const std::string& path, const Json& request);
  Json get(const std::string& path);
  // Of a request that is answered by events: their names and what they say.
  struct Event {
    std::string name;
    Json json;
  };
  std::vector<Event> events(const std::string& path, const Json& request);
  // Fails unless the request is refused with this status and words.
  void check_refused(const std::string& path, const Json& request, Status status,
                     const std::vector<std::string>& words);

  ServerMetrics& metrics() { return metrics_; }

 private:
  TemporaryFolder folder_;
  ServedModels models_;
  ServerMetrics metrics_;
  WorkQueue queue_;
  Api api_;
};

// The same over HTTP, on a port of loopback.
class RunningServer {
 public:
  explicit RunningServer(HttpOptions http = {}, const WorkQueueOptions& options = {.threads = 1},
                         const ApiOptions& api = {});
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;
  ~RunningServer();

  int64_t port() const { return port_; }
  void stop();  // returns when the last request is answered

 private:
  SmallApi api_;
  HttpServer server_;
  int64_t port_;
  std::thread runner_;
};

}  // namespace alinea
