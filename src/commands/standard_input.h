// The standard input of somebody who may wait for an answer before writing on.
#pragma once

#include <array>
#include <functional>
#include <streambuf>

namespace alinea {

class StandardInput : public std::streambuf {
 public:
  // on_idle is called whenever nothing has come for a moment and nothing is there to be read; what
  // it throws comes through. What it is called for goes on afterwards.
  explicit StandardInput(std::function<void()> on_idle) : on_idle_(std::move(on_idle)) {}

 protected:
  // Throws Error where the input cannot be read.
  int_type underflow() override;

 private:
  std::function<void()> on_idle_;
  std::array<char, 1 << 16> buffer_{};
};

}  // namespace alinea
