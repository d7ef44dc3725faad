#include "server/http_message.h"

#include <fmt/format.h>

#include <iostream>
#include <new>

namespace alinea {

namespace {

constexpr const char* kRetryAfter = "1";  // seconds

}  // namespace

std::string to_text(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', /*ensure_ascii=*/false, nlohmann::json::error_handler_t::replace);
}

HttpAnswer json_answer(const nlohmann::ordered_json& json) { return {Status::kOk, to_text(json)}; }

HttpAnswer error_answer(Status status, std::string_view message) {
  HttpAnswer answer{status, to_text({{"error", message}})};
  if (status == Status::kBusy) answer.headers.emplace_back("Retry-After", kRetryAfter);
  return answer;
}

HttpAnswer answer_of_exception(const std::exception_ptr& thrown, const std::string& path) {
  try {
    std::rethrow_exception(thrown);
  } catch (const RequestError& error) {
    return error_answer(error.status(), error.what());
  } catch (const std::bad_alloc&) {
    return error_answer(Status::kBusy, "out of memory; try again, or send less");
  } catch (const std::exception& error) {
    std::cerr << fmt::format("{}: an unexpected error: {}\n", path, error.what());
  } catch (...) {
    std::cerr << fmt::format("{}: an unexpected error\n", path);
  }
  return error_answer(Status::kServerFault,
                      "an unexpected error, which the log of the server tells");
}

}  // namespace alinea
