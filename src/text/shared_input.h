// The lines of a text, which rank 0 reads for all ranks.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "distributed/group.h"

namespace alinea {

class LineReader;

class SharedInput {
 public:
  // Lines are worked on in rounds of so many, and of fewer where the standard input pauses: whoever
  // writes a line and waits is answered. A round ends before a line that cannot be read. The ranks,
  // which lose patience after so many seconds, hear from rank 0 more often while it reads.
  SharedInput(std::filesystem::path path, Group& group, int64_t together, double patience);

  // All ranks call it with functions that take a line and work on the lines taken, all of them
  // together. Of a line that is no text, `fault` says what is wrong with it. Throws Error where the
  // input cannot be read, and what the functions throw.
  using Take = std::function<void(const std::string& line, const std::string& fault)>;
  using Work = std::function<void()>;
  void read(const Take& take, const Work& work);

 private:
  using Clock = std::chrono::steady_clock;

  void lead(const Take& take, const Work& work);
  void lead(LineReader& input, const Take& take, const Work& work);
  void follow(const Take& take, const Work& work);
  void round(const Work& work);
  void beat();

  std::filesystem::path path_;
  Group& group_;
  int64_t together_;
  std::chrono::duration<double> patience_;
  std::string taken_;    // lines of this round, each with its '\n'; for the other ranks
  int64_t waiting_ = 0;  // how many
  int64_t lines_ = 0;    // of earlier rounds
  bool in_round_ = false;
  Clock::time_point told_ = Clock::now();  // when the other ranks heard of this one
};

}  // namespace alinea
