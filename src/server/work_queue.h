// The texts of all requests on their way through the models. One thread computes them, a batch at a
// time; a batch takes texts of several requests that ask for the same, in turn, so that a long list
// does not keep the others waiting.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "server/computation.h"

namespace alinea {

struct WorkQueueOptions {
  int64_t batch_size = 64;                     // texts computed together
  std::chrono::microseconds batch_wait{2000};  // how long a batch waits for more of them
  int64_t queue_size = 1024;                   // texts that wait, at most
  int64_t threads = 0;                         // as use_threads
};

// How long and for whom an answer is computed.
struct Patience {
  std::chrono::steady_clock::time_point until;
  std::function<bool()> is_wanted;  // asked now and then; may be empty: always
  // Told what there is of the answers to texts that are watched, by the thread that waits. Steps
  // may be left out where they come faster than they are told.
  std::function<void(size_t text, const nlohmann::ordered_json& so_far)> on_progress = {};
};

class WorkQueue {
 public:
  // Called after each batch, by the thread that computes, with the number of its texts and how long
  // they took in seconds.
  using Observer = std::function<void(size_t texts, double seconds)>;

  explicit WorkQueue(const WorkQueueOptions& options, Observer observe = {});
  ~WorkQueue();
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;

  // Texts that wait or are computed. Without their ticket, nobody waits for them: what of them no
  // batch has taken is dropped, and a batch that all have left is cancelled. The queue outlives its
  // tickets.
  class Ticket;

  // Throws RequestError: kBusy where the queue is full or has been stopped, kTooLarge for more
  // texts than it holds.
  Ticket submit(const std::shared_ptr<const Computation>& computation,
                std::vector<RequestText> texts);

  // Waits for the answers to all texts. Throws as submit and Ticket::wait.
  std::vector<TextAnswer> answer(const std::shared_ptr<const Computation>& computation,
                                 std::vector<RequestText> texts, const Patience& patience);

  // Computes what is waiting, and takes nothing any more.
  void stop();

  int64_t waiting() const;  // texts

 private:
  struct Request;
  struct Place {  // of a text in a batch
    std::shared_ptr<Request> request;
    size_t text;
  };
  void work();
  std::vector<Place> next_batch();
  std::vector<Place> take_batch();
  int64_t waiting_of(const std::string& group) const;
  void leave(Request& request);
  std::vector<TextAnswer> compute(const std::vector<Place>& batch);
  void note_progress(const Place& place, const std::function<nlohmann::ordered_json()>& so_far);

  WorkQueueOptions options_;
  Observer observe_;
  mutable std::mutex mutex_;
  std::condition_variable came_;
  std::list<std::shared_ptr<Request>> requests_;  // with texts that no batch has taken yet
  int64_t waiting_ = 0;                           // such texts
  bool stopped_ = false;
  std::thread worker_;
};

class WorkQueue::Ticket {
 public:
  Ticket(Ticket&&) noexcept = default;
  Ticket& operator=(Ticket&&) = delete;
  ~Ticket();

  // Waits for the answers, once. Throws RequestError kTimeout where they take too long or nobody
  // waits for them any more.
  std::vector<TextAnswer> wait(const Patience& patience);

 private:
  friend class WorkQueue;
  Ticket(WorkQueue& queue, std::shared_ptr<Request> request)
      : queue_(&queue), request_(std::move(request)) {}

  WorkQueue* queue_;
  std::shared_ptr<Request> request_;
};

}  // namespace alinea
