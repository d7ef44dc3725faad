// Where std::cerr goes: stderr, a log file, both or neither.
#pragma once

#include <filesystem>
#include <string_view>

namespace alinea {

struct MessageOptions {
  std::filesystem::path log = {};  // messages are appended to it; empty: none
  bool quiet = false;              // nothing reaches stderr but what report_error writes
  bool timestamps = false;         // each line begins with the time, as 2026-01-31T23:59:59Z
};

// From now on std::cerr is a copy for each place that the options name. Throws Error where the log
// cannot be written. Called again, it replaces what was set before.
void send_messages(const MessageOptions& options);

// Whether every message is a line of its own: a line that is rewritten in place would not do in a
// log.
bool messages_are_logged();

// Writes a line to stderr, however quiet, and to the log.
void report_error(std::string_view line);

// Throws Error where a message did not get into the log.
void check_messages();

}  // namespace alinea
