// A process that does nothing, until it is ended.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

namespace alinea {

class OtherProcess {
 public:
  OtherProcess() : number_(::fork()) {
    if (number_ < 0) throw std::runtime_error("no other process");
    if (number_ == 0)
      for (;;) ::pause();
  }
  OtherProcess(const OtherProcess&) = delete;
  OtherProcess& operator=(const OtherProcess&) = delete;
  ~OtherProcess() { end(); }

  pid_t number() const { return number_; }
  void end() {
    if (!runs_) return;
    ::kill(number_, SIGKILL);
    ::waitpid(number_, nullptr, 0);
    runs_ = false;
  }

 private:
  pid_t number_;
  bool runs_ = true;
};

}  // namespace alinea
