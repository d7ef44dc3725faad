#include "server/connection_threads.h"

#include <system_error>

namespace alinea {

namespace {

thread_local bool refused = false;

}  // namespace

bool ConnectionThreads::is_refused() { return refused; }

ConnectionThreads::Taken ConnectionThreads::enqueue(std::function<void()> task) {
  if (!give_away(task)) {
    refused = true;
    task();
    refused = false;
  }
  return static_cast<Taken>(true);
}

bool ConnectionThreads::give_away(std::function<void()>& task) {
  const std::scoped_lock lock(mutex_);
  if (idle_ <= std::ssize(waiting_)) {
    if (std::ssize(threads_) >= limit_) return false;
    try {
      threads_.emplace_back([this] { work(); });
    } catch (const std::system_error&) {
      return false;  // the system has no more threads
    }
    ++idle_;
  }
  waiting_.push_back(std::move(task));
  changed_.notify_one();
  return true;
}

void ConnectionThreads::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return ends_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    const std::function<void()> task = std::move(waiting_.front());
    waiting_.pop_front();
    --idle_;
    lock.unlock();
    task();
    lock.lock();
    ++idle_;
  }
}

void ConnectionThreads::shutdown() {
  {
    const std::scoped_lock lock(mutex_);
    ends_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

}  // namespace alinea
