#include "signals/feature_reader.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "signals/feature_bytes.h"
#include "signals/tar_bytes.h"
#include "storage/temporary_folder.h"
#include "support/error.h"

namespace alinea {

namespace {

const std::vector<float> kSix = {1, 2, 3, 4, 5, 7};

FeatureOptions plain() {
  FeatureOptions options;
  options.normalization = "none";
  options.mfc_columns = 3;
  return options;
}

// Of the folder, with what the first entry leaves to it.
FeatureReader reader_of(const TemporaryFolder& folder, const std::string& first,
                        const FeatureOptions& options = plain()) {
  FeatureReader reader(options, {.folder = folder.path()});
  const bool has_rows = reader.adapt(first);
  REQUIRE(has_rows);
  return reader;
}

// A tensor, named by its type.
struct TypedTensor {
  std::string type, shape, bytes;
};

std::string tensors_bytes(const std::vector<TypedTensor>& tensors) {
  std::string header, data;
  for (const auto& [type, shape, bytes] : tensors) {
    header += fmt::format(R"({}"{}":{{"dtype":"{}","shape":[{}],"data_offsets":[{},{}]}})",
                          header.empty() ? '{' : ',', type, type, shape, data.size(),
                          data.size() + bytes.size());
    data += bytes;
  }
  header += '}';
  return bytes_of_number(static_cast<uint64_t>(header.size())) + header + data;
}

}  // namespace

TEST_CASE("what a file is its bytes say, not its name") {
  const TemporaryFolder folder;
  folder.file("a", sphinx_bytes(kSix));
  folder.file("b", htk_bytes(kSix, 3));
  folder.file("c", kaldi_bytes(kSix, 3));
  folder.file("d", npy_bytes("<f4", "(2, 3)", kSix));
  FeatureReader reader = reader_of(folder, "a");
  CHECK(reader.options().kind == "table");
  CHECK(reader.options().columns == 3);
  for (const char* name : {"a", "b", "c", "d"}) CHECK(reader.read(name).values == kSix);
}

TEST_CASE("entries of archives are found") {
  const TemporaryFolder folder;
  folder.file("t.tar",
              tar_bytes({{"x/a.mfc", sphinx_bytes(kSix)}, {"b", kaldi_bytes({1, 1, 1}, 3)}}));
  const std::string ark = "first " + kaldi_bytes(kSix, 3) + "second " + kaldi_bytes({7, 8, 9}, 3);
  folder.file("f.ark", ark);
  folder.file("f.scp", "first f.ark:6\nother t.tar:b\nround f.scp:first\n");
  FeatureReader reader = reader_of(folder, "t.tar:x/a.mfc");
  CHECK(reader.read("t.tar:./x/a.mfc").values == kSix);
  CHECK(reader.read("t.tar:b").values == std::vector<float>{1, 1, 1});
  CHECK(reader.read("f.ark:second").values == std::vector<float>{7, 8, 9});
  CHECK(reader.read("f.ark:6").values == kSix);
  CHECK(reader.read("f.scp:first").values == kSix);
  CHECK(reader.read("f.scp:other").values == std::vector<float>{1, 1, 1});
  CHECK(reader.read("key f.ark:6").values == kSix);
  CHECK(reader.read("  f.ark:first \t").values == kSix);
  CHECK_THROWS_AS(reader.read("f.scp:round"), Error);
  CHECK_THROWS_WITH(reader.read("f.ark:third"),
                    "\"f.ark:third\": there is no key \"third\" in the archive");
  CHECK_THROWS_WITH(reader.read("f.scp:third"),
                    "\"f.scp:third\": there is no key \"third\" in the list");
  CHECK_THROWS_AS(reader.read("f.ark:7"), Error);
  CHECK_THROWS_AS(reader.read("t.tar:c"), Error);
}

TEST_CASE("tensors and examples of IDX files are found") {
  const TemporaryFolder folder;
  const std::vector<int64_t> shape = {2, 3};
  const std::vector<TensorView> tensors = {{"x", shape, kSix}};
  write_safetensors(folder.path() / "s.safetensors", tensors);
  FeatureReader tables = reader_of(folder, "s.safetensors:x");
  CHECK(tables.read("s.safetensors:x").values == kSix);
  CHECK_THROWS_AS(tables.read("s.safetensors:y"), Error);
  folder.file(
      "types.safetensors",
      tensors_bytes({{"U8", "1,3", std::string("\0\xff\x33", 3)},
                     {"F16", "2,3",
                      bytes_of_numbers(
                          std::vector<uint16_t>{0x3C00, 0x4000, 0x4200, 0x4400, 0x4500, 0x4700})},
                     {"BF16", "2,3",
                      bytes_of_numbers(
                          std::vector<uint16_t>{0x3F80, 0x4000, 0x4040, 0x4080, 0x40A0, 0x40E0})},
                     {"F64", "2,3", bytes_of_numbers(std::vector<double>{1, 2, 3, 4, 5, 7})},
                     {"F32", "2,3", bytes_of_numbers(kSix)},
                     {"I64", "1", std::string(8, '\0')},
                     {"NEW", "1", "?"}}));
  for (const char* name : {"F16", "BF16", "F64", "F32"})
    CHECK(tables.read("types.safetensors:" + std::string(name)).values == kSix);
  CHECK(reader_of(folder, "types.safetensors:U8").read("types.safetensors:U8").values ==
        std::vector<float>{0, 1, 0.2F});
  CHECK_THROWS_WITH(tables.read("types.safetensors:I64"),
                    Catch::Contains("\"I64\" is of type \"I64\""));
  CHECK_THROWS_WITH(tables.read("types.safetensors:NEW"),
                    Catch::Contains("expected a tensor of type U8, F16, BF16, F32 or F64"));
  folder.file("images-idx3-ubyte",
              std::string("\0\0\x08\3", 4) +
                  bytes_of_numbers(std::vector<int32_t>{1, 2, 2}, std::endian::big) +
                  std::string("\0\xff\x33\0", 4));
  FeatureReader pictures = reader_of(folder, "images-idx3-ubyte:0");
  CHECK(pictures.options().kind == "picture");
  CHECK(pictures.read("images-idx3-ubyte:0").values == std::vector<float>{0, 1, 0.2F, 0});
  CHECK_THROWS_AS(pictures.read("images-idx3-ubyte:1"), Error);
}

TEST_CASE("integers other than bytes are rows but no pictures, because their range is unknown") {
  const TemporaryFolder folder;
  const auto array = [](const std::string& type, const std::string& shape) {
    return npy_bytes(type, shape, {}) + std::string(12, '\1');
  };
  folder.file("rows", array("<u2", "(2, 3)"));
  folder.file("pixels", array("<u2", "(2, 1, 3)"));
  folder.file("images-idx4",
              std::string("\0\0\x0B\4", 4) +
                  bytes_of_numbers(std::vector<int32_t>{1, 2, 1, 3}, std::endian::big) +
                  std::string(12, '\1'));
  folder.file("empty", npy_bytes("|u1", "(0, 3)", {}));
  folder.file("images-idx3", std::string("\0\0\x08\3", 4) +
                                 bytes_of_numbers(std::vector<int32_t>{1, 0, 3}, std::endian::big));
  CHECK(reader_of(folder, "rows").read("rows").values == std::vector<float>(6, 257));
  for (const char* entry : {"pixels", "images-idx4:0"})
    CHECK_THROWS_WITH(reader_of(folder, entry),
                      Catch::Contains("expected a picture of bytes (uint8) or floats from 0 to 1"));
  for (const char* entry : {"empty", "images-idx3:0"})
    CHECK_THROWS_WITH(reader_of(folder, entry),
                      Catch::EndsWith("\": the picture is empty: its extents are 0 by 3"));
}

TEST_CASE("a file is opened as an archive and as a single file") {
  const TemporaryFolder folder;
  folder.file("idx.tar", tar_bytes({{"a", sphinx_bytes(kSix)}}));
  FeatureReader reader = reader_of(folder, "idx.tar:a");
  CHECK_THROWS_AS(reader.read("idx.tar:0"), Error);
  CHECK(reader.read("idx.tar:a").values == kSix);
  FeatureReader raw_first(reader.options(), {.folder = folder.path()});
  CHECK_THROWS_AS(raw_first.read("idx.tar:0"), Error);
  CHECK(raw_first.read("idx.tar:a").values == kSix);
}

TEST_CASE("there may be more archives than files that can be open") {
  constexpr int kArchives = 300;
  const TemporaryFolder folder;
  const auto name = [](int i) { return std::to_string(i) + ".tar"; };
  for (int i = 0; i < kArchives; ++i)
    folder.file(name(i), tar_bytes({{"a", sphinx_bytes({1, 2, static_cast<float>(i)})}}));
  FeatureReader reader = reader_of(folder, "0.tar:a");
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  const rlimit few{.rlim_cur = 128, .rlim_max = before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &few) == 0);
  std::vector<std::string> wrong;
  for (const int round : {1, 2})  // the second opens again what was closed
    for (int i = 0; i < kArchives; ++i) try {
        if (reader.read(name(i) + ":a").values.back() != static_cast<float>(i))
          wrong.push_back(fmt::format("{} in round {}", i, round));
      } catch (const Error& error) {
        wrong.emplace_back(error.what());
      }
  ::setrlimit(RLIMIT_NOFILE, &before);
  CHECK(wrong == std::vector<std::string>());
}

