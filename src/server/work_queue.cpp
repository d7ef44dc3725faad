#include "server/work_queue.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <iostream>
#include <iterator>
#include <utility>

#include "ops/engine.h"
#include "options/threads.h"
#include "support/error.h"

namespace alinea {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kGlance{100};  // how often a client is looked at

// What a batch throws.
TextAnswer fault_of(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const RequestError& error) {
    return {{}, error.what(), error.status()};
  } catch (const Error& error) {
    return {{}, error.what(), Status::kUnanswerable};
  } catch (const UsageError& error) {
    return {{}, error.what(), Status::kBadRequest};
  } catch (const std::exception& error) {
    if (ops::is_out_of_memory(error))
      return {{}, "out of memory; try a smaller beam or a shorter text", Status::kUnanswerable};
    std::cerr << fmt::format("an unexpected error: {}\n", error.what());
  } catch (...) {
    std::cerr << "an unexpected error\n";
  }
  return {{}, "an unexpected error, which the log of the server tells", Status::kServerFault};
}

std::vector<TextAnswer> run_alone(const Computation& computation,
                                  std::span<const RequestText* const> texts) {
  std::vector<TextAnswer> answers;
  for (size_t i = 0; i < texts.size(); ++i) {
    try {
      answers.push_back(std::move(computation.run(texts.subspan(i, 1)).front()));
    } catch (...) {
      answers.push_back(fault_of(std::current_exception()));
    }
  }
  return answers;
}

// Of a batch that cannot be computed, the texts that can be by themselves have their answers.
std::vector<TextAnswer> run(const Computation& computation,
                            std::span<const RequestText* const> texts) {
  if (texts.size() > 1) {
    try {
      return computation.run(texts);
    } catch (...) {  // told below, for the text that it is about
    }
  }
  return run_alone(computation, texts);
}

}  // namespace

struct WorkQueue::Request {
  std::shared_ptr<const Computation> computation;
  std::string group;
  std::vector<RequestText> texts;
  Clock::time_point came;
  std::vector<TextAnswer> answers;
  size_t taken = 0, answered = 0;  // texts
  std::condition_variable changed;

  bool is_taken() const { return taken == texts.size(); }
};

WorkQueue::WorkQueue(const WorkQueueOptions& options, Observer observe)
    : options_(options), observe_(std::move(observe)), worker_([this] { work(); }) {}

WorkQueue::~WorkQueue() {
  stop();
  worker_.join();
}

void WorkQueue::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopped_ = true;
  }
  came_.notify_all();
}

int64_t WorkQueue::waiting() const {
  const std::scoped_lock lock(mutex_);
  return waiting_;
}

std::vector<TextAnswer> WorkQueue::answer(const std::shared_ptr<const Computation>& computation,
                                          std::vector<RequestText> texts,
                                          const Patience& patience) {
  if (std::ssize(texts) > options_.queue_size)
    throw RequestError(Status::kTooLarge, "expected at most {} texts, got {}", options_.queue_size,
                       texts.size());
  const auto request = std::make_shared<Request>();
  request->computation = computation;
  request->group = computation->group();
  request->texts = std::move(texts);
  request->answers.resize(request->texts.size());
  if (request->texts.empty()) return {};
  std::unique_lock lock(mutex_);
  if (stopped_) throw RequestError(Status::kBusy, "the server is being stopped");
  if (waiting_ + std::ssize(request->texts) > options_.queue_size)
    throw RequestError(Status::kBusy, "{} texts are waiting already; try again", waiting_);
  request->came = Clock::now();
  waiting_ += std::ssize(request->texts);
  requests_.push_back(request);
  came_.notify_one();
  while (request->answered < request->texts.size()) {
    const auto until = std::min(patience.until, Clock::now() + kGlance);
    if (request->changed.wait_until(lock, until) != std::cv_status::timeout) continue;
    const bool is_late = Clock::now() >= patience.until;
    if (!is_late && (!patience.is_wanted || patience.is_wanted())) continue;
    drop(*request);
    throw RequestError(Status::kTimeout, is_late ? "no answer in the time that a request may take"
                                                 : "the client has gone");
  }
  return std::move(request->answers);
}

// Its texts that no batch has taken yet.
void WorkQueue::drop(Request& request) {
  waiting_ -= std::ssize(request.texts) - static_cast<int64_t>(request.taken);
  requests_.remove_if([&](const auto& other) { return other.get() == &request; });
}

int64_t WorkQueue::waiting_of(const std::string& group) const {
  int64_t texts = 0;
  for (const auto& request : requests_)
    if (request->group == group)
      texts += std::ssize(request->texts) - static_cast<int64_t>(request->taken);
  return texts;
}

void WorkQueue::work() {
  use_threads(options_.threads);
  for (std::vector<Place> batch; !(batch = next_batch()).empty();) {
    std::vector<const RequestText*> texts;
    for (const Place& place : batch) texts.push_back(&place.request->texts[place.text]);
    const auto begin = Clock::now();
    std::vector<TextAnswer> answers = run(*batch.front().request->computation, texts);
    if (observe_)
      observe_(batch.size(), std::chrono::duration<double>(Clock::now() - begin).count());
    const std::scoped_lock lock(mutex_);
    for (size_t i = 0; i < batch.size(); ++i) {
      Request& request = *batch[i].request;
      request.answers[batch[i].text] = std::move(answers[i]);
      if (++request.answered == request.texts.size()) request.changed.notify_one();
    }
  }
}

// None once all is done that there was at the end.
std::vector<WorkQueue::Place> WorkQueue::next_batch() {
  std::unique_lock lock(mutex_);
  for (;;) {
    came_.wait(lock, [this] { return stopped_ || !requests_.empty(); });
    if (requests_.empty()) return {};
    const std::string group = requests_.front()->group;
    const auto until = requests_.front()->came + options_.batch_wait;
    came_.wait_until(lock, until, [&] {
      return stopped_ || requests_.empty() || waiting_of(group) >= options_.batch_size;
    });
    if (!requests_.empty()) return take_batch();
  }
}

// Of the request that waits longest, and of those that ask for the same, one text each in turn.
std::vector<WorkQueue::Place> WorkQueue::take_batch() {
  const std::string group = requests_.front()->group;
  std::vector<Place> batch;
  for (bool any = true; any && std::ssize(batch) < options_.batch_size;) {
    any = false;
    for (const auto& request : requests_) {
      if (request->group != group || request->is_taken()) continue;
      if (std::ssize(batch) == options_.batch_size) break;
      batch.push_back({request, request->taken++});
      any = true;
    }
  }
  waiting_ -= std::ssize(batch);
  // What is left of them comes behind those who have waited meanwhile.
  std::erase_if(requests_, [](const auto& request) { return request->is_taken(); });
  std::list<std::shared_ptr<Request>> rest;
  for (auto request = requests_.begin(); request != requests_.end();) {
    const auto next = std::next(request);
    if ((*request)->group == group) rest.splice(rest.end(), requests_, request);
    request = next;
  }
  requests_.splice(requests_.end(), rest);
  return batch;
}

}  // namespace alinea
