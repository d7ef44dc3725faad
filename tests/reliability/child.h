// A program that runs beside a test, to be watched and killed.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace alinea {

class Child {
 public:
  // environment: NAME=VALUE, all that it gets. Both outputs go to the file `output`.
  Child(const std::string& program, const std::vector<std::string>& arguments,
        const std::vector<std::string>& environment, const std::string& output);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();  // kills it where it still runs

  void send(int signal) const;
  // The exit status, 128 + signal where one ended it.
  int wait();
  // The same, SIGKILL sent after so many milliseconds.
  int kill_after(int64_t milliseconds);

 private:
  pid_t id_;
};

}  // namespace alinea
