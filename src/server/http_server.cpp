#include "server/http_server.h"

#include <fmt/format.h>
#include <httplib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <iostream>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "server/connection.h"
#include "server/connection_threads.h"
#include "server/http_refusals.h"
#include "server/streamed_body.h"
#include "support/error.h"

namespace alinea {

namespace {

constexpr const char* kRefused = "refused";  // in the place of the path of what no route answers
constexpr size_t kMostHead = 64 << 10;       // bytes of a request before its body
constexpr int kBacklog = 512;                // connections that nobody has taken yet
constexpr const char* kSentAway =
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\n"
    "Content-Type: application/json\r\nContent-Length: 43\r\n\r\n"
    "{\"error\":\"too many connections; try again\"}";

std::string as_pattern(std::string_view path) {
  std::string pattern;
  for (const char c : path) pattern += c == '.' ? "\\." : std::string(1, c);
  return pattern;
}

}  // namespace

std::string authority_of(const std::string& host, int64_t port) {
  const bool is_ipv6 = host.find(':') != std::string::npos;
  return is_ipv6 ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

class HttpServer::Implementation : public httplib::Server {
 public:
  Implementation(HttpOptions options, std::vector<Route> routes, AnswerObserver observe)
      : options_(std::move(options)),
        routes_(std::move(routes)),
        observe_(std::move(observe)),
        wake_(::eventfd(0, EFD_CLOEXEC)) {
    if (wake_ < 0)
      throw Error("cannot make a descriptor: {}", std::generic_category().message(errno));
    new_task_queue = [this] { return new ConnectionThreads(options_.connections); };
    // The library would let a second program listen on the same port.
    set_socket_options([](socket_t socket) {
      const int yes = 1;
      ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    });
    set_tcp_nodelay(true);
    set_keep_alive_timeout(std::max<time_t>(options_.idle_timeout.count() / 1000, 1));
    set_payload_max_length(static_cast<size_t>(options_.body_size));
    set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
      return check(request, response) ? HandlerResponse::Unhandled : HandlerResponse::Handled;
    });
    set_error_handler(Handler([this](const httplib::Request& request, httplib::Response& response) {
      if (response.body.empty()) refuse_unread(request, response);
    }));
    for (const Route& route : routes_) add(route);
  }
  Implementation(const Implementation&) = delete;
  Implementation& operator=(const Implementation&) = delete;
  ~Implementation() override { ::close(wake_); }

  int64_t bind() {
    errno = 0;
    auto port = static_cast<int>(options_.port);
    const bool is_bound = port == 0 ? (port = bind_to_any_port(options_.host)) > 0
                                    : bind_to_port(options_.host, port);
    // The library's own backlog is 5.
    if (!is_bound || ::listen(svr_sock_, kBacklog) != 0)
      throw Error(
          "cannot listen at {}{}: another program may listen there, or the host is not "
          "one of this machine; try another --port or --host",
          authority_of(options_.host, static_cast<int>(options_.port)),
          errno == 0 ? "" : fmt::format(" ({})", std::generic_category().message(errno)));
    return options_.port = port;
  }

  void run() {
    {
      const std::scoped_lock lock(mutex_);
      if (ends_) return;
      is_started_ = true;
    }
    // The library gives up at the first connection that it cannot take, as where the system has no
    // memory for a moment.
    constexpr std::chrono::milliseconds kPause{100};
    while (!listen_after_bind() && !ends_) {
      std::this_thread::sleep_for(kPause);
      bind();
    }
  }

  void end() {
    constexpr std::chrono::milliseconds kGlance{1};
    {
      const std::scoped_lock lock(mutex_);
      ends_ = true;
      if (!is_started_) return;
    }
    // The library lets a body that has not begun yet go, and its client with half an answer.
    while (streams_to_begin_ > 0) std::this_thread::sleep_for(kGlance);
    const uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(wake_, &one, sizeof one);
    // stop() does nothing before the library has begun to listen.
    for (; svr_sock_ != INVALID_SOCKET; std::this_thread::sleep_for(kGlance)) stop();
  }

 private:
  using HandlerResponse = httplib::Server::HandlerResponse;

  void add(const Route& route) {
    const std::string pattern = as_pattern(route.path);
    if (route.method == "GET") {
      Get(pattern, [this, &route](const httplib::Request& request, httplib::Response& response) {
        answer(route, request, response, {});
      });
      return;
    }
    Post(pattern, [this, &route](const httplib::Request& request, httplib::Response& response,
                                 const httplib::ContentReader& reader) {
      std::string body;
      const bool is_whole = reader([&](const char* bytes, size_t count) {
        if (body.size() + count > static_cast<size_t>(options_.body_size)) return false;
        body.append(bytes, count);
        return true;
      });
      if (is_whole) {
        answer(route, request, response, std::move(body));
      } else {
        refuse(request, response, Status::kTooLarge,
               fmt::format("expected at most {} bytes, all of them within {} seconds",
                           options_.body_size, options_.receive_timeout.count() / 1000));
      }
    });
  }

  // Before a byte of the body is read. What is refused here is not read at all.
  bool check(const httplib::Request& request, httplib::Response& response) {
    if (has_unread_body(request)) Connection::current()->end_after_answer();
    if (request.method == "OPTIONS" && !options_.allowed_origin.empty()) {
      respond({Status::kOk, ""}, response);
      response.set_header("Access-Control-Allow-Methods", "GET, POST");
      response.set_header("Access-Control-Allow-Headers", "Content-Type");
      return false;
    }
    const std::optional<Refusal> refusal = refusal_of(request, routes_, options_.body_size);
    if (!refusal) return true;
    refuse(request, response, refusal->status, refusal->message);
    if (refusal->status == Status::kMethodNotAllowed)
      response.set_header("Allow", request.method == "POST" ? "GET" : "POST");
    return false;
  }