TEST_CASE("of many files of tensors the last ones stay in memory") {
  const TemporaryFolder folder;
  const auto write = [&](const std::string& name, const std::vector<float>& values) {
    const std::vector<int64_t> shape = {2, 3};
    const std::vector<TensorView> tensors = {{"x", shape, values}};
    write_safetensors(folder.path() / name, tensors);
  };
  const std::vector<float> other(6, 9);
  for (int i = 0; i < 10; ++i) write(std::to_string(i) + ".safetensors", kSix);
  FeatureReader reader = reader_of(folder, "0.safetensors:x");
  CHECK(reader.read("1.safetensors:x").values == kSix);
  write("0.safetensors", other);
  CHECK(reader.read("0.safetensors:x").values == kSix);
  for (int i = 1; i < 10; ++i)
    CHECK(reader.read(std::to_string(i) + ".safetensors:x").values == kSix);
  CHECK(reader.read("0.safetensors:x").values == other);
}

TEST_CASE("sounds are brought to the rate of the first, and tell the time of their rows") {
  const TemporaryFolder folder;
  folder.file("a.wav", wav_bytes(std::vector<int16_t>(4000, 100), 8000));
  folder.file("b.wav", wav_bytes(std::vector<int16_t>(8000, 100), 16000));
  FeatureOptions options = plain();
  options.mel_filters = 5;
  options.deltas = 1;
  FeatureReader reader = reader_of(folder, "a.wav", options);
  CHECK(reader.options().sample_rate == 8000);
  CHECK(reader.options().columns == 10);
  CHECK(reader.read("a.wav").rows() == 1 + (4000 - 200) / 80);
  CHECK(std::abs(reader.read("b.wav").rows() - reader.read("a.wav").rows()) <= 1);
  CHECK(reader.options().seconds_of(3) == Approx(0.0125 + 0.03));
}

