// Reads what the lines of a list name. An entry is one of
//
// - a file: a sound, a picture, an array of NumPy, features of HTK, Sphinx or Kaldi
// - tensors.safetensors:NAME: a tensor
// - images.idx:12: an example, from 0; also of a compressed file
// - features.ark:KEY: a matrix of a Kaldi archive, by its key or the byte that it begins at
// - features.scp:KEY: what that list of Kaldi names so
// - recordings.tar:a/b.wav: a file in an archive (.tar, .zip, ...), compressed or not
//
// perhaps with a key and a blank before it, as in Kaldi's lists. What a file is, its bytes say.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "signals/archive.h"
#include "signals/feature_files.h"
#include "signals/feature_options.h"
#include "signals/feature_rows.h"
#include "signals/log_mel.h"
#include "signals/recently_used.h"
#include "storage/safetensors.h"

namespace alinea {

struct Sound;
class Bytes;

// A line of blanks alone names nothing: an example without features.
bool is_blank_entry(const std::string& line);

class FeatureReader {
 public:
  explicit FeatureReader(FeatureOptions options, FeatureFileOptions where = {});
  FeatureReader(FeatureReader&&) noexcept;
  FeatureReader& operator=(FeatureReader&&) noexcept;
  ~FeatureReader();

  const FeatureOptions& options() const { return options_; }

  // Sets what the options leave to the first example, unless this one has no rows. Returns whether
  // it has. Throws as read().
  bool adapt(const std::string& entry);
  // The means and deviations to normalise with, of all training examples.
  void set_corpus(const Moments& moments) { options_.corpus = moments; }

  // The features of an entry, which is empty where the file has none, as an empty sound. Throws
  // Error that says what is wrong with it: missing, damaged, too long, of another kind or width
  // than the first example.
  FeatureRows read(const std::string& entry);
  // The same before they are normalised over the corpus.
  FeatureRows read_raw(const std::string& entry);

  // The files that an entry is read from: none where there is none, and of a list of Kaldi that
  // list and what it names.
  std::vector<std::filesystem::path> files_of(const std::string& entry);

  // The bytes of the sound file that an entry names, of at most so many; empty where it is none.
  // Throws Error for what cannot be read.
  std::string sound_file(const std::string& entry, int64_t most_bytes);

  // Of the grid of patches or pixels; 0 for no pictures.
  int64_t grid_height() const;
  int64_t grid_width() const;

 private:
  struct Content;  // what a file has: a sound, a picture or a table
  Content load(const std::string& entry, bool is_first);
  static Content with_columns(Content content);
  Content parse(const Bytes& bytes, bool is_first);
  Content member(const std::filesystem::path& archive, const std::string& name, bool is_first);
  // Where an entry is, a file or a member of one, and the name by which it was found.
  struct Located {
    std::string name;
    std::filesystem::path file;
    std::optional<std::string> member;
  };
  std::optional<Located> locate(const std::string& name) const;
  std::optional<Located> locate_entry(const std::string& entry) const;
  const Archive& opened(const std::filesystem::path& archive, Archive::Form form);
  Content kaldi_member(const std::filesystem::path& archive, const std::string& name);
  void take_kind(const Content& content);
  FeatureRows features(Content content);
  FeatureRows rows_of(Content content);
  void refuse_other_kinds(const std::string& name) const;
  std::filesystem::path full_path(const std::string& name) const;
  std::string named_in_script(const std::filesystem::path& script, const std::string& key);

  FeatureOptions options_;
  FeatureFileOptions where_;
  std::unique_ptr<LogMel> log_mel_;
  // Opened, by their paths: an archive takes a descriptor and room on the disk, tensors memory. A
  // list may go through many archives in any order, and to unpack one again takes long.
  RecentlyUsed<std::pair<std::string, Archive::Form>, Archive, 64> archives_;
  RecentlyUsed<std::string, Safetensors, 8> tensors_;
  // Read once, by their paths.
  std::map<std::string, std::map<std::string, int64_t>> kaldi_keys_;
  std::map<std::string, std::map<std::string, std::string>> scripts_;
};

}  // namespace alinea
