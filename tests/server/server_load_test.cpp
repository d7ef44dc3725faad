// Many clients at once: every answer is the one that its request has when it is alone.
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "server/raw_client.h"
#include "server/running_server.h"

namespace alinea {
namespace {

using namespace std::chrono_literals;

constexpr int kClients = 64;

std::string random_text(std::mt19937& random, int most) {
  std::string text;
  const int words = std::uniform_int_distribution(0, most)(random);
  for (int i = 0; i < words; ++i) {
    if (i > 0) text += ' ';
    text += static_cast<char>('a' + random() % 9);  // "i" is unknown
  }
  return text;
}

struct Asked {
  std::string path;
  Json request;
};

// Requests of every kind and size.
Asked random_request(std::mt19937& random) {
  Json texts = Json::array();
  const size_t count = random() % 8 == 0 ? 1 + random() % 40 : 1;
  for (size_t i = 0; i < count; ++i)
    texts.push_back(random_text(random, random() % 6 == 0 ? 45 : 6));
  switch (random() % 8) {
    case 0:
      return {"/classify", {{"text", texts}}};
    case 1:
      return {"/tag", {{"text", texts}}};
    case 2:
      return {"/score", {{"text", texts}}};
    case 3:
      return {"/align", {{"source", texts}, {"target", texts}}};
    case 4:
      return {"/translate", {{"text", texts}, {"n_best", 3}, {"model", "en-de"}}};
    case 5:
      return {"/translate", {{"text", texts}, {"sampling", true}, {"seed", random() % 5}}};
    case 6:
      return {"/translate", {{"text", texts[0]}, {"attention", true}, {"prefix", "a b"}}};
    default:
      return {"/translate", {{"text", texts}, {"beam_size", 1 + random() % 5}}};
  }
}

// Numbers of floats differ in their last places by what they are computed with.
void check_same(const Json& a, const Json& b) {
  REQUIRE(a.type_name() == std::string(b.type_name()));
  if (a.is_number()) {
    CHECK(a.get<double>() == Approx(b.get<double>()).margin(2e-4).epsilon(2e-4));
  } else if (a.is_structured()) {
    REQUIRE(a.size() == b.size());
    for (auto x = a.begin(), y = b.begin(); x != a.end(); ++x, ++y) {
      if (a.is_object()) CHECK(x.key() == y.key());
      check_same(*x, *y);
    }
  } else {
    CHECK(a == b);
  }
}

TEST_CASE("64 clients get what they would get alone, whoever is killed beside them") {
  RunningServer server({.body_size = 20'000, .receive_timeout = 2s, .send_timeout = 2s},
                       {.batch_size = 16, .queue_size = 100'000, .threads = 2});
  struct Exchange {
    Asked asked;
    std::string answer;
  };
  std::vector<std::vector<Exchange>> exchanges(kClients);
  std::atomic<int> lost = 0;
  std::vector<std::thread> clients;
  clients.reserve(kClients);
  for (int c = 0; c < kClients; ++c)
    clients.emplace_back([&, c] {
      std::mt19937 random(static_cast<unsigned>(c));
      RawClient client(server.port());
      for (int i = 0; i < 5; ++i) {
        const Asked asked = random_request(random);
        const std::string bytes = post(asked.path, to_text(asked.request));
        if (c % 4 == 3) {
          // One of those that are killed: before, while or after they ask.
          RawClient killed(server.port());
          killed.send(bytes.substr(0, random() % (bytes.size() + 1)));
          if (i % 2 == 0) killed.abort();
          continue;
        }
        client.send(bytes);
        Exchange exchange{asked, client.receive_answer(120s)};
        if (exchange.answer.empty()) ++lost;
        exchanges[static_cast<size_t>(c)].push_back(std::move(exchange));
      }
    });
  for (std::thread& client : clients) client.join();
  CHECK(lost == 0);

  SmallApi alone;
  int64_t compared = 0;
  for (const auto& of_client : exchanges)
    for (const Exchange& exchange : of_client) {
      INFO(exchange.asked.path << ' ' << exchange.asked.request << '\n' << exchange.answer);
      const HttpAnswer expected =
          alone.ask("POST", exchange.asked.path, to_text(exchange.asked.request));
      REQUIRE(status_of(exchange.answer) == static_cast<int64_t>(expected.status));
      check_same(Json::parse(body_of(exchange.answer)), Json::parse(expected.body));
      ++compared;
    }
  CHECK(compared == kClients / 4 * 3 * 5);
}

TEST_CASE("a queue that is full sends clients away, and those that it took are answered") {
  RunningServer server({}, {.batch_size = 4, .queue_size = 8, .threads = 1});
  std::atomic<int> answered = 0, busy = 0, other = 0;
  std::vector<std::thread> clients;
  clients.reserve(kClients);
  for (int c = 0; c < kClients; ++c)
    clients.emplace_back([&, c] {
      RawClient client(server.port());
      std::mt19937 random(static_cast<unsigned>(c));
      client.send(
          post("/translate", to_text({{"text", random_text(random, 45)}, {"beam_size", 20}})));
      const std::string answer = client.receive_answer(120s);
      const int64_t status = status_of(answer);
      ++(status == 200 ? answered : status == 503 ? busy : other);
      if (status == 503) CHECK(answer.find("Retry-After: ") != std::string::npos);
    });
  for (std::thread& client : clients) client.join();
  CHECK(other == 0);
  CHECK(answered >= 8);
  CHECK(answered + busy == kClients);
}

TEST_CASE("what was asked before the end is answered") {
  auto server = std::make_unique<RunningServer>(HttpOptions(),
                                                WorkQueueOptions{.batch_size = 4, .threads = 1});
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int c = 0; c < 16; ++c) {
    clients.push_back(std::make_unique<RawClient>(server->port()));
    clients.back()->send(post("/translate", "{\"text\": \"a b c d e f\"}"));
  }
  // All of them are taken once the last one is: it is answered.
  RawClient last(server->port());
  last.send("GET /health HTTP/1.1\r\nHost: test\r\n\r\n");
  CHECK(status_of(last.receive_answer()) == 200);
  server->stop();
  for (const auto& client : clients) CHECK(status_of(client->receive_all()) == 200);
}

}  // namespace
}  // namespace alinea
