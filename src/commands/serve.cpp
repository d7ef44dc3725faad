#include "commands/serve.h"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <exception>
#include <iostream>
#include <thread>
#include <vector>

#include "ops/weight_product.h"
#include "options/limits.h"
#include "options/options.h"
#include "options/threads.h"
#include "server/api.h"
#include "server/http_server.h"
#include "server/served_models.h"
#include "server/server_metrics.h"
#include "server/termination.h"
#include "server/work_queue.h"

namespace alinea {

namespace {

constexpr double kMostTime = 3600;  // seconds of a request
constexpr int64_t kLargestBody = int64_t{1} << 30;

struct ServeOptions {
  Paths models;
  HttpOptions http;
  WorkQueueOptions queue;
  ServiceOptions service;
  SearchOptions search;
  int64_t batch_wait = 2;  // milliseconds
  double request_timeout = 60, receive_timeout = 10, send_timeout = 10, idle_timeout = 60;

  void visit(FieldList& fields);
};

void ServeOptions::visit(FieldList& fields) {
  fields
      .required(
          "model", models,
          "NAME=FOLDER of a model, or its folder alone, whose last part is the name then; may "
          "be given several times; translation models of one name are an ensemble; a name "
          "such as de-en says the languages")
      .add("host", http.host, "address to listen at; 0.0.0.0: all of this machine")
      .add("port", http.port, "port to listen at; 0: any that is free")
      .range<int64_t>(0, 65535)
      .add("allow-origin", http.allowed_origin,
           "origin whose pages may ask, or *; by default the page of the server alone")
      .choice("precision", service.precision, ops::precision_names(),
              "precision of products with the model's weights")
      .add("threads", queue.threads, "threads that compute; 0: one per core")
      .range<int64_t>(0, kMostThreads);
  fields.group("Where a request says nothing else")
      .add("beam-size", search.beam_size, "size of the beam; 1 is greedy search")
      .range<int64_t>(1, kWidestBeam)
      .add("length-penalty", search.length_penalty, "alpha of GNMT's length normalisation; 0: none")
      .range(0.0, kAnyNumber);
  fields.group("Batches")
      .add("batch-size", queue.batch_size, "texts of all requests that are computed together")
      .range<int64_t>(1, kMostSentences)
      .add("batch-wait", batch_wait,
           "how long a text waits for others to be computed with, in milliseconds")
      .range<int64_t>(0, 10'000)
      .add("queue-size", queue.queue_size,
           "texts that wait at most; a request that does not fit in is refused with 503, one with "
           "more texts than that with 413")
      .range<int64_t>(1, kMostSentences);
  fields.group("Limits of requests")
      .add("max-length", service.max_length,
           "tokens of a text; longer ones are cut where they are translated and refused where they "
           "are scored, aligned or tagged; documents have the limits of their classifier")
      .range<int64_t>(1, kNoLimit)
      .add("max-bytes", http.body_size, "bytes of a request; longer ones are refused with 413")
      .range<int64_t>(1, kLargestBody)
      .add("max-connections", http.connections, "connections at once; others get 503")
      .range<int64_t>(1, 10'000)
      .add("request-timeout", request_timeout, "seconds from a request to its answer")
      .range(0.001, kMostTime)
      .add("receive-timeout", receive_timeout, "seconds in which a request must have arrived")
      .range(0.001, kMostTime)
      .add("send-timeout", send_timeout, "seconds in which an answer must have been taken")
      .range(0.001, kMostTime)
      .add("idle-timeout", idle_timeout, "seconds that a connection may be silent between requests")
      .range(0.001, kMostTime);
}

std::chrono::milliseconds milliseconds(double seconds) {
  return std::chrono::ceil<std::chrono::milliseconds>(std::chrono::duration<double>(seconds));
}

std::vector<std::string> names_of(const Paths& models) { return {models.begin(), models.end()}; }

// Answers until a signal comes, and then what was asked before it.
void serve(HttpServer& server, Api& api, Termination& termination) {
  std::atomic<bool> has_ended = false;
  std::exception_ptr failure;
  std::thread runner([&] {
    try {
      server.run();
    } catch (...) {
      failure = std::current_exception();
    }
    has_ended = true;
  });
  constexpr std::chrono::milliseconds kGlance{100};
  while (!has_ended && !termination.wait(kGlance)) {
  }
  api.stop();
  server.stop();
  runner.join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace

void serve_command(std::span<const std::string> arguments) {
  ServeOptions options;
  Options table("serve", "Answers requests over HTTP, and serves a page to translate on");
  options.visit(table);
  if (!table.parse(arguments)) return;
  HttpOptions& http = options.http;
  http.receive_timeout = milliseconds(options.receive_timeout);
  http.send_timeout = milliseconds(options.send_timeout);
  http.idle_timeout = milliseconds(options.idle_timeout);
  options.queue.batch_wait = std::chrono::milliseconds(options.batch_wait);

  Termination termination;
  use_threads(options.queue.threads);
  const ServedModels models = ServedModels::load(names_of(options.models), options.service);
  ServerMetrics metrics;
  WorkQueue queue(options.queue,
                  [&](size_t texts, double seconds) { metrics.add_batch(texts, seconds); });
  Api api(models, queue, metrics,
          {.request_timeout = milliseconds(options.request_timeout),
           .translation = {.search = options.search}});
  HttpServer server(http, api.routes(), [&](const HttpRequest& request, const HttpAnswer& answer) {
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - request.begin;
    metrics.add_request(request.path, static_cast<int>(answer.status), time.count());
  });
  const int64_t port = server.listen();
  std::cerr << fmt::format("serving {} at http://{}/\n",
                           models.all().size() == 1 ? models.all().front()->name()
                                                    : fmt::format("{} models", models.all().size()),
                           authority_of(http.host, port))
            << std::flush;
  serve(server, api, termination);
}

}  // namespace alinea