  // What the library refuses by itself, with a status and without a word.
  void refuse_unread(const httplib::Request& request, httplib::Response& response) {
    Connection::current()->end_after_answer();
    refuse(request, response, static_cast<Status>(response.status),
           "expected a request of HTTP/1.1 that is whole");
  }

  void refuse(const httplib::Request& request, httplib::Response& response, Status status,
              std::string_view message) {
    Connection* const connection = Connection::current();
    if (request.method != "GET" && request.method != "HEAD") connection->end_after_answer();
    const HttpAnswer answer = error_answer(status, message);
    respond(answer, response);
    HttpRequest seen;
    seen.method = request.method;
    seen.path = kRefused;
    seen.begin = connection->begin();
    observe_(seen, answer);
  }

  void answer(const Route& route, const httplib::Request& from, httplib::Response& to,
              std::string body) {
    Connection* const connection = Connection::current();
    const HttpRequest request{.method = route.method,
                              .path = route.path,
                              .content_type = from.get_header_value("Content-Type"),
                              .body = std::move(body),
                              .is_wanted = [connection] { return !connection->has_gone(); },
                              .begin = connection->begin()};
    HttpAnswer answer;
    try {
      answer = route.handle(request);
    } catch (...) {
      answer = answer_of_exception(std::current_exception(), route.path);
    }
    connection->begin_answer();
    if (answer.stream) return stream(request, std::move(answer), from, to);
    respond(answer, to);
    observe_(request, answer);
  }

  // In chunks, which HTTP/1.0 does not know, and a server that ends does not begin.
  void stream(const HttpRequest& request, HttpAnswer answer, const httplib::Request& from,
              httplib::Response& to) {
    ++streams_to_begin_;
    if (ends_ || from.version == "HTTP/1.0") {
      --streams_to_begin_;
      answer.stream([&](std::string_view part) {
        answer.body += part;
        return true;
      });
      Connection::current()->begin_answer();
      respond(answer, to);
      observe_(request, answer);
      return;
    }
    set_head(answer, to);
    const std::string type = answer.type;
    const auto body =
        std::make_shared<StreamedBody>(request, std::move(answer), observe_, streams_to_begin_);
    to.set_chunked_content_provider(
        type, [body](size_t, httplib::DataSink& sink) { return body->send(sink); });
  }

  void respond(const HttpAnswer& answer, httplib::Response& to) const {
    set_head(answer, to);
    to.set_content(answer.body, answer.type);
  }

  void set_head(const HttpAnswer& answer, httplib::Response& to) const {
    to.status = static_cast<int>(answer.status);
    for (const auto& [name, value] : answer.headers) to.set_header(name, value);
    if (!options_.allowed_origin.empty())
      to.set_header("Access-Control-Allow-Origin", options_.allowed_origin);
    if (ends_ || Connection::current()->ends()) to.set_header("Connection", "close");
    to.set_header("X-Content-Type-Options", "nosniff");
  }

  bool process_and_close_socket(socket_t socket) override {
    if (ConnectionThreads::is_refused()) return send_away(socket);
    Connection connection(socket, {.receive = options_.receive_timeout,
                                   .send = options_.send_timeout,
                                   .idle = options_.idle_timeout,
                                   .bytes = static_cast<size_t>(options_.body_size) + kMostHead});
    try {
      while (connection.await_request(wake_))
        if (!process(*this, connection) || connection.ends()) break;
    } catch (const std::exception& error) {  // out of memory, most likely: this connection ends
      std::cerr << fmt::format("a connection was given up: {}\n", error.what());
    }
    return true;
  }

  static bool send_away(socket_t socket) {
    ::send(socket, kSentAway, std::char_traits<char>::length(kSentAway),
           MSG_NOSIGNAL | MSG_DONTWAIT);
    ::shutdown(socket, SHUT_WR);
    ::close(socket);
    return false;
  }

  // Of one request; false where no other can follow.
  template <class Self>
  static bool process(Self& self, Connection& connection) {
    const bool is_last = self.ends_;
    bool is_closed = false;
    bool is_well = false;
    if constexpr (requires { self.process_request(connection, is_last, is_closed, nullptr); }) {
      is_well = self.process_request(connection, is_last, is_closed, nullptr);
    } else {  // newer versions of the library
      is_well = self.process_request(connection, "", 0, "", 0, is_last, is_closed, nullptr);
    }
    return is_well && !is_closed && !is_last;
  }

  HttpOptions options_;
  std::vector<Route> routes_;
  AnswerObserver observe_;
  int wake_;          // readable once the server ends
  std::mutex mutex_;  // held while it starts, and while it ends
  bool is_started_ = false;
  std::atomic<bool> ends_ = false;
  std::atomic<int64_t> streams_to_begin_ = 0;
};

HttpServer::HttpServer(HttpOptions options, std::vector<Route> routes, AnswerObserver observe)
    : implementation_(std::make_unique<Implementation>(std::move(options), std::move(routes),
                                                       std::move(observe))) {}
HttpServer::~HttpServer() = default;

int64_t HttpServer::listen() { return implementation_->bind(); }
void HttpServer::run() { implementation_->run(); }
void HttpServer::stop() { implementation_->end(); }

}  // namespace alinea
