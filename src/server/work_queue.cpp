#include "server/work_queue.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
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
using Json = nlohmann::ordered_json;
using MakeJson = std::function<Json()>;

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
                                  std::span<const RequestText* const> texts,
                                  const BatchWatch& watch) {
  std::vector<TextAnswer> answers;
  for (size_t i = 0; i < texts.size() && !watch.is_cancelled(); ++i) {
    const BatchWatch own = {
        .on_progress = [&](size_t, const MakeJson& so_far) { watch.on_progress(i, so_far); },
        .is_cancelled = watch.is_cancelled};
    try {
      answers.push_back(std::move(computation.run(texts.subspan(i, 1), own).front()));
    } catch (...) {
      answers.push_back(watch.is_cancelled() ? TextAnswer() : fault_of(std::current_exception()));
    }
  }
  answers.resize(texts.size());  // nobody waits for those that were not computed
  return answers;
}

// Of a batch that cannot be computed, the texts that can be by themselves have their answers.
std::vector<TextAnswer> run(const Computation& computation,
                            std::span<const RequestText* const> texts, const BatchWatch& watch) {
  if (texts.size() > 1) {
    try {
      return computation.run(texts, watch);
    } catch (...) {  // told below, for the text that it is about
    }
  }
  return run_alone(computation, texts, watch);
}

}  // namespace

struct WorkQueue::Request {
  std::shared_ptr<const Computation> computation;
  std::string group;
  std::vector<RequestText> texts;
  Clock::time_point came;
  std::vector<TextAnswer> answers;
  size_t taken = 0, answered = 0;     // texts
  std::map<size_t, Json> progress;    // of texts, what nobody was told yet
  std::atomic<bool> is_left = false;  // nobody waits for it
  std::condition_variable changed;

  bool is_taken() const { return taken == texts.size(); }
  bool is_answered() const { return answered == texts.size(); }
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

WorkQueue::Ticket WorkQueue::submit(const std::shared_ptr<const Computation>& computation,
                                    std::vector<RequestText> texts) {
  const int64_t count = std::ssize(texts);
  if (count > options_.queue_size)
    throw RequestError(Status::kTooLarge, "expected at most {} texts, got {}", options_.queue_size,
                       count);
  const auto request = std::make_shared<Request>();
  request->computation = computation;
  request->group = computation->group();
  request->texts = std::move(texts);
  request->answers.resize(request->texts.size());
  const std::scoped_lock lock(mutex_);
  if (stopped_) throw RequestError(Status::kBusy, "the server is being stopped");
  if (waiting_ + count > options_.queue_size)
    throw RequestError(Status::kBusy, "{} texts are waiting already; try again", waiting_);
  request->came = Clock::now();
  if (count > 0) {
    waiting_ += count;
    requests_.push_back(request);
    came_.notify_one();
  }
  return {*this, request};
}

std::vector<TextAnswer> WorkQueue::answer(const std::shared_ptr<const Computation>& computation,
                                          std::vector<RequestText> texts,
                                          const Patience& patience) {
  return submit(computation, std::move(texts)).wait(patience);
}

WorkQueue::Ticket::~Ticket() {
  if (!request_) return;
  const std::scoped_lock lock(queue_->mutex_);
  if (!request_->is_answered()) queue_->leave(*request_);
}

std::vector<TextAnswer> WorkQueue::Ticket::wait(const Patience& patience) {
  Request& request = *request_;
  std::unique_lock lock(queue_->mutex_);
  while (!request.is_answered()) {
    const auto until = std::min(patience.until, Clock::now() + kGlance);
    request.changed.wait_until(lock, until,
                               [&] { return request.is_answered() || !request.progress.empty(); });
    const std::map<size_t, Json> progress = std::exchange(request.progress, {});
    lock.unlock();
    if (patience.on_progress)
      for (const auto& [text, so_far] : progress) patience.on_progress(text, so_far);
    const bool is_late = Clock::now() >= patience.until;
    const bool is_wanted = !patience.is_wanted || patience.is_wanted();
    lock.lock();
    if (request.is_answered()) break;
    if (is_late)
      throw RequestError(Status::kTimeout, "no answer in the time that a request may take");
    if (!is_wanted) throw RequestError(Status::kTimeout, "the client has gone");
  }
  return std::move(request.answers);
}

// Of a request that nobody waits for, those texts that no batch has taken yet are dropped.
void WorkQueue::leave(Request& request) {
  request.is_left = true;
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
    const auto begin = Clock::now();
    std::vector<TextAnswer> answers = compute(batch);
    if (observe_)
      observe_(batch.size(), std::chrono::duration<double>(Clock::now() - begin).count());
    const std::scoped_lock lock(mutex_);
    for (size_t i = 0; i < batch.size(); ++i) {
      Request& request = *batch[i].request;
      request.answers[batch[i].text] = std::move(answers[i]);
      ++request.answered;
      if (request.is_answered()) request.changed.notify_one();
    }
  }
}

std::vector<TextAnswer> WorkQueue::compute(const std::vector<Place>& batch) {
  std::vector<const RequestText*> texts;
  texts.reserve(batch.size());
  for (const Place& place : batch) texts.push_back(&place.request->texts[place.text]);
  const BatchWatch watch = {
      .on_progress = [&](size_t i, const MakeJson& so_far) { note_progress(batch[i], so_far); },
      .is_cancelled =
          [&] {
            return std::ranges::all_of(
                batch, [](const Place& place) { return place.request->is_left.load(); });
          }};
  return run(*batch.front().request->computation, texts, watch);
}

// Steps come faster than a client takes them, and JSON of attention takes longer than a step.
void WorkQueue::note_progress(const Place& place, const MakeJson& so_far) {
  Request& request = *place.request;
  {
    const std::scoped_lock lock(mutex_);
    if (request.is_left || request.progress.contains(place.text)) return;
  }
  Json json = so_far();
  const std::scoped_lock lock(mutex_);
  request.progress[place.text] = std::move(json);
  request.changed.notify_one();
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
