// The CPU as oneDNN sees it, for those who may not include oneDNN.
#pragma once

#include <string>

namespace alinea::ops {

// The instruction set that oneDNN generates code for, for example "AVX-512 with VNNI".
std::string instruction_set();
// The version of the library that is loaded, for example "2.6.3".
std::string onednn_version();

}  // namespace alinea::ops
