// The body of an answer that is sent part by part, in chunks, each when it is there.
#pragma once

#include <httplib.h>

#include <atomic>
#include <cstdint>

#include "server/http_message.h"

namespace alinea {

class StreamedBody {
 public:
  // It is one of `to_begin` until it begins. `observe` is called in the end, whatever was sent.
  // Both must outlive it.
  StreamedBody(HttpRequest request, HttpAnswer answer, const AnswerObserver& observe,
               std::atomic<int64_t>& to_begin);
  StreamedBody(const StreamedBody&) = delete;
  StreamedBody& operator=(const StreamedBody&) = delete;
  ~StreamedBody();

  // Sends all of it, once; false where the client takes no more. By the thread of the connection.
  bool send(httplib::DataSink& sink);

 private:
  void begin();

  HttpRequest request_;
  HttpAnswer answer_;
  const AnswerObserver& observe_;
  std::atomic<int64_t>& to_begin_;
  bool has_begun_ = false;
};

}  // namespace alinea
