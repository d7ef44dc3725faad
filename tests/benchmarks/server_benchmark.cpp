// server_benchmark PORT FILE CLIENTS: translates the lines of a file by a server on this
// machine, a line a request, from so many clients at once, and prints how long that took: all
// together, and a request by itself.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "server/raw_client.h"

namespace alinea {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

int run(int64_t port, const std::vector<std::string>& lines, int clients) {
  std::atomic<size_t> next = 0, failed = 0;
  std::mutex mutex;
  std::vector<double> times;
  const auto begin = Clock::now();
  std::vector<std::thread> threads;
  for (int c = 0; c < clients; ++c)
    threads.emplace_back([&] {
      RawClient client(port);
      std::vector<double> own;
      for (size_t i = next++; i < lines.size(); i = next++) {
        const auto asked = Clock::now();
        client.send(post("/translate", nlohmann::json{{"text", lines[i]}}.dump()));
        if (status_of(client.receive_answer(std::chrono::seconds(300))) != 200) ++failed;
        own.push_back(seconds_since(asked));
      }
      const std::scoped_lock lock(mutex);
      times.insert(times.end(), own.begin(), own.end());
    });
  for (std::thread& thread : threads) thread.join();
  const double total = seconds_since(begin);
  std::sort(times.begin(), times.end());
  std::printf(
      "%zu requests, %d clients: %.2f s, %.1f a second; median %.1f ms, 95 %% below %.1f ms\n",
      times.size(), clients, total, static_cast<double>(times.size()) / total,
      1000 * times[times.size() / 2], 1000 * times[times.size() * 95 / 100]);
  if (failed > 0) std::fprintf(stderr, "%zu requests failed\n", failed.load());
  return failed > 0 ? 1 : 0;
}

}  // namespace
}  // namespace alinea

int main(int count, char** arguments) try {
  if (count != 4) {
    std::fprintf(stderr, "usage: server_benchmark PORT FILE CLIENTS\n");
    return 2;
  }
  std::ifstream file(arguments[2]);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  if (lines.empty()) {
    std::fprintf(stderr, "server_benchmark: expected lines in %s\n", arguments[2]);
    return 1;
  }
  return alinea::run(std::atoll(arguments[1]), lines, std::atoi(arguments[3]));
} catch (const std::exception& error) {
  std::fprintf(stderr, "server_benchmark: %s\n", error.what());
  return 1;
}
