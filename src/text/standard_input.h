// The standard input of somebody who may wait for an answer before writing on.
#pragma once

#include <array>
#include <functional>
#include <streambuf>

namespace alinea {

class StandardInput : public std::streambuf {
 public:
  // on_idle is called whenever nothing has come for a moment and nothing is there to be read: once,
  // or twice a second until something is. What it throws comes through.
  enum class Idle { kOnce, kAgainAndAgain };
  // Throws Error where the standard input is read by somebody else.
  explicit StandardInput(std::function<void()> on_idle, Idle idle = Idle::kOnce);

 protected:
  // Throws Error where the input cannot be read.
  int_type underflow() override;

 private:
  std::function<void()> on_idle_;
  Idle idle_;
  std::array<char, 1 << 16> buffer_{};
};

}  // namespace alinea
