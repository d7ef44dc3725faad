// What a request asks of a model for each of its texts.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/request_error.h"
#include "support/cancellation.h"

namespace alinea {

// One of a request's texts, and what is asked of it alone.
struct RequestText {
  std::string text;                     // the source, the document, the sentence
  std::string other = {};               // its translation, or the hypothesis of a pair
  std::vector<std::string> words = {};  // of a sentence that is cut into words already
  std::string prefix = {};              // of the translation
  std::vector<std::string> required = {}, avoided = {};  // phrases
  uint64_t number = 0;      // among the texts of the request: samples differ by it
  bool is_watched = false;  // whether somebody wants to see its answer grow
};

// Moving JSON throws nothing, although it calls what may.
struct TextAnswer {  // NOLINT(bugprone-exception-escape)
  nlohmann::ordered_json json = {};
  std::string fault = {};                 // why there is none
  Status status = Status::kUnanswerable;  // of the fault
};

// Told and asked while a batch is computed, by any of the threads that compute it.
struct BatchWatch {
  // That there is more of the answer to one of the texts that are watched. so_far() makes what
  // there is: not at all where the client has yet to be told of what there was before.
  std::function<void(size_t text, const std::function<nlohmann::ordered_json()>& so_far)>
      on_progress = {};
  // Whether nobody waits for any of the texts any more: what is thrown then is told nobody.
  IsCancelled is_cancelled = {};
};

class Computation {
 public:
  Computation() = default;
  Computation(const Computation&) = delete;
  Computation& operator=(const Computation&) = delete;
  virtual ~Computation() = default;

  // Texts of different requests are computed together if this is the same: it names the model, the
  // task and all options.
  virtual std::string group() const = 0;

  // An answer for each text, in their order, which no other text changes. Called by one thread at a
  // time.
  virtual std::vector<TextAnswer> run(std::span<const RequestText* const> texts,
                                      const BatchWatch& watch) const = 0;
};

// A name for a group.
std::string group_of(std::string_view task, const std::string& model, const std::string& options);

// Sentences per batch so that so many texts are a batch for each thread, which then need not wait
// for each other.
int64_t batch_for_threads(size_t texts);

}  // namespace alinea
