// A thread for each connection, up to a limit, kept for the next ones.
#pragma once

#include <httplib.h>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace alinea {

class ConnectionThreads final : public httplib::TaskQueue {
 public:
  explicit ConnectionThreads(int64_t limit) : limit_(limit) {}

  // Newer versions of the library ask whether it was taken.
  using Taken = decltype(std::declval<httplib::TaskQueue&>().enqueue(std::function<void()>()));

  // Where there is no thread for it, the task is run by the caller, with is_refused() set.
  Taken enqueue(std::function<void()> task) override;
  // Returns when all tasks are done.
  void shutdown() override;

  // Whether the calling thread is to end its task at once.
  static bool is_refused();

 private:
  bool give_away(std::function<void()>& task);
  void work();

  int64_t limit_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  std::vector<std::thread> threads_;
  int64_t idle_ = 0;
  bool ends_ = false;
};

}  // namespace alinea
