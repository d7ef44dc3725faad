// What a command writes must not be what it reads, nor what it writes elsewhere.
#pragma once

#include <filesystem>
#include <span>
#include <string>

namespace alinea {

struct NamedPath {
  std::string name;  // as messages name it: "--output"
  std::filesystem::path path;
};

// Throws UsageError where an output is an input, another output, or a file of a model in a folder
// that is an input, or where an input or another output is a file that a folder that is an output
// has or will have: one of a model, or one of the numbered files with a sentence each. Files are
// the same under any name and through any link. The standard input and output count too, where they
// are files. "-", pipes and devices may be given as often as wanted.
void check_outputs(std::span<const NamedPath> inputs, std::span<const NamedPath> outputs);

// Throws UsageError where two inputs are "-".
void check_standard_input(std::span<const NamedPath> inputs);

}  // namespace alinea
