#include "text/shared_input.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <istream>
#include <sstream>
#include <string_view>
#include <thread>

#include "storage/descriptor.h"
#include "storage/input.h"
#include "support/error.h"
#include "text/line_reader.h"
#include "text/standard_input.h"

namespace alinea {

namespace {

// What rank 0 says in the place of lines, all of which end with '\n': that there are no more, and
// that it is still there.
constexpr std::string_view kNoMore = "end", kStillThere = "beat";

// Before the fault of a line that is no text: no text begins with it.
const std::string kFault = "\xff";

// srun gives all ranks the standard input, and stops giving it to any once one does not read it.
void drain_standard_input() {
  std::thread([] {
    std::array<char, 1 << 16> bytes{};
    while (read_some(STDIN_FILENO, bytes.data(), bytes.size()) > 0) {
    }
  }).detach();
}

}  // namespace

SharedInput::SharedInput(std::filesystem::path path, Group& group, int64_t together,
                         double patience)
    : path_(std::move(path)), group_(group), together_(together), patience_(patience) {}

void SharedInput::read(const Take& take, const Work& work) {
  group_.gather("");  // until all are there, all are patient
  if (group_.leads()) {
    lead(take, work);
  } else {
    follow(take, work);
  }
}

void SharedInput::lead(const Take& take, const Work& work) {
  if (path_ != kStandardStream) {
    LineReader input(path_);
    return lead(input, take, work);
  }
  const auto on_idle = [&] { waiting_ > 0 ? round(work) : beat(); };
  StandardInput bytes(on_idle, group_.is_alone() ? StandardInput::Idle::kOnce
                                                 : StandardInput::Idle::kAgainAndAgain);
  std::istream stream(&bytes);
  LineReader input(stream, text_name(path_));
  lead(input, take, work);
}

void SharedInput::lead(LineReader& input, const Take& take, const Work& work) {
  try {
    for (std::string line, fault; input.next(line, fault);) {
      take(line, fault);
      ++waiting_;
      if (!group_.is_alone()) taken_ += (fault.empty() ? line : kFault + fault) + '\n';
      if (waiting_ == together_) round(work);
      if (Clock::now() - told_ > patience_ / 4) beat();
    }
  } catch (const Error&) {
    if (!in_round_) round(work);
    throw;
  }
  round(work);
  group_.broadcast(std::string(kNoMore));
}

void SharedInput::follow(const Take& take, const Work& work) {
  drain_standard_input();
  for (std::string said; (said = group_.broadcast("")) != kNoMore;) {
    if (said == kStillThere) continue;
    std::istringstream lines(said);
    for (std::string line; std::getline(lines, line); ++waiting_) {
      const bool is_text = !line.starts_with(kFault);
      take(is_text ? line : "", is_text ? "" : line.substr(kFault.size()));
    }
    round(work);
  }
}

void SharedInput::round(const Work& work) {
  in_round_ = true;
  if (group_.leads()) group_.broadcast(taken_);
  group_.begin(fmt::format("line {}", lines_ + 1));
  work();
  lines_ += waiting_;
  waiting_ = 0;
  taken_.clear();
  told_ = Clock::now();
  in_round_ = false;
}

void SharedInput::beat() {
  group_.broadcast(std::string(kStillThere));
  told_ = Clock::now();
}

}  // namespace alinea
