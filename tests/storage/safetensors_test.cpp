#include "storage/safetensors.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>

#include "storage/checksum.h"
#include "storage/temporary_folder.h"
#include "support/error.h"

namespace alinea {

using Catch::Matchers::Contains;

namespace {

struct Tensor {
  std::vector<int64_t> shape;
  std::vector<float> values;
  bool operator==(const Tensor&) const = default;
};

// The format as its public description has it, read without the code under test.
std::map<std::string, Tensor> read_independently(const std::filesystem::path& path) {
  const std::string bytes = bytes_of(path);
  size_t length = 0;
  for (size_t i = 8; i-- > 0;) length = length * 256 + static_cast<unsigned char>(bytes.at(i));
  const std::string data = bytes.substr(8 + length);
  std::map<std::string, Tensor> tensors;
  const auto header = nlohmann::json::parse(bytes.substr(8, length));
  for (const auto& [name, entry] : header.items()) {
    if (name == "__metadata__") continue;
    if (entry.at("dtype") != "F32") throw std::runtime_error("dtype");
    Tensor& tensor = tensors[name];
    tensor.shape = entry.at("shape").get<std::vector<int64_t>>();
    const auto offsets = entry.at("data_offsets").get<std::vector<size_t>>();
    tensor.values.resize((offsets.at(1) - offsets.at(0)) / 4);
    if (!tensor.values.empty()) {
      std::memcpy(tensor.values.data(), data.data() + offsets[0], offsets[1] - offsets[0]);
    }
  }
  return tensors;
}

// A file with any header, however wrong.
std::string with_header(std::string_view header, size_t data_bytes) {
  std::string bytes(8, '\0');
  for (size_t i = 0; i < 8; ++i) bytes[i] = static_cast<char>(header.size() >> (8 * i) & 0xff);
  return bytes.append(header).append(data_bytes, '\0');
}

const std::vector<float> kSix = {1.5F, -2, 3, 0, 1e-42F, -0.0F};
const std::vector<float> kThree = {7, 8, std::numeric_limits<float>::infinity()};
const std::vector<float> kOne = {42};

std::vector<TensorView> example() {
  return {
      {"z.weight", {2, 3}, kSix}, {"empty", {0, 5}, {}}, {"a\"é", {3}, kThree}, {"s", {}, kOne}};
}

}  // namespace

TEST_CASE("what is written is the public format") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "m.safetensors";
  write_safetensors(path, example(), {{"epoch", "7"}, {"name", "ü"}});
  const auto tensors = read_independently(path);
  CHECK(tensors.size() == 4);
  CHECK(tensors.at("z.weight") == Tensor{{2, 3}, kSix});
  CHECK(tensors.at("empty") == Tensor{{0, 5}, {}});
  CHECK(tensors.at("a\"é") == Tensor{{3}, kThree});
  CHECK(tensors.at("s") == Tensor{{}, kOne});
  const std::string bytes = bytes_of(path);
  const size_t header =
      static_cast<unsigned char>(bytes[0]) + 256U * static_cast<unsigned char>(bytes[1]);
  CHECK(header % 8 == 0);
  CHECK(bytes.size() == 8 + header + 10 * sizeof(float));
  CHECK(bytes.compare(8, 16, R"({"__metadata__":)") == 0);
}

TEST_CASE("what is read back is what was written, in its order") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "m.safetensors";
  write_safetensors(path, example(), {{"epoch", "7"}});
  const Safetensors file(path);
  CHECK(file.names() == std::vector<std::string>{"z.weight", "empty", "a\"é", "s"});
  CHECK(file.metadata() == std::map<std::string, std::string>{{"epoch", "7"}});
  CHECK(file.shape("empty") == std::vector<int64_t>{0, 5});
  std::vector<float> six(6);
  file.copy("z.weight", std::vector<int64_t>{2, 3}, six);
  CHECK(six == kSix);
  CHECK(std::signbit(six.back()));
  std::vector<float> one(1);
  file.copy("s", {}, one);
  CHECK(one == kOne);
  file.copy("empty", std::vector<int64_t>{0, 5}, {});
}

