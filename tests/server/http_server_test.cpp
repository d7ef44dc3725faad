#include "server/http_server.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <functional>
#include <future>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "server/raw_client.h"
#include "support/error.h"

namespace alinea {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

const std::string kGet = "GET /hello HTTP/1.1\r\nHost: test\r\n\r\n";

// /hello, /echo, /throw, /busy, /wait, which waits until it is let go or nobody waits for it, and
// /stream, which sends points while it waits.
class Served {
 public:
  explicit Served(HttpOptions options = {})
      : server_(on_any_port(std::move(options)), routes(),
                [this](const HttpRequest& request, const HttpAnswer&) {
                  const std::scoped_lock lock(mutex_);
                  seen_.push_back(request.path);
                }),
        port_(server_.listen()),
        runner_([this] { server_.run(); }) {}
  ~Served() {
    let_go();
    stop();
  }

  int64_t port() const { return port_; }
  void let_go() {
    if (!is_open_.exchange(true)) gate_.set_value();
  }
  void stop() {
    server_.stop();
    if (runner_.joinable()) runner_.join();
  }
  HttpServer& server() { return server_; }
  std::vector<std::string> seen() {
    const std::scoped_lock lock(mutex_);
    return seen_;
  }

  std::atomic<int> waiting = 0, gone = 0;

 private:
  static HttpOptions on_any_port(HttpOptions options) {
    options.port = 0;
    return options;
  }
  std::vector<Route> routes() {
    return {{"GET", "/hello",
             [](const HttpRequest&) {
               return HttpAnswer{Status::kOk, "hello", "text/plain"};
             }},
            {"POST", "/echo",
             [](const HttpRequest& request) {
               return HttpAnswer{Status::kOk, request.body, "text/plain"};
             }},
            {"GET", "/throw",
             [](const HttpRequest&) -> HttpAnswer { throw std::runtime_error("secret"); }},
            {"GET", "/busy",
             [](const HttpRequest&) -> HttpAnswer { throw RequestError(Status::kBusy, "full"); }},
            {"POST", "/stream",
             [this](const HttpRequest& request) {
               HttpAnswer answer{Status::kOk, "", "text/plain"};
               answer.stream = [this, body = request.body](const SendPart& send) {
                 send(body);
                 ++waiting;
                 while (open_.wait_for(10ms) != std::future_status::ready)
                   if (!send(".")) {
                     ++gone;
                     return;
                   }
                 send("end");
               };
               return answer;
             }},
            {"POST", "/wait", [this](const HttpRequest& request) {
               ++waiting;
               while (open_.wait_for(10ms) != std::future_status::ready)
                 if (!request.is_wanted()) {
                   ++gone;
                   break;
                 }
               return HttpAnswer{Status::kOk, "waited", "text/plain"};
             }}};
  }

