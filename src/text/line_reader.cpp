#include "text/line_reader.h"

#include <boost/iostreams/categories.hpp>
#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filtering_streambuf.hpp>
#include <streambuf>
#include <string_view>
#include <utility>

#include "storage/input.h"
#include "support/error.h"
#include "support/utf8.h"

namespace alinea {

namespace {

using Traits = std::char_traits<char>;

// Bytes of a line that is too long anyway; a device may never end it.
constexpr int64_t kMostPassedOver = 64 * kMaxLineBytes;

constexpr std::string_view kGzipMagic = "\x1f\x8b";

// The bytes already taken from a source, then the rest of it.
struct Replay {
  using char_type = char;
  using category = boost::iostreams::source_tag;

  std::streamsize read(char* bytes, std::streamsize count) {
    const auto again = static_cast<std::streamsize>(head.copy(bytes, static_cast<size_t>(count)));
    head.remove_prefix(static_cast<size_t>(again));
    const std::streamsize read = again + rest->sgetn(bytes + again, count - again);
    return read > 0 ? read : -1;
  }

  std::string_view head;
  std::streambuf* rest;
};

}  // namespace

class LineReader::Input {
 public:
  explicit Input(const std::filesystem::path& path)
      : file_(std::make_unique<InputBuffer>(path)), bytes_(file_.get()) {}
  explicit Input(std::streambuf* source) : bytes_(source) {}

  Traits::int_type get() { return bytes_->sbumpc(); }

  // Looks for gzip and for a byte order mark. Bytes read to find neither begin the first line.
  std::string start() {
    std::string head;
    if (take(kGzipMagic, head)) {
      gunzip_.push(boost::iostreams::gzip_decompressor());
      gunzip_.push(Replay{.head = kGzipMagic, .rest = bytes_});
      bytes_ = &gunzip_;
    }
    if (head.empty()) take(kByteOrderMark, head);
    return head;
  }

 private:
  // Drops the bytes of mark where they come next; a part of them goes to head.
  bool take(std::string_view mark, std::string& head) {
    size_t same = 0;
    while (same < mark.size() && bytes_->sgetc() == Traits::to_int_type(mark[same])) {
      bytes_->sbumpc();
      ++same;
    }
    if (same < mark.size()) head.append(mark, 0, same);
    return same == mark.size();
  }

  std::unique_ptr<InputBuffer> file_;  // where it is opened here
  boost::iostreams::filtering_istreambuf gunzip_;
  std::streambuf* bytes_;
};

LineReader::LineReader(std::filesystem::path path)
    : path_(std::move(path)), input_(std::make_unique<Input>(path_)) {}

LineReader::LineReader(std::istream& input, const std::string& name)
    : path_(name), input_(std::make_unique<Input>(input.rdbuf())) {}

LineReader::LineReader(LineReader&&) noexcept = default;
LineReader& LineReader::operator=(LineReader&&) noexcept = default;
LineReader::~LineReader() = default;

std::string LineReader::name() const { return text_name(path_); }

bool LineReader::next(std::string& line) {
  std::string fault;
  if (!next(line, fault)) return false;
  if (!fault.empty()) throw Error("'{}', line {}: {}", name(), line_number_, fault);
  return true;
}

bool LineReader::next(std::string& line, std::string& fault) {
  const int64_t number = line_number_ + 1;
  fault.clear();
  try {
    if (!read_line(line, fault)) return false;
  } catch (const std::ios_base::failure&) {
    throw Error("cannot read '{}', line {}: its gzip data is damaged or truncated", name(), number);
  }
  if (line_number_ == 0) check_encoding(line);
  if (fault.empty() && !is_valid_text(line)) {
    const bool has_nul = line.find('\0') != std::string::npos;
    fault = std::string("expected UTF-8 text, found ") +
            (has_nul ? "a NUL byte" : "bytes that are not UTF-8");
  }
  line_number_ = number;
  return true;
}

// All lines of such a text would have a fault.
void LineReader::check_encoding(const std::string& first_line) const {
  if (first_line.starts_with("\xff\xfe") || first_line.starts_with("\xfe\xff"))
    throw Error(
        "'{}': expected UTF-8 text, found a byte order mark of UTF-16: convert it with iconv -f "
        "UTF-16 -t UTF-8",
        name());
}

bool LineReader::read_line(std::string& line, std::string& fault) {
  line.clear();
  int64_t passed_over = 0;
  if (line_number_ == 0) line = input_->start();
  for (auto c = input_->get(); c != Traits::eof(); c = input_->get()) {
    if (c == '\n') {
      if (line.ends_with('\r')) line.pop_back();
      return true;
    }
    if (static_cast<int64_t>(line.size()) < kMaxLineBytes) {
      line.push_back(static_cast<char>(c));
      continue;
    }
    if (passed_over == 0) fault = fmt::format("longer than {} bytes; is it text?", kMaxLineBytes);
    if (++passed_over == kMostPassedOver)
      throw Error("'{}', line {}: {}", name(), line_number_ + 1, fault);
  }
  const bool has_bytes = !line.empty();
  if (line.ends_with('\r')) line.pop_back();
  return has_bytes;
}

std::vector<std::string> read_lines(const std::filesystem::path& path) {
  LineReader reader(path);
  std::vector<std::string> lines;
  for (std::string line; reader.next(line);) lines.push_back(line);
  return lines;
}

}  // namespace alinea