TEST_CASE("save, load, save gives the same bytes") {
  const TemporaryFolder folder;
  write_safetensors(folder.path() / "first", example(), {{"b", "2"}, {"a", "1"}});
  const Safetensors file(folder.path() / "first");
  std::vector<std::vector<float>> values;
  std::vector<TensorView> views;
  for (const std::string& name : file.names()) {
    const auto& shape = file.shape(name);
    values.emplace_back(
        std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>()));
    file.copy(name, shape, values.back());
    views.push_back({name, shape, values.back()});
  }
  write_safetensors(folder.path() / "second", views, file.metadata());
  CHECK(bytes_of(folder.path() / "first") == bytes_of(folder.path() / "second"));
}

TEST_CASE("a file of no tensors is legal") {
  const TemporaryFolder folder;
  write_safetensors(folder.path() / "none", {});
  CHECK(Safetensors(folder.path() / "none").names().empty());
}

TEST_CASE("tensors may be named in another order than they lie in") {
  const TemporaryFolder folder;
  const auto path =
      folder.file("m", with_header(R"({"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]},)"
                                   R"("a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}  )",
                                   12));
  CHECK(Safetensors(path).names() == std::vector<std::string>{"a", "b"});
}

TEST_CASE("asking for a tensor that is not there or has another shape says so") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "m.safetensors";
  write_safetensors(path, example());
  const Safetensors file(path);
  std::vector<float> six(6);
  std::vector<float> five(5);
  const std::vector<int64_t> right = {2, 3};
  const std::vector<int64_t> wrong = {3, 2};
  CHECK_THROWS_WITH(file.copy("z.weigth", right, six),
                    Contains("m.safetensors") && Contains("no tensor 'z.weigth'"));
  CHECK_THROWS_WITH(file.copy("z.weight", wrong, six),
                    Contains("shape [2, 3]") && Contains("expected [3, 2]"));
  CHECK_THROWS_WITH(file.copy("z.weight", right, five), Contains("6 values") && Contains("5"));
  CHECK_THROWS_AS(file.shape("x"), Error);
}

TEST_CASE("tensors that contradict themselves are not written") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "m";
  const auto write = [&](std::vector<TensorView> tensors) { write_safetensors(path, tensors); };
  CHECK_THROWS_WITH(write({{"w", {2, 2}, kSix}}), Contains("'w'") && Contains("[2, 2]"));
  CHECK_THROWS_AS(write({{"w", {-2, -3}, kSix}}), Error);
  CHECK_THROWS_WITH(write({{"w", {1}, kOne}, {"w", {1}, kOne}}), Contains("'w' is used twice"));
  CHECK_THROWS_AS(write({{"__metadata__", {1}, kOne}}), Error);
  CHECK_THROWS_WITH(write({{"\xff", {1}, kOne}}), Contains("UTF-8"));
  CHECK(folder.file_count() == 0);
}

TEST_CASE("a header that readers would refuse is not written") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "m";
  CHECK_THROWS_WITH(write_safetensors(path, example(), {{"a", std::string(100'000'000, 'x')}}),
                    Contains("m'") && Contains("at most 100000000 bytes") &&
                        Contains("its 4 tensors, got 1000002") && Contains("several files"));
  CHECK(folder.file_count() == 0);
}

TEST_CASE("a file cut anywhere is refused") {
  const TemporaryFolder folder;
  write_safetensors(folder.path() / "whole", example(), {{"a", "1"}});
  const std::string bytes = bytes_of(folder.path() / "whole");
  for (size_t size = 0; size < bytes.size(); ++size) {
    CHECK_THROWS_AS(Safetensors(folder.file("cut", bytes.substr(0, size))), Error);
  }
  CHECK_THROWS_AS(Safetensors(folder.file("long", bytes + "x")), Error);
}