  std::promise<void> gate_;
  std::shared_future<void> open_ = gate_.get_future();
  std::atomic<bool> is_open_ = false;
  std::mutex mutex_;
  std::vector<std::string> seen_;
  HttpServer server_;
  int64_t port_;
  std::thread runner_;
};

void wait_until(const std::function<bool()>& holds) {
  const auto until = Clock::now() + 30s;
  bool does = holds();
  for (; !does && Clock::now() < until; does = holds()) std::this_thread::sleep_for(2ms);
  REQUIRE(does);
}

TEST_CASE("routes are answered, one request after another over one connection") {
  Served served;
  RawClient client(served.port());
  client.send(kGet);
  CHECK(body_of(client.receive_answer()) == "hello");
  client.send(post("/echo", "a body"));
  CHECK(body_of(client.receive_answer()) == "a body");
  // Pipelined, and cut anywhere.
  const std::string two = post("/echo", "first") + post("/echo", "second");
  client.send(two.substr(0, 30));
  std::this_thread::sleep_for(20ms);
  client.send(two.substr(30));
  CHECK(body_of(client.receive_answer()) == "first");
  CHECK(body_of(client.receive_answer()) == "second");
}

TEST_CASE("a body may come in chunks, and be asked for") {
  Served served;
  RawClient client(served.port());
  for (const std::string coding : {"chunked", "Chunked"}) {
    client.send("POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: " + coding +
                "\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
    CHECK(body_of(client.receive_answer()) == "abcde");
  }
  client.send(
      "POST /echo HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Length: 2\r\n"
      "Expect: 100-continue\r\n\r\n");
  std::this_thread::sleep_for(20ms);
  client.send("ab");
  const std::string answer = client.receive_all();
  CHECK(answer.starts_with("HTTP/1.1 100 "));
  CHECK_THAT(answer, Catch::EndsWith("ab"));
}

TEST_CASE("what is thrown is answered, without what only the log is told") {
  Served served;
  RawClient client(served.port());
  client.send("GET /throw HTTP/1.1\r\nHost: test\r\n\r\n");
  const std::string fault = client.receive_answer();
  CHECK(status_of(fault) == 500);
  CHECK_THAT(fault, !Catch::Contains("secret"));
  client.send("GET /busy HTTP/1.1\r\nHost: test\r\n\r\n");
  const std::string busy = client.receive_answer();
  CHECK(status_of(busy) == 503);
  CHECK_THAT(busy,
             Catch::Contains("Retry-After: 1\r\n") && Catch::EndsWith("{\"error\":\"full\"}"));
}

TEST_CASE("other paths, methods and types are refused with a word, and their bodies not read") {
  Served served;
  const auto refused = [&](const std::string& request) {
    RawClient client(served.port());
    client.send(request);
    const std::string answer = client.receive_all();
    CHECK_THAT(answer, Catch::Contains("{\"error\":\""));
    return status_of(answer);
  };
  const std::string close = "\r\nConnection: close\r\n\r\n";
  CHECK(refused("GET /nothing HTTP/1.1\r\nHost: test" + close) == 404);
  CHECK(refused("GET /../../etc/passwd HTTP/1.1\r\nHost: test" + close) == 404);
  CHECK(refused("GET /echo HTTP/1.1\r\nHost: test" + close) == 405);
  CHECK(refused(post("/hello", "x")) == 405);
  CHECK(refused("DELETE /echo HTTP/1.1\r\nHost: test" + close) == 405);
  CHECK(refused(post("/nothing", std::string(100'000, 'x'))) == 404);
  CHECK(refused(post("/echo", "x", "multipart/form-data; boundary=b")) == 415);
  CHECK(refused("POST /echo HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc") ==
        415);
  CHECK(refused("POST /echo HTTP/1.1\r\nHost: test\r\n\r\n") == 411);
  CHECK(refused("POST /echo HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\nabc") == 411);
  CHECK(refused(
            "POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc") ==
        411);
  CHECK(refused("POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n"
                "\r\n0\r\n\r\n") == 411);
  CHECK(served.seen() == std::vector<std::string>(12, "refused"));
}

TEST_CASE("a body that is not read is not taken for a request") {
  const std::string length = "Content-Length: " + std::to_string(kGet.size()) + "\r\n\r\n" + kGet;
  const std::string chunk = "Transfer-Encoding: chunked\r\n\r\n" + kGet;
  Served served({.allowed_origin = "http://a"});
  const auto check_last = [&](const std::string& request, int64_t status) {
    RawClient client(served.port());
    client.send(request);
    const std::string answers = client.receive_all(5s);
    INFO(request << '\n' << answers);
    CHECK(status_of(answers) == status);
    CHECK(answers.rfind("HTTP/1.1 ") == 0);
    CHECK_THAT(answers, Catch::Contains("Connection: close\r\n"));
  };
  check_last("GET /hello HTTP/1.1\r\n" + length, 200);
  check_last("HEAD /hello HTTP/1.1\r\n" + length, 200);
  check_last("GET /hello HTTP/1.1\r\n" + chunk, 200);
  check_last("GET /nothing HTTP/1.1\r\n" + length, 404);
  check_last("GET /echo HTTP/1.1\r\n" + length, 405);
  check_last("OPTIONS /echo HTTP/1.1\r\n" + length, 200);
  check_last("GET /hello HTTP/1.1\r\nContent-Length: 0\r\n" + length, 400);
  check_last("GET /hello HTTP/1.1\r\nContent-Length : 40\r\n\r\n" + kGet, 400);
  check_last("POST /echo HTTP/1.1\r\nTransfer-Encoding : chunked\r\n" + length, 400);
  for (const std::string method : {"GET /hello", "POST /echo"})
    for (const std::string first : {"2", "+2", "2, 40", "2x", "-1"})
      check_last(method + " HTTP/1.1\r\nContent-Length: " + first + "\r\n" +
                     (first == "2" ? length : "\r\n" + kGet),
                 400);
  // Without a body the connection goes on.
  RawClient client(served.port());
  client.send("GET /hello HTTP/1.1\r\nContent-Length: 0\r\n\r\n");
  CHECK(body_of(client.receive_answer()) == "hello");
  client.send(kGet);
  CHECK(body_of(client.receive_answer()) == "hello");
}

TEST_CASE("what is no HTTP ends the connection, and no other one") {
  Served served({.receive_timeout = 500ms});
  for (const std::string& bytes : std::vector<std::string>{
           "nonsense\r\n\r\n", std::string("\x16\x03\x01\x02", 4), std::string(20'000, 'A'),
           std::string("GET / HTTP/9.9\r\n\r\n"),
           "GET /" + std::string(10'000, 'a') + " HTTP/1.1\r\n\r\n",
           "GET /hello HTTP/1.1\r\nA: " + std::string(10'000, 'a') + "\r\n\r\n"}) {
    RawClient client(served.port());
    client.send(bytes);
    INFO(bytes.substr(0, 20));
    CHECK(status_of(client.receive_all(12s)) != 200);
  }
  RawClient client(served.port());
  client.send(kGet);
  CHECK(body_of(client.receive_answer()) == "hello");
}

TEST_CASE("a body that is too long is refused, however it comes") {
  Served served({.body_size = 1000});
  RawClient client(served.port());
  client.send(post("/echo", std::string(1000, 'x')));
  CHECK(status_of(client.receive_answer()) == 200);
  client.send(post("/echo", std::string(1001, 'x')));
  CHECK(status_of(client.receive_all()) == 413);
  RawClient claims(served.port());
  claims.send("POST /echo HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n");
  CHECK(status_of(claims.receive_all()) == 413);
  RawClient chunks(served.port());
  chunks.send("POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 20 && chunks.send("64\r\n" + std::string(100, 'x') + "\r\n"); ++i) {
  }
  CHECK(status_of(chunks.receive_all()) == 413);
  // Headers without an end.
  RawClient headers(served.port());
  headers.send("GET /hello HTTP/1.1\r\n");
  const auto begin = Clock::now();
  while (headers.send("A: " + std::string(500, 'a') + "\r\n") && Clock::now() - begin < 5s) {
  }
  CHECK(Clock::now() - begin < 5s);
}

TEST_CASE("a client that sends slowly is cut off, byte by byte too") {
  Served served({.receive_timeout = 300ms});
  RawClient silent(served.port());
  silent.send("POST /echo HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc");
  RawClient drop_by_drop(served.port());
  const auto begin = Clock::now();
  for (const char c : post("/echo", std::string(2000, 'x'))) {
    if (!drop_by_drop.send(std::string(1, c)) || Clock::now() - begin > 5s) break;
    std::this_thread::sleep_for(10ms);
  }
  CHECK(Clock::now() - begin < 3s);
  CHECK(status_of(silent.receive_all(3s)) != 200);
  CHECK(served.seen() != std::vector<std::string>{"/echo"});
}

TEST_CASE("a client that takes no answer is cut off") {
  Served served({.body_size = 50 << 20, .receive_timeout = 20s, .send_timeout = 300ms});
  RawClient greedy(served.port());
  std::string body(40 << 20, 'x');
  REQUIRE(greedy.send(post("/echo", body)));
  wait_until([&] { return !served.seen().empty(); });
  const auto begin = Clock::now();
  served.stop();  // returns when the connection has ended
  CHECK(Clock::now() - begin < 5s);
}

TEST_CASE("a client that goes is noticed while its answer is made") {
  Served served;
  RawClient client(served.port());
  client.send(post("/wait", ""));
  wait_until([&] { return served.waiting == 1; });
  SECTION("politely") { client.close(); }
  SECTION("at once") { client.abort(); }
  wait_until([&] { return served.gone == 1; });
}

TEST_CASE("a body is sent part by part, each when it is there") {
  Served served;
  RawClient client(served.port());
  client.send(post("/stream", "begin"));
  std::string answer = client.receive_until("begin");
  CHECK(status_of(answer) == 200);
  CHECK_THAT(answer, Catch::Contains("Transfer-Encoding: chunked"));
  CHECK_THAT(answer, !Catch::Contains("Content-Length"));
  CHECK(answer.find("\r\nContent-Type: ") == answer.rfind("\r\nContent-Type: "));
  CHECK_THAT(client.receive_until("\r\n.\r\n"), !Catch::Contains("end"));
  CHECK(served.seen().empty());
  served.let_go();
  CHECK_THAT(client.receive_until("0\r\n\r\n"), Catch::Contains("\r\nend\r\n"));
  client.send(kGet);  // over the same connection
  CHECK(body_of(client.receive_answer()) == "hello");
}

TEST_CASE("a client that goes is noticed while its answer is sent") {
  Served served;
  RawClient client(served.port());
  client.send(post("/stream", "begin"));
  client.receive_until("begin");
  client.abort();
  wait_until([&] { return served.gone == 1; });
}

TEST_CASE("HTTP/1.0 gets all parts at once") {
  Served served;
  served.let_go();
  RawClient client(served.port());
  client.send("POST /stream HTTP/1.0\r\nHost: test\r\nContent-Length: 5\r\n\r\nbegin");
  const std::string answer = client.receive_all();
  CHECK_THAT(answer, Catch::Contains("Content-Length: "));
  CHECK_THAT(body_of(answer), Catch::StartsWith("begin") && Catch::EndsWith("end"));
}

TEST_CASE("a server that is stopped sends the rest of what was begun") {
  Served served;
  RawClient client(served.port());
  client.send(post("/stream", "begin"));
  client.receive_until("begin");
  auto stopped = std::async(std::launch::async, [&] { served.stop(); });
  CHECK(stopped.wait_for(100ms) == std::future_status::timeout);
  served.let_go();
  CHECK_THAT(client.receive_all(), Catch::EndsWith("\r\nend\r\n0\r\n\r\n"));
}

TEST_CASE("connections beyond the limit are sent away, and those before are answered") {
  Served served({.connections = 2});
  RawClient first(served.port()), second(served.port());
  first.send(post("/wait", ""));
  second.send(post("/wait", ""));
  wait_until([&] { return served.waiting == 2; });
  RawClient third(served.port());
  const std::string answer = third.receive_all();
  CHECK(status_of(answer) == 503);
  CHECK_THAT(answer, Catch::Contains("Retry-After: "));
  CHECK(body_of(answer).size() == 43);
  served.let_go();
  CHECK(body_of(first.receive_answer()) == "waited");
  CHECK(body_of(second.receive_answer()) == "waited");
  first.close();
  wait_until([&] {
    RawClient fourth(served.port());
    fourth.send(kGet);
    return body_of(fourth.receive_answer()) == "hello";
  });
}

TEST_CASE("a server that is stopped answers what was begun, and ends idle connections") {
  Served served;
  RawClient waiting(served.port()), idle(served.port()), begun(served.port());
  idle.send(kGet);
  idle.receive_answer();
  waiting.send(post("/wait", ""));
  wait_until([&] { return served.waiting == 1; });
  const std::string request = post("/echo", "late");
  begun.send(request.substr(0, 20));
  std::this_thread::sleep_for(50ms);
  auto stopped = std::async(std::launch::async, [&] { served.stop(); });
  CHECK(idle.receive_all(5s).empty());
  CHECK(stopped.wait_for(100ms) == std::future_status::timeout);
  begun.send(request.substr(20));
  CHECK(body_of(begun.receive_all()) == "late");
  served.let_go();
  const std::string answer = waiting.receive_all();
  CHECK(body_of(answer) == "waited");
  CHECK_THAT(answer, Catch::Contains("Connection: close"));
  stopped.get();
  CHECK_THROWS(RawClient(served.port()));
}

TEST_CASE("an address of IPv6 stands in brackets") {
  CHECK(authority_of("::1", 8080) == "[::1]:8080");
  CHECK(authority_of("127.0.0.1", 8080) == "127.0.0.1:8080");
  HttpServer nowhere({.host = "2001:db8::1", .port = 0}, {},
                     [](const HttpRequest&, const HttpAnswer&) {});
  CHECK_THROWS_WITH(nowhere.listen(), Catch::Contains("listen at [2001:db8::1]:"));
}

TEST_CASE("a port that is taken is an error that says so") {
  Served served;
  HttpServer second({.port = served.port()}, {}, [](const HttpRequest&, const HttpAnswer&) {});
  CHECK_THROWS_WITH(second.listen(),
                    Catch::Contains(std::to_string(served.port())) && Catch::Contains("--port"));
  HttpServer nowhere({.host = "192.0.2.1", .port = 0}, {},
                     [](const HttpRequest&, const HttpAnswer&) {});
  CHECK_THROWS_AS(nowhere.listen(), Error);
}

TEST_CASE("pages of other origins may ask where that is allowed") {
  const std::string preflight =
      "OPTIONS /echo HTTP/1.1\r\nOrigin: http://a\r\nConnection: close\r\n\r\n";
  {
    Served served;
    RawClient client(served.port());
    client.send(preflight);
    CHECK_THAT(client.receive_all(), !Catch::Contains("Access-Control"));
  }
  Served served({.allowed_origin = "http://a"});
  RawClient client(served.port());
  client.send(preflight);
  const std::string answer = client.receive_all();
  CHECK(status_of(answer) == 200);
  CHECK_THAT(answer, Catch::Contains("Access-Control-Allow-Origin: http://a\r\n") &&
                         Catch::Contains("Access-Control-Allow-Methods: GET, POST\r\n"));
  RawClient other(served.port());
  other.send(kGet);
  CHECK_THAT(other.receive_answer(), Catch::Contains("Access-Control-Allow-Origin: http://a\r\n"));
}

}  // namespace
}  // namespace alinea
