#include "reliability/child.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <thread>
#include <utility>

namespace alinea {

namespace {

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> all;
  all.reserve(texts.size() + 1);
  for (const std::string& text : texts) all.push_back(const_cast<char*>(text.c_str()));
  all.push_back(nullptr);
  return all;
}

}  // namespace

Child::Child(const std::string& program, const std::vector<std::string>& arguments,
             const std::vector<std::string>& environment, const std::string& output) {
  std::vector<std::string> all = {program};
  all.insert(all.end(), arguments.begin(), arguments.end());
  // Without this the program would restart itself, and the time before that would count.
  std::vector<std::string> variables = {"OMP_WAIT_POLICY=passive"};
  variables.insert(variables.end(), environment.begin(), environment.end());
  const std::vector<char*> argv = pointers(all), envp = pointers(variables);
  id_ = fork();
  if (id_ < 0) throw std::runtime_error("cannot fork");
  if (id_ > 0) return;
  const int file = open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
  dup2(file, STDOUT_FILENO);
  dup2(file, STDERR_FILENO);
  execve(program.c_str(), argv.data(), envp.data());
  _exit(127);
}

Child::~Child() {
  if (id_ <= 0) return;
  send(SIGKILL);
  wait();
}

void Child::send(int signal) const { kill(id_, signal); }

int Child::wait() {
  int status = 0;
  waitpid(std::exchange(id_, 0), &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int Child::kill_after(int64_t milliseconds) {
  std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
  send(SIGKILL);
  return wait();
}

}  // namespace alinea