TEST_CASE("the bytes of a sound are found where it is, in an archive too") {
  const TemporaryFolder folder;
  const std::string sound = wav_bytes(std::vector<int16_t>(100, 5), 8000);
  folder.file("a.wav", sound);
  folder.file("t.tar", tar_bytes({{"x/b.wav", sound}, {"c", kaldi_bytes({1, 1, 1}, 3)}}));
  folder.file("f.scp", "one t.tar:x/b.wav\nround f.scp:round\n");
  FeatureReader reader = reader_of(folder, "a.wav");
  constexpr int64_t kMost = 1 << 10;
  for (const char* entry :
       {"a.wav", "key a.wav", "t.tar:x/b.wav", "key t.tar:x/b.wav", "f.scp:one"})
    CHECK(reader.sound_file(entry, kMost) == sound);
  for (const char* entry : {"none.wav", "t.tar:c", "f.scp:round", ""})
    CHECK(reader.sound_file(entry, kMost).empty());
  CHECK(reader.sound_file("a.wav", std::ssize(sound) - 1).empty());
  CHECK(reader.sound_file("t.tar:x/b.wav", std::ssize(sound) - 1).empty());
  CHECK_THROWS_AS(reader.sound_file("t.tar:d", kMost), Error);
}

TEST_CASE("pictures are brought to the size and channels of the first") {
  const TemporaryFolder folder;
  folder.file("a.png", kTinyPng);
  folder.file("b.jpg", kTinyJpeg);
  FeatureOptions options = plain();
  options.normalization = "auto";
  FeatureReader reader = reader_of(folder, "a.png", options);
  CHECK(reader.options().normalization == "none");
  CHECK(reader.options().picture_height == 2);
  CHECK(reader.grid_width() == 3);
  CHECK(reader.read("b.jpg").rows() == 6);
  options.picture_height = options.picture_width = 4;
  options.patches = 2;
  FeatureReader patched = reader_of(folder, "a.png", options);
  CHECK(patched.read("b.jpg").rows() == 4);
  CHECK(patched.options().columns == 4);
  CHECK(patched.grid_height() == 2);
}

