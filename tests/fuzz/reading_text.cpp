// Questions: "document<TAB>query<TAB>answer<TAB>candidates" a line, or with a book its lines and
// tokens, which the first letter of the file tells.
#include "text/reading_text.h"

#include <cstdlib>

#include "fuzz/fuzz_target.h"
#include "storage/temporary_folder.h"

namespace alinea::fuzz {

void read(const std::filesystem::path& file) {
  static const TemporaryFolder kFolder;
  static const std::string kBook =
      kFolder.file("book", "The cat sat .\n\nA dog came and saw the cat .\nThe dog ran .\n");
  const std::string bytes = bytes_of(file);
  const bool of_book = !bytes.empty() && bytes.front() >= '0' && bytes.front() <= '9';
  const std::string book = of_book ? kBook : std::string();
  const ReadingData data = read_reading(
      {.training = file, .validation = file, .book = book, .validation_book = book}, {});
  for (int64_t q = 0; q < data.training.size(); ++q)
    if (data.training.places(q, data.training.answer(q)).empty()) std::abort();
}

}  // namespace alinea::fuzz
