// Threads and memory of operations, for those who may not include oneDNN.
#pragma once

#include <exception>

namespace alinea::ops {

// True where an operation, or anything else, could not get the memory that it needed.
bool is_out_of_memory(const std::exception& error);

// How many threads the operations of the calling thread use. oneDNN cuts a product into as many
// parts as OpenMP is set to threads, and leaves those undone for which OpenMP then grants none:
// this settles all that could make it grant fewer (OMP_DYNAMIC, OMP_MAX_ACTIVE_LEVELS), and where
// the process may not have so many (OMP_THREAD_LIMIT, which only the environment can change), sets
// it to those that it may have. Throws Error where the system does not start so many.
void set_threads(int threads);

// How many OpenMP takes by itself: every core that the process may use, or OMP_NUM_THREADS.
int usual_threads();

// Puts OpenMP's settings of the calling thread back where they were: for the library in a program
// that has settings of its own.
class ThreadSettings {
 public:
  ThreadSettings();
  ThreadSettings(const ThreadSettings&) = delete;
  ThreadSettings& operator=(const ThreadSettings&) = delete;
  ~ThreadSettings();

 private:
  int threads_, levels_, dynamic_;
};

}  // namespace alinea::ops
