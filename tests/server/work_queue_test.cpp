#include "server/work_queue.h"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <future>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace alinea {
namespace {

using namespace std::chrono_literals;

// Answers a text by itself, keeps what it computed together, and waits for a gate.
class Echo : public Computation {
 public:
  explicit Echo(std::string group) : group_(std::move(group)) {}
  std::string group() const override { return group_; }

  std::vector<TextAnswer> run(std::span<const RequestText* const> texts,
                              const BatchWatch& /*watch*/) const override {
    gate.wait();
    std::vector<std::string> batch;
    std::vector<TextAnswer> answers;
    for (const RequestText* text : texts) {
      if (text->text == "throw") throw std::runtime_error("thrown");
      if (text->text == "refuse") throw RequestError(Status::kBadRequest, "refused");
      batch.push_back(text->text);
      answers.push_back({text->text + "!"});
    }
    const std::scoped_lock lock(mutex);
    batches.push_back(std::move(batch));
    return answers;
  }

  std::shared_future<void> gate = opened();
  mutable std::mutex mutex;
  mutable std::vector<std::vector<std::string>> batches;

 private:
  static std::shared_future<void> opened() {
    std::promise<void> promise;
    promise.set_value();
    return promise.get_future();
  }
  std::string group_;
};

Patience patient() { return {std::chrono::steady_clock::now() + 30s, {}}; }

std::vector<RequestText> texts(const std::vector<std::string>& given) {
  std::vector<RequestText> result;
  result.reserve(given.size());
  for (const std::string& text : given) result.push_back({.text = text});
  return result;
}

Status status_of_fault(const std::function<void()>& ask) {
  try {
    ask();
  } catch (const RequestError& error) {
    return error.status();
  }
  return Status::kOk;
}

void wait_for(const std::function<bool()>& holds) {
  const auto until = std::chrono::steady_clock::now() + 30s;
  bool does = holds();
  for (; !does && std::chrono::steady_clock::now() < until; does = holds())
    std::this_thread::sleep_for(1ms);
  REQUIRE(does);
}

TEST_CASE("texts are answered in their order") {
  WorkQueue queue({.batch_size = 2, .threads = 1});
  const auto echo = std::make_shared<Echo>("a");
  const auto answers = queue.answer(echo, texts({"x", "y", "z"}), patient());
  REQUIRE(answers.size() == 3);
  CHECK(answers[0].json == "x!");
  CHECK(answers[2].json == "z!");
  CHECK(echo->batches == std::vector<std::vector<std::string>>{{"x", "y"}, {"z"}});
  CHECK(queue.answer(echo, {}, patient()).empty());
}

// Requests that come while a batch is computed, in this order; returns once all are answered.
struct Meanwhile {
  std::promise<void> open;
  std::shared_ptr<Echo> first = std::make_shared<Echo>("first");
  std::vector<std::future<std::vector<TextAnswer>>> waiting;
  WorkQueue& queue;

