#include "reports/page.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "reports/assets/assets.h"
#include "reports/colours.h"

namespace alinea {

namespace {

// The browser itself keeps the page from loading anything but what lies in it.
constexpr std::string_view kPolicy =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data: "
    "blob:; "
    "media-src data:";

}  // namespace

std::string page_head(std::string_view title, std::string_view style, PageAccess access) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"{}{}\">\n"
      "<title>{}</title>\n<style>\n{}{}{}</style>\n<script>\n{}{}</script>\n</head>\n<body>\n"
      "<h1>{}</h1>\n",
      kPolicy, access == PageAccess::kServer ? "; connect-src 'self'" : "", title, colour_style(),
      assets::page_style(), style, assets::page_script(), assets::drawings_script(), title);
}

std::string section_head(std::string_view id, std::string_view heading, std::string_view facts,
                         std::string_view kind) {
  return fmt::format(
      "<section class=\"item{4}{3}\" id=\"{0}\"{2}>\n<h2><a href=\"#{0}\">{1}</a></h2>\n", id,
      heading, facts, kind, kind.empty() ? "" : " ");
}

std::string data_attribute(std::string_view name, double value) {
  return std::isfinite(value) ? fmt::format(" data-{}=\"{:.6g}\"", name, value) : "";
}

std::string page_foot(std::initializer_list<std::string_view> scripts) {
  std::string html;
  for (const std::string_view script : scripts)
    if (!script.empty())
      fmt::format_to(std::back_inserter(html), "<script>\n{}</script>\n", script);
  return html + "</body>\n</html>\n";
}

std::string shade_legend(std::string_view name) {
  std::string html = fmt::format("<div class=\"legend\"><div>{}:</div>", name);
  for (const int percent : {0, 10, 25, 50, 75, 100})
    fmt::format_to(std::back_inserter(html), " <span class=\"shaded {}\">{:.2f}</span>",
                   shade_class(percent / 100.0), percent / 100.0);
  return html + "</div>\n";
}

}  // namespace alinea
