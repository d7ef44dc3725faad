// A request to the server: its path on the first line, its body behind.
#include <algorithm>
#include <chrono>
#include <exception>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/fuzz_target.h"
#include "server/api.h"
#include "server/small_models.h"
#include "storage/temporary_folder.h"

namespace alinea::fuzz {

namespace {

ServedModels tiny_served_models(const TemporaryFolder& folder) {
  const auto in = [&](const char* name) { return (folder.path() / name).string(); };
  save_small_translator(in("de-en"));
  save_small_classifier(in("films"));
  save_small_pair_classifier(in("pairs"));
  save_small_tagger(in("tags"));
  save_small_language_model(in("text"));
  return ServedModels::load({in("de-en"), in("films"), in("pairs"), in("tags"), in("text")},
                            {.max_length = 4});
}

// Computes at once, one text after another.
struct Served {
  TemporaryFolder folder;
  ServedModels models = tiny_served_models(folder);
  ServerMetrics metrics;
  WorkQueue queue{{.batch_size = 4, .batch_wait = {}, .queue_size = 8, .threads = 1}};
  Api api{models, queue, metrics, {}};
  std::vector<Route> routes = api.routes();
};

}  // namespace

void read(const std::filesystem::path& file) {
  static Served served;
  std::ifstream input(file, std::ios::binary);
  HttpRequest request;
  request.method = "POST";
  std::getline(input, request.path);
  request.body = {std::istreambuf_iterator<char>(input), {}};
  // A path with "&" behind it has a form.
  request.content_type =
      request.path.ends_with('&') ? "application/x-www-form-urlencoded" : "application/json";
  if (request.path.ends_with('&')) request.path.pop_back();
  request.begin = std::chrono::steady_clock::now();
  const auto route = std::ranges::find_if(served.routes, [&](const Route& each) {
    return each.method == "POST" && each.path == request.path;
  });
  if (route == served.routes.end()) return;
  try {
    const HttpAnswer answer = route->handle(request);
    // Whatever was asked, the answer is JSON, and the server is not at fault.
    if (answer.stream) {
      answer.stream([](std::string_view event) {
        static_cast<void>(nlohmann::json::parse(event.substr(event.find("\ndata: ") + 7)));
        return true;
      });
      return;
    }
    static_cast<void>(nlohmann::json::parse(answer.body));
    if (answer.status == Status::kServerFault) std::terminate();
  } catch (const RequestError&) {  // NOLINT(bugprone-empty-catch)
  }
}

}  // namespace alinea::fuzz