  explicit Meanwhile(WorkQueue& of) : queue(of) {
    first->gate = open.get_future();
    waiting.push_back(std::async(std::launch::async,
                                 [this] { return queue.answer(first, texts({"1"}), patient()); }));
    std::this_thread::sleep_for(50ms);
  }
  void ask(const std::shared_ptr<Echo>& echo, const std::vector<std::string>& given) {
    const int64_t before = queue.waiting();
    waiting.push_back(std::async(std::launch::async, [this, echo, given] {
      return queue.answer(echo, texts(given), patient());
    }));
    wait_for([&] { return queue.waiting() == before + std::ssize(given); });
  }
  void finish() {
    open.set_value();
    for (auto& each : waiting) each.get();
  }
};

TEST_CASE("texts of several requests are computed together, in turn, where they ask the same") {
  WorkQueue queue({.batch_size = 4, .batch_wait = 0us, .threads = 1});
  Meanwhile meanwhile(queue);
  const auto echo = std::make_shared<Echo>("a"), other = std::make_shared<Echo>("b");
  meanwhile.ask(echo, {"a1", "a2", "a3", "a4", "a5"});
  meanwhile.ask(other, {"o"});
  meanwhile.ask(echo, {"b1"});
  meanwhile.ask(echo, {"c1", "c2"});
  meanwhile.finish();
  CHECK(other->batches == std::vector<std::vector<std::string>>{{"o"}});
  CHECK(echo->batches ==
        std::vector<std::vector<std::string>>{{"a1", "b1", "c1", "a2"}, {"a3", "c2", "a4", "a5"}});
}

TEST_CASE("a text waits for others for a time, and not if there are enough") {
  WorkQueue queue({.batch_size = 2, .batch_wait = 300ms, .threads = 1});
  const auto echo = std::make_shared<Echo>("a");
  auto first =
      std::async(std::launch::async, [&] { return queue.answer(echo, texts({"x"}), patient()); });
  std::this_thread::sleep_for(20ms);
  const auto begin = std::chrono::steady_clock::now();
  queue.answer(echo, texts({"y"}), patient());
  CHECK(std::chrono::steady_clock::now() - begin < 250ms);
  first.get();
  CHECK(echo->batches == std::vector<std::vector<std::string>>{{"x", "y"}});
}

TEST_CASE("a text that cannot be computed takes no other with it") {
  WorkQueue queue({.batch_wait = 0us, .threads = 1});
  const auto echo = std::make_shared<Echo>("a");
  const auto answers = queue.answer(echo, texts({"x", "throw", "refuse", "y"}), patient());
  CHECK(answers[0].json == "x!");
  CHECK(answers[1].status == Status::kServerFault);
  CHECK(answers[2].status == Status::kBadRequest);
  CHECK(answers[2].fault == "refused");
  CHECK(answers[3].json == "y!");
}

TEST_CASE("a full queue refuses, and says when it never has room") {
  WorkQueue queue({.batch_wait = 0us, .queue_size = 3, .threads = 1});
  Meanwhile meanwhile(queue);
  const auto echo = std::make_shared<Echo>("a");
  meanwhile.ask(echo, {"x", "y"});
  CHECK(status_of_fault([&] {
          queue.answer(echo, texts({"1", "2"}), patient());
        }) == Status::kBusy);
  CHECK(status_of_fault([&] {
          queue.answer(echo, texts({"1", "2", "3", "4"}), patient());
        }) == Status::kTooLarge);
  meanwhile.ask(echo, {"z"});
  meanwhile.finish();
  CHECK(echo->batches == std::vector<std::vector<std::string>>{{"x", "z", "y"}});
}

TEST_CASE("texts that nobody waits for are not computed") {
  WorkQueue queue({.batch_wait = 0us, .threads = 1});
  Meanwhile meanwhile(queue);
  const auto echo = std::make_shared<Echo>("a");
  CHECK(status_of_fault([&] {
          queue.answer(echo, texts({"late"}), {std::chrono::steady_clock::now() + 50ms, {}});
        }) == Status::kTimeout);
  std::atomic<int> asked = 0;
  CHECK(status_of_fault([&] {
          queue.answer(echo, texts({"gone"}), {patient().until, [&] { return ++asked < 2; }});
        }) == Status::kTimeout);
  CHECK(asked == 2);
  CHECK(queue.waiting() == 0);
  meanwhile.ask(echo, {"x"});
  meanwhile.finish();
  CHECK(echo->batches == std::vector<std::vector<std::string>>{{"x"}});
}

// Computes until it is cancelled, or a gate opens, and says every text so far.
class Endless : public Computation {
 public:
  std::string group() const override { return "endless"; }

  std::vector<TextAnswer> run(std::span<const RequestText* const> texts,
                              const BatchWatch& watch) const override {
    has_begun = true;
    ++runs;
    for (int step = 1; open_.wait_for(1ms) != std::future_status::ready; ++step) {
      if (watch.is_cancelled()) {
        was_cancelled = true;
        throw std::runtime_error("cancelled");
      }
      for (size_t i = 0; i < texts.size(); ++i)
        if (texts[i]->is_watched)
          watch.on_progress(i, [&] {
            ++made;
            return nlohmann::ordered_json(step);
          });
    }
    return std::vector<TextAnswer>(texts.size(), TextAnswer{"done"});
  }

