#include "server/form.h"

#include <algorithm>
#include <cctype>
#include <string>

#include "server/request_error.h"
#include "server/request_reader.h"
#include "support/utf8.h"

namespace alinea {

namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// What is no escape stays as it is.
std::string unescaped(std::string_view text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    const int high = i + 2 < text.size() && text[i] == '%' ? hex_digit(text[i + 1]) : -1;
    const int low = high < 0 ? -1 : hex_digit(text[i + 2]);
    if (low >= 0) {
      result += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      result += text[i] == '+' ? ' ' : text[i];
    }
  }
  if (!is_valid_text(result))
    throw RequestError(Status::kBadRequest, "expected a form in UTF-8 without NUL");
  return result;
}

}  // namespace

bool is_form(std::string_view content_type) {
  constexpr std::string_view kForm = "application/x-www-form-urlencoded";
  return content_type.size() >= kForm.size() &&
         std::ranges::equal(content_type.substr(0, kForm.size()), kForm, [](char a, char b) {
           return std::tolower(static_cast<unsigned char>(a)) == b;
         });
}

nlohmann::ordered_json parse_form(std::string_view body) {
  nlohmann::ordered_json form = nlohmann::ordered_json::object();
  while (!body.empty()) {
    const std::string_view pair = body.substr(0, body.find('&'));
    body.remove_prefix(std::min(pair.size() + 1, body.size()));
    if (pair.empty()) continue;
    const size_t equals = std::min(pair.find('='), pair.size());
    const std::string name = unescaped(pair.substr(0, equals));
    std::string value = unescaped(pair.substr(std::min(equals + 1, pair.size())));
    const auto known = form.find(name);
    if (known == form.end()) {
      if (form.size() == kMostMembers)
        throw RequestError(Status::kBadRequest, "expected a form of at most {} names, got more",
                           kMostMembers);
      form[name] = std::move(value);
    } else {
      if (!known->is_array()) *known = nlohmann::ordered_json::array({*known});
      known->push_back(std::move(value));
    }
  }
  return form;
}

}  // namespace alinea
