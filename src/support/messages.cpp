#include "support/messages.h"

#include <fmt/chrono.h>

#include <cerrno>
#include <ctime>
#include <fstream>
#include <iostream>
#include <streambuf>
#include <string>
#include <system_error>
#include <utility>

#include "support/error.h"
#include "support/terminal.h"

namespace alinea {

namespace {

// Copies what is written to std::cerr. It stands in the place of the stream's own buffer while it
// has somewhere else to write to.
class Messages : public std::streambuf {
 public:
  Messages() : stderr_(std::cerr.rdbuf()) {}
  Messages(const Messages&) = delete;
  Messages& operator=(const Messages&) = delete;
  ~Messages() override {
    if (std::cerr.rdbuf() == this) std::cerr.rdbuf(stderr_);
  }

  void send(const MessageOptions& options) {
    log_.close();
    failed_ = false;
    path_ = options.log;
    quiet_ = options.quiet;
    timestamps_ = options.timestamps;
    is_new_line_ = true;
    errno = 0;
    if (!path_.empty() && log_.open(path_, std::ios::out | std::ios::app) == nullptr)
      throw Error("--log: cannot write to '{}': {}", path_.string(),
                  std::generic_category().message(errno));
    std::cerr.rdbuf(is_redirected() ? this : stderr_);
  }

  bool is_redirected() const { return log_.is_open() || quiet_ || timestamps_; }

  void report_error(std::string_view line) {
    const bool was_quiet = std::exchange(quiet_, false);
    write(std::string(line) + '\n');
    sync();
    quiet_ = was_quiet;
  }

  void check() const {
    if (failed_) throw Error("cannot write to '{}', the file of --log", path_.string());
  }

 protected:
  int_type overflow(int_type c) override {
    const char byte = traits_type::to_char_type(c);
    if (!traits_type::eq_int_type(c, traits_type::eof())) xsputn(&byte, 1);
    return traits_type::not_eof(c);
  }

  std::streamsize xsputn(const char* bytes, std::streamsize count) override {
    write({bytes, static_cast<size_t>(count)});
    return count;
  }

  int sync() override {
    if (!quiet_) stderr_->pubsync();
    if (log_.is_open() && log_.pubsync() != 0) failed_ = true;
    return 0;
  }

 private:
  // Line by line, each behind the time where that is wanted.
  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      const size_t end = bytes.find('\n');
      const std::string_view line = bytes.substr(0, end == bytes.npos ? end : end + 1);
      if (timestamps_ && is_new_line_)
        put(fmt::format("{:%FT%TZ} ", fmt::gmtime(std::time(nullptr))));
      put(line);
      is_new_line_ = line.back() == '\n';
      bytes.remove_prefix(line.size());
    }
  }

  void put(std::string_view bytes) {
    const auto count = static_cast<std::streamsize>(bytes.size());
    if (!quiet_) stderr_->sputn(bytes.data(), count);
    if (log_.is_open() && printable_log_.sputn(bytes.data(), count) != count) failed_ = true;
  }

  std::streambuf* stderr_;
  std::filesystem::path path_;
  std::filebuf log_;
  PrintableBuffer printable_log_{log_};
  bool quiet_ = false;
  bool timestamps_ = false;
  bool is_new_line_ = true;
  bool failed_ = false;
};

Messages& messages() {
  static Messages all;
  return all;
}

}  // namespace

void send_messages(const MessageOptions& options) { messages().send(options); }

bool messages_are_logged() { return messages().is_redirected(); }

void report_error(std::string_view line) { messages().report_error(line); }

void check_messages() { messages().check(); }

}  // namespace alinea