TEST_CASE("rows are normalised within an example or over the corpus") {
  const TemporaryFolder folder;
  folder.file("a", sphinx_bytes(kSix));
  FeatureOptions options = plain();
  options.normalization = "auto";
  CHECK(reader_of(folder, "a", options).read("a").values ==
        std::vector<float>{-1, -1, -1, 1, 1, 1});
  options.normalization = "corpus";
  FeatureReader reader = reader_of(folder, "a", options);
  reader.set_corpus({{1, 1, 1}, {2, 1, 1}});
  CHECK(reader.read("a").values == std::vector<float>{0, 1, 2, 1.5F, 4, 6});
}

TEST_CASE("an example without rows settles nothing") {
  const TemporaryFolder folder;
  folder.file("none.wav", wav_bytes({}, 16000));
  folder.file("none", sphinx_bytes({}));
  folder.file("some.wav", wav_bytes(std::vector<int16_t>(4000, 100), 8000));
  FeatureReader reader(plain(), {.folder = folder.path()});
  CHECK_FALSE(reader.adapt("none"));
  CHECK_FALSE(reader.adapt("none.wav"));
  CHECK(reader.options().kind.empty());
  CHECK(reader.adapt("some.wav"));
  CHECK(reader.options().kind == "sound");
  CHECK(reader.options().sample_rate == 8000);
  CHECK(reader.read("some.wav").rows() == 1 + (4000 - 200) / 80);
  CHECK(reader.read("none.wav").rows() == 0);
}

TEST_CASE("widths are told as the files have them, without the changes that are appended") {
  const TemporaryFolder folder;
  folder.file("a", sphinx_bytes(kSix));
  folder.file("wide", htk_bytes(kSix, 2));
  FeatureOptions options = plain();
  options.deltas = 2;
  FeatureReader reader = reader_of(folder, "a", options);
  CHECK(reader.options().columns == 9);
  CHECK_THROWS_WITH(reader.read("wide"),
                    Catch::Contains("expected rows of 3 numbers, as the first example has, got 2"));
}

TEST_CASE("what is wrong with an entry is said") {
  const TemporaryFolder folder;
  folder.file("a", sphinx_bytes(kSix));
  folder.file("wide", htk_bytes(kSix, 2));
  folder.file("empty", "");
  folder.file("a.tar", tar_bytes({{"a", sphinx_bytes(kSix)}}));
  REQUIRE(::mkfifo((folder.path() / "pipe").c_str(), 0600) == 0);
  folder.file("text", "some text that is long enough\n");
  folder.file("p.png", kTinyPng);
  folder.file("nan", sphinx_bytes({1, 2, std::numeric_limits<float>::quiet_NaN()}));
  folder.file("none", sphinx_bytes({}));
  folder.file("flat", npy_bytes("<f4", "(2, 0)", {}));
  folder.file("claims", npy_bytes("<f4", "(0, 700000000)", {}));
  FeatureReader reader = reader_of(folder, "a");
  const auto fails = [&](const std::string& entry, const char* reason) {
    CHECK_THROWS_WITH(reader.read(entry), Catch::Contains(reason));
  };
  fails("b", "there is no file");
  fails("", "got an empty line");
  fails("a:b:c", "cannot read the archive");
  fails("wide", "expected rows of 3 numbers, as the first example has, got 2");
  fails("empty", "\"empty\": the file is empty");
  fails("text", "none of them, or damaged");
  fails("a.tar", "name an example, as in FILE:MEMBER");
  fails("p.png", "expected a table, as the first example is, got a picture");
  fails("nan", "not finite");
  fails("wide", "\"wide\": expected rows");
  for (const char* entry : {".", "pipe", "key pipe", "pipe:3", "/dev/zero"})
    fails(entry, "is a folder, a pipe or a device");
  fails(std::string(10000, ' ') + "x" + std::string(9000, ':'), "got 9001 bytes");
  fails("flat", "expected a table of 1 to 1048576 columns, got 0");
  fails("claims", "got 700000000");
  CHECK(reader.read("none").rows() == 0);
  CHECK_THROWS_WITH(reader_of(folder, "flat"), Catch::Contains("columns, got 0"));
}

}  // namespace alinea