TEST_CASE("a file with any bit turned is refused, or known as not compared with a checksum") {
  const TemporaryFolder folder;
  write_safetensors(folder.path() / "whole", example(), {{"a", "1"}});
  const std::string bytes = bytes_of(folder.path() / "whole");
  CHECK(Safetensors(folder.path() / "whole").has_checksum());
  int64_t without = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ (1 << i % 8));
    CAPTURE(i);
    try {
      const bool compared = Safetensors(folder.file("damaged", damaged)).has_checksum();
      CHECK_FALSE(compared);
      ++without;
    } catch (const Error&) {
    }
  }
  CHECK(without <= 5);  // the name of the checksum in the header
}

TEST_CASE("the checksum is the CRC-32 of the file with zeros in its place") {
  const TemporaryFolder folder;
  write_safetensors(folder.path() / "m", example(), {{"a", "\"crc32\":\"12345678\""}});
  std::string bytes = bytes_of(folder.path() / "m");
  const size_t digits = bytes.find(R"("crc32":")") + 9;
  const std::string checksum = bytes.substr(digits, 8);
  CHECK(checksum == fmt::format("{:08x}", crc32(bytes.replace(digits, 8, "00000000"))));
}

TEST_CASE("a file that is something else is refused") {
  const TemporaryFolder folder;
  CHECK_THROWS_WITH(Safetensors(folder.path() / "none"), Contains("No such file"));
  CHECK_THROWS_AS(Safetensors(folder.path()), Error);
  CHECK_THROWS_WITH(Safetensors(folder.file("text", "only a line of text, longer than eight\n")),
                    Contains("text'") && Contains("header of"));
  CHECK_THROWS_AS(Safetensors(folder.file("ff", std::string(64, '\xff'))), Error);
  CHECK_THROWS_AS(Safetensors(folder.file("zero", std::string(64, '\0'))), Error);
}

TEST_CASE("every wrong header is refused") {
  const TemporaryFolder folder;
  const auto [header, message] = GENERATE(table<std::string, std::string>({
      {R"([])", "begin with '{'"},
      {R"( {})", "begin with '{'"},
      {R"({"a")", "not JSON"},
      {R"({} x)", "not JSON"},
      {"{\"\xff\":1}", "not JSON"},
      {R"({"w":7})", "dtype"},
      {R"({"w":{"shape":[2],"data_offsets":[0,8]}})", "dtype"},
      {R"({"w":{"dtype":4,"shape":[2],"data_offsets":[0,8]}})", "dtype"},
      {R"({"w":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}})", "dtype"},
      {R"({"w":{"dtype":"F32","data_offsets":[0,8]}})", "shape"},
      {R"({"w":{"dtype":"F32","shape":2,"data_offsets":[0,8]}})", "shape"},
      {R"({"w":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})", "shape"},
      {R"({"w":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}})", "shape"},
      {R"({"w":{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}})", "shape"},
      {R"({"w":{"dtype":"F32","shape":[18446744073709551615],"data_offsets":[0,8]}})", "shape"},
      {R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[0]}})", "data_offsets"},
      {R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}})", "data_offsets"},
      {R"({"w":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})", "shape [3] and 8 bytes"},
      {R"({"w":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}})", "8 bytes"},
      {R"({"w":{"dtype":"F32","shape":[2305843009213693953,2],"data_offsets":[0,8]}})", "8 bytes"},
      {R"({"w":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}})", "at most 8"},
      {R"({"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", "take 4 bytes, its data 8"},
      {R"({"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", "bytes 4 to 8"},
      {R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}})", "bytes 8 to 0"},
      {R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},)"
       R"("v":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})",
       "'v' is at bytes 4 to 8"},
      {R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},)"
       R"("w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})",
       "twice"},
      {R"({"__metadata__":[],"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", "metadata"},
      {R"({"__metadata__":{"a":1},"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})",
       "metadata"},
      {R"({"w":)" + std::string(80'000, '['), "nested more than 32 levels deep"},
  }));
  CAPTURE(header.substr(0, 100));
  CHECK_THROWS_WITH(Safetensors(folder.file("m", with_header(header, 8))), Contains(message));
}

}  // namespace alinea