  std::promise<void> gate;
  mutable std::atomic<bool> has_begun = false, was_cancelled = false;
  mutable std::atomic<int> runs = 0, made = 0;

 private:
  std::shared_future<void> open_ = gate.get_future();
};

TEST_CASE("a batch that all have left is cancelled, and the next one computed") {
  WorkQueue queue({.batch_size = 2, .batch_wait = 10s, .threads = 1});
  const auto endless = std::make_shared<Endless>();
  std::atomic<bool> is_wanted = true;
  auto leaves = std::async(std::launch::async, [&] {
    return status_of_fault([&] {
      queue.answer(endless, texts({"a"}), {patient().until, [&] { return is_wanted.load(); }});
    });
  });
  auto is_late = std::async(std::launch::async, [&] {
    return status_of_fault([&] {
      queue.answer(endless, texts({"b"}), {std::chrono::steady_clock::now() + 300ms, {}});
    });
  });
  wait_for([&] { return endless->has_begun.load(); });
  CHECK(is_late.get() == Status::kTimeout);
  std::this_thread::sleep_for(50ms);
  CHECK_FALSE(endless->was_cancelled);  // the other one waits
  is_wanted = false;
  CHECK(leaves.get() == Status::kTimeout);
  const auto echo = std::make_shared<Echo>("a");
  CHECK(queue.answer(echo, texts({"x", "y"}), patient())[0].json == "x!");
  CHECK(endless->was_cancelled);
  CHECK(endless->runs == 1);  // not once more for each text
}

TEST_CASE("a ticket that is thrown away leaves the queue") {
  WorkQueue queue({.batch_size = 1, .batch_wait = 0us, .threads = 1});
  const auto endless = std::make_shared<Endless>();
  {
    const WorkQueue::Ticket first = queue.submit(endless, texts({"a"}));
    wait_for([&] { return endless->has_begun.load(); });
    const WorkQueue::Ticket second = queue.submit(endless, texts({"b", "c"}));
    CHECK(queue.waiting() == 2);
  }
  CHECK(queue.waiting() == 0);
  wait_for([&] { return endless->was_cancelled.load(); });
}

TEST_CASE("what grows is told while it grows, to those who watch it") {
  WorkQueue queue({.batch_size = 3, .batch_wait = 10s, .threads = 1});
  const auto endless = std::make_shared<Endless>();
  std::vector<RequestText> watched = texts({"a", "b"});
  watched[1].is_watched = true;
  std::vector<int> steps;
  Patience patience = patient();
  patience.on_progress = [&](size_t text, const nlohmann::ordered_json& so_far) {
    CHECK(text == 1);
    steps.push_back(so_far.get<int>());
    std::this_thread::sleep_for(20ms);  // a client that is slower than the steps
    if (steps.size() == 3) endless->gate.set_value();
  };
  auto other = std::async(std::launch::async,
                          [&] { return queue.answer(endless, texts({"c"}), patient()); });
  const std::vector<TextAnswer> answers = queue.answer(endless, std::move(watched), patience);
  CHECK(answers[0].json == "done");
  CHECK(other.get()[0].json == "done");
  CHECK(steps.size() >= 3);
  CHECK(endless->made <= std::ssize(steps) + 1);  // what nobody is told is not made
  CHECK(std::ranges::is_sorted(steps));
}

TEST_CASE("a queue that is stopped computes what it has, and takes nothing more") {
  WorkQueue queue({.batch_wait = 10s, .threads = 1});
  const auto echo = std::make_shared<Echo>("a");
  auto waiting =
      std::async(std::launch::async, [&] { return queue.answer(echo, texts({"x"}), patient()); });
  wait_for([&] { return queue.waiting() == 1; });
  queue.stop();
  CHECK(waiting.get()[0].json == "x!");
  CHECK(status_of_fault([&] { queue.answer(echo, texts({"y"}), patient()); }) == Status::kBusy);
}

}  // namespace
}  // namespace alinea
