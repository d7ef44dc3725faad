#include "server/streamed_body.h"

#include <utility>

#include "server/connection.h"

namespace alinea {

StreamedBody::StreamedBody(HttpRequest request, HttpAnswer answer, const AnswerObserver& observe,
                           std::atomic<int64_t>& to_begin)
    : request_(std::move(request)),
      answer_(std::move(answer)),
      observe_(observe),
      to_begin_(to_begin) {}

StreamedBody::~StreamedBody() {
  begin();
  observe_(request_, answer_);
}

void StreamedBody::begin() {
  if (!std::exchange(has_begun_, true)) --to_begin_;
}

bool StreamedBody::send(httplib::DataSink& sink) {
  begin();
  bool is_taken = true;
  answer_.stream([&](std::string_view part) {
    Connection::current()->begin_answer();  // each part has the time of an answer
    return is_taken = is_taken && sink.write(part.data(), part.size());
  });
  if (is_taken) sink.done();
  return is_taken;
}

}  // namespace alinea
