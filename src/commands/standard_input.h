// The standard input of somebody who may wait for an answer before writing on.
#pragma once

#include <array>
#include <functional>
#include <streambuf>

namespace alinea {

class StandardInput : public std::streambuf {
 public:
  // on_idle is called when nothing has come for a moment and nothing is there to be read, and twice
  // a second from then on until something is. What it throws comes through.
  explicit StandardInput(std::function<void()> on_idle) : on_idle_(std::move(on_idle)) {}

 protected:
  // Throws Error where the input cannot be read.
  int_type underflow() override;

 private:
  std::function<void()> on_idle_;
  std::array<char, 1 << 16> buffer_{};
};

}  // namespace alinea
