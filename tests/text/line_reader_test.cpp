#include "text/line_reader.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <sstream>
#include <thread>
#include <vector>

#include "storage/temporary_folder.h"
#include "support/error.h"
#include "text/gzip.h"

namespace alinea {

using Catch::Matchers::Contains;
using Lines = std::vector<std::string>;

namespace {

Lines lines_of(LineReader reader) {
  Lines lines;
  for (std::string line; reader.next(line);) lines.push_back(line);
  return lines;
}

Lines lines_of(const std::string& bytes) {
  std::istringstream stream(bytes);
  return lines_of(LineReader(stream, "input"));
}

}  // namespace

TEST_CASE("lines end in a line feed, and one carriage return before it goes too") {
  CHECK(lines_of("a b\r\n\n\r\r\nc\rd\n") == Lines{"a b", "", "\r", "c\rd"});
  CHECK(lines_of("a\nb") == Lines{"a", "b"});
  CHECK(lines_of("a\r\nb\r") == Lines{"a", "b"});
  CHECK(lines_of("\n") == Lines{""});
  CHECK(lines_of("").empty());
}

TEST_CASE("a byte order mark is dropped at the start and nowhere else") {
  CHECK(lines_of("\xef\xbb\xbf"
                 "a\n\xef\xbb\xbf"
                 "b\n") == Lines{"a",
                                 "\xef\xbb\xbf"
                                 "b"});
  CHECK(lines_of("\xef\xbb\xbf").empty());
  CHECK(lines_of("\xef\xbb\xbd\n") == Lines{"\xef\xbb\xbd"});
  CHECK(lines_of("\x1f"
                 "a\n") == Lines{"\x1f"
                                 "a"});
}

TEST_CASE("plain and gzipped bytes give the same lines, whatever the name and the source") {
  const TemporaryFolder folder;
  std::string text =
      "\xef\xbb\xbf"
      "eins\r\nzwölf\n\n";
  for (int i = 0; i < 20'000; ++i) text += std::to_string(i * 7919) + "\n";
  const Lines expected = lines_of(text);
  REQUIRE(expected.size() == 20'003);
  CHECK(expected[0] == "eins");
  CHECK(lines_of(LineReader(folder.file("plain.gz", text))) == expected);
  CHECK(lines_of(LineReader(folder.file("zipped", gzip(text)))) == expected);
  CHECK(lines_of(gzip(text)) == expected);
  CHECK(lines_of(gzip("")).empty());
}

TEST_CASE("gzip files one after the other are one text") {
  CHECK(lines_of(gzip("a\nb") + gzip("c\nd\n")) == Lines{"a", "bc", "d"});
}

TEST_CASE("the line number is that of the line last read") {
  std::istringstream stream("a\nb\n");
  LineReader reader(stream, "standard input");
  std::string line;
  CHECK(reader.line_number() == 0);
  CHECK(reader.next(line));
  CHECK(reader.line_number() == 1);
  CHECK(reader.next(line));
  CHECK_FALSE(reader.next(line));
  CHECK_FALSE(reader.next(line));
  CHECK(reader.line_number() == 2);
  CHECK(reader.path() == "standard input");
}

TEST_CASE("what is not text is refused by file and line") {
  CHECK_THROWS_WITH(lines_of(std::string("a\nb\0\n", 5)),
                    Contains("'input', line 2") && Contains("NUL"));
  CHECK_THROWS_WITH(lines_of("a\nb\n\xc3\n"), Contains("line 3") && Contains("not UTF-8"));
  CHECK_THROWS_WITH(lines_of("\xed\xa0\x80\n"), Contains("line 1") && Contains("not UTF-8"));
  CHECK_THROWS_WITH(lines_of("\xef\xbb\n"), Contains("line 1") && Contains("not UTF-8"));
  CHECK_THROWS_WITH(lines_of(gzip("a\n\xff\n")), Contains("line 2") && Contains("not UTF-8"));
}

TEST_CASE("a line may be as long as the limit and no longer") {
  const std::string longest(kMaxLineBytes, 'x');
  CHECK(lines_of(longest + "\nb\n") == Lines{longest, "b"});
  CHECK_THROWS_WITH(lines_of("a\n" + longest + "x\n"), Contains("line 2: longer than 1048576"));
  CHECK_THROWS_WITH(lines_of(gzip(std::string(5'000'000, ' '))), Contains("line 1: longer than"));
  CHECK_THROWS_AS(LineReader("/dev/zero").next(*std::make_unique<std::string>()), Error);
}

TEST_CASE("who asks for faults reads on behind lines that are not text") {
  const std::string longest(kMaxLineBytes, 'x');
  std::istringstream stream("a\n\xff\n" + longest + "xyz\nb\n" + std::string("\0", 1) + "\n");
  LineReader reader(stream, "input");
  Lines lines, faults;
  for (std::string line, fault; reader.next(line, fault);) {
    CHECK(reader.line_number() == std::ssize(faults) + 1);
    if (fault.empty()) lines.push_back(line);
    faults.push_back(fault);
  }
  CHECK(lines == Lines{"a", "b"});
  REQUIRE(faults.size() == 5);
  CHECK(faults[0].empty());
  CHECK(faults[1] == "expected UTF-8 text, found bytes that are not UTF-8");
  CHECK(faults[2] == "longer than 1048576 bytes; is it text?");
  CHECK(faults[3].empty());
  CHECK(faults[4] == "expected UTF-8 text, found a NUL byte");
}

TEST_CASE("a text in UTF-16 is refused as a whole, with what converts it") {
  const std::string little = {'\xff', '\xfe', 'a', '\0', '\n', '\0', 'b', '\0', '\n', '\0'};
  const std::string big = {'\xfe', '\xff', '\0', 'a', '\0', '\n', '\0', 'b', '\0', '\n'};
  for (const std::string& bytes : {little, big}) {
    CHECK_THROWS_WITH(lines_of(bytes),
                      Contains("'input': expected UTF-8") && Contains("iconv -f UTF-16 -t UTF-8"));
    std::istringstream stream(gzip(bytes));
    LineReader reader(stream, "input");
    std::string line, fault;
    CHECK_THROWS_WITH(reader.next(line, fault), Contains("UTF-16"));
  }
  CHECK_THROWS_WITH(lines_of("a\n\xff\xfe\n"), Contains("line 2") && Contains("not UTF-8"));
}

TEST_CASE("files that cannot be read are refused by name") {
  const TemporaryFolder folder;
  CHECK_THROWS_WITH(LineReader(folder.path() / "none"), Contains("none'") && Contains("No such"));
  CHECK_THROWS_WITH(LineReader(folder.path()), Contains("it is a folder"));
  CHECK_THROWS_AS(LineReader(std::filesystem::path()), Error);
}

TEST_CASE("damaged gzip data is refused, wherever the damage is") {
  std::string text;
  for (int i = 0; i < 3'000; ++i) text += std::to_string(i * 7919) + "\n";
  const std::string zipped = gzip(text);
  for (const size_t size : {size_t{2}, size_t{9}, size_t{100}, zipped.size() / 2, zipped.size() - 9,
                            zipped.size() - 4, zipped.size() - 1}) {
    CAPTURE(size);
    CHECK_THROWS_WITH(lines_of(zipped.substr(0, size)),
                      Contains("'input', line") && Contains("damaged or truncated"));
  }
  for (const size_t at : {size_t{2}, zipped.size() / 2, zipped.size() - 6}) {
    CAPTURE(at);
    std::string changed = zipped;
    changed[at] = static_cast<char>(changed[at] ^ 0x55);
    CHECK_THROWS_AS(lines_of(changed), Error);
  }
  CHECK_THROWS_WITH(lines_of(zipped + "more"), Contains("damaged or truncated"));
}

TEST_CASE("a line from a pipe is there before the pipe ends") {
  const TemporaryFolder folder;
  const auto pipe = folder.path() / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  std::ofstream writer;
  std::thread opener([&] { writer.open(pipe); });
  LineReader reader(pipe);
  opener.join();
  writer << "first\n" << std::flush;
  std::string line;
  CHECK(reader.next(line));
  CHECK(line == "first");
  writer << "second\n";
  writer.close();
  CHECK(reader.next(line));
  CHECK(line == "second");
  CHECK_FALSE(reader.next(line));
}

}  // namespace alinea
