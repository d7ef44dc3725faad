// The program as its users start and stop it.
#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "end_to_end/workspace.h"
#include "reliability/child.h"
#include "server/raw_client.h"

namespace alinea {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::ordered_json;

// A workspace with a trained model in it, for all tests.
const Workspace& served_workspace() {
  static const std::unique_ptr<Workspace> workspace = [] {
    auto made = std::make_unique<Workspace>();
    made->make_model("model");
    return made;
  }();
  return *workspace;
}

// The program on a port that it found free.
class Serving {
 public:
  explicit Serving(const std::vector<std::string>& options = {}) {
    const Workspace& workspace = served_workspace();
    std::vector<std::string> arguments = {"serve", "--model", "de-en=" + workspace.path("model"),
                                          "--port", "0"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    static int count = 0;  // the log of another server names another port
    output_ = workspace.path("serve-" + std::to_string(++count) + ".log");
    child_.emplace(ALINEA_PROGRAM, arguments,
                   std::vector<std::string>{"OMP_NUM_THREADS=1", "OMP_WAIT_POLICY=passive"},
                   output_);
    const auto until = std::chrono::steady_clock::now() + 60s;
    while (port_ == 0 && std::chrono::steady_clock::now() < until) {
      const std::string text = bytes_of(output_);
      const size_t at = text.find("http://127.0.0.1:");
      if (at != std::string::npos && text.find("/\n", at) != std::string::npos)
        port_ = std::atoll(text.c_str() + at + 17);
      std::this_thread::sleep_for(10ms);
    }
    INFO(bytes_of(output_));
    REQUIRE(port_ > 0);
  }

  int64_t port() const { return port_; }
  void send(int signal) const { child_->send(signal); }
  int wait() { return child_->wait(); }
  std::string output() const { return bytes_of(output_); }

 private:
  std::string output_;
  std::optional<Child> child_;
  int64_t port_ = 0;
};

std::string translate(int64_t port, const std::string& text) {
  RawClient client(port);
  client.send(post("/translate", Json{{"text", text}}.dump()));
  return Json::parse(body_of(client.receive_answer()))["results"][0]["translations"][0]["text"];
}

TEST_CASE("serve answers what translate prints") {
  const Workspace& workspace = served_workspace();
  const std::string source = workspace.read("valid.de");
  const std::vector<std::string> lines = lines_of(source);
  const Outcome translated = workspace.run("translate", {{"model", "model"}}, source);
  REQUIRE(translated.status == 0);
  const std::vector<std::string> expected = lines_of(translated.out);
  Serving server;
  RawClient client(server.port());
  client.send(post("/translate", Json{{"text", lines}}.dump()));
  const Json answer = Json::parse(body_of(client.receive_answer()));
  CHECK(answer["model"] == "de-en");
  REQUIRE(answer["results"].size() == expected.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    CHECK(answer["results"][i]["translations"][0]["text"] == expected[i]);
    if (i < 3) CHECK(translate(server.port(), lines[i]) == expected[i]);
  }
  server.send(SIGTERM);
  CHECK(server.wait() == 0);
}

TEST_CASE("SIGTERM finishes what was begun") {
  const int signal = GENERATE(SIGTERM, SIGINT);
  std::signal(signal, SIG_DFL);  // which a shell may have had ignored
  Serving server({"--batch-size", "1", "--batch-wait", "0"});
  RawClient long_list(server.port()), begun(server.port());
  Json texts = Json::array();
  for (int i = 0; i < 200; ++i) texts.push_back("eins zwei drei vier");
  long_list.send(post("/translate", Json{{"text", texts}}.dump()));
  const std::string late = post("/translate", Json{{"text", "eins"}}.dump());
  begun.send(late.substr(0, 30));
  std::this_thread::sleep_for(100ms);
  server.send(signal);
  std::this_thread::sleep_for(300ms);
  CHECK_THROWS(RawClient(server.port()));
  begun.send(late.substr(30));
  CHECK(Json::parse(body_of(long_list.receive_all()))["results"].size() == 200);
  CHECK(status_of(begun.receive_all()) == 200);
  CHECK(server.wait() == 0);
}

TEST_CASE("a server that was started deaf to SIGINT stays so") {
  std::signal(SIGINT, SIG_IGN);
  Serving server;
  std::signal(SIGINT, SIG_DFL);
  server.send(SIGINT);
  std::this_thread::sleep_for(300ms);
  RawClient client(server.port());
  client.send("GET /health HTTP/1.1\r\nHost: test\r\n\r\n");
  CHECK(status_of(client.receive_answer()) == 200);
  server.send(SIGTERM);
  CHECK(server.wait() == 0);
}

TEST_CASE("a second signal ends the server at once") {
  Serving server;
  RawClient begun(server.port());
  begun.send("POST /translate HTTP/1.1\r\n");
  std::this_thread::sleep_for(100ms);
  server.send(SIGTERM);
  std::this_thread::sleep_for(500ms);
  server.send(SIGTERM);
  CHECK(server.wait() == 128 + SIGTERM);
}

TEST_CASE("serve refuses what it cannot serve") {
  const Workspace& workspace = served_workspace();
  check_refused(workspace.run("serve", {{"model", "a=nowhere"}}), 1, {"nowhere"});
  check_refused(workspace.run("serve", {{"model", "=x"}}), 2, {"NAME=FOLDER"});
  check_refused(workspace.run("serve", {}), 2, {"--model"});
  std::filesystem::create_directory(workspace.path("other"));
  workspace.write("other/config.json", R"({"format": "alinea document classifier", "version": 1})");
  check_refused(
      workspace.shell("", "serve", {{"model", "a=model"}}, "--model a=other"), 2,
      {"'a'", "translation model in model", "document classifier in other", "a name of its own"});
  check_refused(workspace.run("serve", {{"model", "model"}, {"port", "70000"}}), 2,
                {"--port", "65535"});
  check_refused(workspace.run("serve", {{"model", "model"}, {"port", "0"}, {"host", "192.0.2.1"}}),
                1, {"192.0.2.1", "--host"});
  const Serving server;
  check_refused(
      workspace.run("serve", {{"model", "model"}, {"port", std::to_string(server.port())}}), 1,
      {std::to_string(server.port()), "--port"});
}

}  // namespace
}  // namespace alinea
