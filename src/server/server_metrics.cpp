#include "server/server_metrics.h"

#include <fmt/format.h>

#include <algorithm>

#include "support/version.h"

namespace alinea {

namespace {

constexpr double kSeconds[] = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};
constexpr double kTexts[] = {1, 2, 4, 8, 16, 32, 64, 128, 256};

void head(std::string& text, std::string_view name, std::string_view type, std::string_view help) {
  text += fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n", name, type, help);
}

}  // namespace

void ServerMetrics::Histogram::add(double value, std::span<const double> bounds) {
  for (size_t i = 0; i < bounds.size(); ++i)
    if (value <= bounds[i]) ++counts[i];
  ++count;
  sum += value;
}

void ServerMetrics::Histogram::write(std::string& text, const std::string& name,
                                     const std::string& labels,
                                     std::span<const double> bounds) const {
  const std::string comma = labels.empty() ? "" : ",";
  for (size_t i = 0; i < bounds.size(); ++i)
    text +=
        fmt::format("{}_bucket{{{}{}le=\"{}\"}} {}\n", name, labels, comma, bounds[i], counts[i]);
  text += fmt::format("{}_bucket{{{}{}le=\"+Inf\"}} {}\n", name, labels, comma, count);
  const std::string braces = labels.empty() ? "" : fmt::format("{{{}}}", labels);
  text += fmt::format("{0}_sum{1} {2}\n{0}_count{1} {3}\n", name, braces, sum, count);
}

void ServerMetrics::add_request(const std::string& path, int status, double seconds) {
  const std::scoped_lock lock(mutex_);
  ++requests_[{path, status}];
  seconds_[path].add(seconds, kSeconds);
}

void ServerMetrics::add_batch(size_t texts, double seconds) {
  const std::scoped_lock lock(mutex_);
  batch_texts_.add(static_cast<double>(texts), kTexts);
  batch_seconds_.add(seconds, kSeconds);
}

std::string ServerMetrics::text(int64_t waiting) const {
  const std::scoped_lock lock(mutex_);
  std::string text;
  head(text, "alinea_build_info", "gauge", "Version of the program.");
  text += fmt::format("alinea_build_info{{version=\"{}\"}} 1\n", program_version());
  head(text, "alinea_requests_total", "counter", "Requests answered, by path and HTTP status.");
  for (const auto& [key, count] : requests_)
    text += fmt::format("alinea_requests_total{{path=\"{}\",status=\"{}\"}} {}\n", key.first,
                        key.second, count);
  head(text, "alinea_request_seconds", "histogram",
       "Time from the first byte of a request to its answer.");
  for (const auto& [path, histogram] : seconds_)
    histogram.write(text, "alinea_request_seconds", fmt::format("path=\"{}\"", path), kSeconds);
  head(text, "alinea_queue_texts", "gauge", "Texts that wait to be computed.");
  text += fmt::format("alinea_queue_texts {}\n", waiting);
  head(text, "alinea_batch_texts", "histogram", "Texts computed together.");
  batch_texts_.write(text, "alinea_batch_texts", "", kTexts);
  head(text, "alinea_batch_seconds", "histogram", "Time that a batch took.");
  batch_seconds_.write(text, "alinea_batch_seconds", "", kSeconds);
  return text;
}

}  // namespace alinea
