// What the process takes.
#pragma once

#include <fstream>
#include <string>

namespace alinea {

// Megabytes that the process has had in memory at most.
inline double peak_memory() {
  std::ifstream status("/proc/self/status");
  for (std::string name; status >> name;) {
    double kilobytes = 0;
    if (name == "VmHWM:" && status >> kilobytes) return kilobytes * 1024 / 1e6;
  }
  return 0;
}

}  // namespace alinea
