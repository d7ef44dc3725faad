#include "reports/page.h"

#include <fmt/format.h>

namespace alinea {

namespace {

// A browser lays out and draws a section only once it comes into view, so long pages open at once.
constexpr std::string_view kPageStyle =
    R"(body { font-family: Helvetica, Arial, sans-serif; margin: 2em auto; max-width: 72em; padding: 0 1em; color: #222; background: #fff; }
section { content-visibility: auto; contain-intrinsic-size: auto 24em; border-top: 1px solid #ccc; padding: 1em 0; }
h2 { font-size: 1em; margin: 0 0 .5em; }
h2 a { color: inherit; text-decoration: none; }
)";

}  // namespace

std::string page_head(std::string_view title, std::string_view style, std::string_view head) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>{0}</title>\n<style>\n{1}{2}</style>\n{3}</head>\n<body>\n<h1>{0}</h1>\n",
      title, kPageStyle, style, head);
}

}  // namespace alinea
