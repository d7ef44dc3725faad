// What a server counts, for Prometheus (text format 0.0.4).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <utility>

namespace alinea {

class ServerMetrics {
 public:
  // Paths are few: what is asked for elsewhere counts under one name.
  void add_request(const std::string& path, int status, double seconds);
  void add_batch(size_t texts, double seconds);

  // `waiting`: texts in the queue.
  std::string text(int64_t waiting) const;

 private:
  // Of observations, how many are at most each bound.
  struct Histogram {
    std::array<uint64_t, 16> counts{};
    uint64_t count = 0;
    double sum = 0;
    void add(double value, std::span<const double> bounds);
    void write(std::string& text, const std::string& name, const std::string& labels,
               std::span<const double> bounds) const;
  };

  mutable std::mutex mutex_;
  std::map<std::pair<std::string, int>, uint64_t> requests_;  // by path and status
  std::map<std::string, Histogram> seconds_;                  // by path
  Histogram batch_texts_, batch_seconds_;
};

}  // namespace alinea
