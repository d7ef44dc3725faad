// Waiting for what another process does.
#pragma once

#include <chrono>
#include <functional>
#include <thread>

namespace alinea {

// Whether it comes true within a minute or so.
inline bool comes_true(const std::function<bool()>& condition) {
  for (int i = 0; i < 60000; ++i, std::this_thread::sleep_for(std::chrono::milliseconds(1)))
    if (condition()) return true;
  return false;
}

}  // namespace alinea
