#include "server/server_metrics.h"

#include <catch2/catch.hpp>
#include <regex>
#include <set>
#include <sstream>
#include <string>

namespace alinea {
namespace {

TEST_CASE("metrics are what Prometheus reads") {
  ServerMetrics metrics;
  metrics.add_request("/translate", 200, 0.02);
  metrics.add_request("/translate", 200, 7);
  metrics.add_request("/translate", 503, 0.001);
  metrics.add_request("refused", 404, 0);
  metrics.add_batch(3, 0.5);
  const std::string text = metrics.text(17);
  CHECK_THAT(text,
             Catch::Contains("alinea_requests_total{path=\"/translate\",status=\"200\"} 2\n"));
  CHECK_THAT(text,
             Catch::Contains("alinea_requests_total{path=\"/translate\",status=\"503\"} 1\n"));
  CHECK_THAT(
      text, Catch::Contains("alinea_request_seconds_bucket{path=\"/translate\",le=\"0.025\"} 2\n"));
  CHECK_THAT(text,
             Catch::Contains("alinea_request_seconds_bucket{path=\"/translate\",le=\"+Inf\"} 3\n"));
  CHECK_THAT(text, Catch::Contains("alinea_request_seconds_count{path=\"/translate\"} 3\n"));
  CHECK_THAT(text, Catch::Contains("alinea_queue_texts 17\n"));
  CHECK_THAT(text, Catch::Contains("alinea_batch_texts_bucket{le=\"2\"} 0\n"));
  CHECK_THAT(text, Catch::Contains("alinea_batch_texts_bucket{le=\"4\"} 1\n"));
  CHECK_THAT(text, Catch::Contains("alinea_batch_texts_sum 3\n"));

  // The text format 0.0.4: a sample a line, behind the HELP and TYPE of its family.
  const std::regex sample(
      R"(([a-z_]+?)(_bucket|_sum|_count)?(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.e+-]+)");
  std::set<std::string> types;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    INFO(line);
    std::smatch match;
    if (line.starts_with("# TYPE ")) {
      types.insert(line.substr(7, line.find(' ', 7) - 7));
    } else if (!line.starts_with("# HELP ")) {
      REQUIRE(std::regex_match(line, match, sample));
      CHECK(types.count(match[1]) == 1);
    }
  }
}

}  // namespace
}  // namespace alinea
