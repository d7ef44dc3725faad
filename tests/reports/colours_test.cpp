// The colours: that they can be told apart and read, and that the style sheet has those of
// pictures.
#include "reports/colours.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <regex>

namespace alinea {

using Catch::Matchers::Contains;

namespace {

// CIE 1976 L*a*b* of sRGB under D65.
struct Lab {
  double lightness, a, b;
};

Lab lab(Colour colour) {
  const auto linear = [](uint8_t value) {
    const double part = value / 255.0;
    return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
  };
  const double r = linear(colour.red), g = linear(colour.green), b = linear(colour.blue);
  const auto f = [](double t) { return t > 0.008856 ? std::cbrt(t) : 7.787 * t + 16.0 / 116; };
  const double x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047),
               y = f(0.2126 * r + 0.7152 * g + 0.0722 * b),
               z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883);
  return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

double distance(Colour one, Colour other) {
  const Lab a = lab(one), b = lab(other);
  return std::hypot(a.lightness - b.lightness, a.a - b.a, a.b - b.b);
}

}  // namespace

TEST_CASE("contrast is that of the guidelines") {
  CHECK(contrast({0, 0, 0}, {255, 255, 255}) == Approx(21));
  CHECK(contrast({0x77, 0x77, 0x77}, {255, 255, 255}) == Approx(4.478).epsilon(1e-3));
  CHECK(contrast({255, 0, 0}, {255, 255, 255}) == Approx(3.998).epsilon(1e-3));
}

TEST_CASE("text and curves have level AA on the paper, lines with a meaning 3") {
  for (const Palette* palette : {&light_palette(), &dark_palette()}) {
    for (const Colour text : {palette->ink, palette->soft})
      CHECK(contrast(text, palette->paper) >= 4.5);
    for (const Colour line : {palette->line, palette->focus, palette->gold})
      CHECK(contrast(line, palette->paper) >= 3);
    for (size_t i = 0; i < palette->series.size(); ++i) {
      CAPTURE(i);
      CHECK(contrast(palette->series[i], palette->paper) >= 4.5);  // names in a legend
      for (size_t k = 0; k < i; ++k) CHECK(distance(palette->series[i], palette->series[k]) >= 20);
    }
  }
}

TEST_CASE("shades begin at the paper, go one way, and can be written on") {
  for (const Palette* palette : {&light_palette(), &dark_palette()}) {
    CHECK(shade(0, *palette) == palette->paper);
    CHECK(shade(kShades, *palette) == palette->scale[2]);
    const double way = lab(shade(kShades, *palette)).lightness > 50 ? 1 : -1;
    for (int step = 0; step <= kShades; ++step) {
      CAPTURE(step);
      CHECK(contrast(shade_ink(step, *palette), shade(step, *palette)) >= 4.5);
      if (step == 0) continue;
      const double up =
          way * (lab(shade(step, *palette)).lightness - lab(shade(step - 1, *palette)).lightness);
      CHECK(up > 0.3);
      CHECK(up < 1.4);
    }
  }
}

TEST_CASE("a weight has one step, whatever it is") {
  CHECK(shade_step(0.374) == 37);
  CHECK(shade_step(0.004) == 0);
  CHECK(shade_step(-1) == 0);
  CHECK(shade_step(2) == 100);
  CHECK(shade_step(NAN) == 0);
  CHECK(shade_class(1) == "w100");
  CHECK(to_string(shade(kShades)) == "#08306b");
}

TEST_CASE("the style sheet of pages has the colours of pictures, for every step") {
  const std::string style = colour_style();
  const size_t dark = style.find("@media screen");
  REQUIRE(dark != std::string::npos);
  for (int step = 0; step <= kShades; ++step) {
    CAPTURE(step);
    const std::regex pattern(R"(\.w)" + std::to_string(step) +
                             R"(\{--weight:[0-9.]+;--shade:(#\w+);--shade-ink:(#\w+)\})");
    std::vector<std::vector<std::string>> found;
    for (std::sregex_iterator it(style.begin(), style.end(), pattern), end; it != end; ++it)
      found.push_back({(*it)[1], (*it)[2]});
    REQUIRE(found.size() == 2);
    CHECK(found[0] == std::vector{to_string(shade(step)), to_string(shade_ink(step))});
    CHECK(found[1] == std::vector{to_string(shade(step, dark_palette())),
                                  to_string(shade_ink(step, dark_palette()))});
  }
  CHECK_THAT(style.substr(dark), Contains("[data-theme=dark] .w37{"));
  CHECK_THAT(style.substr(0, dark), Contains("--series-7:#") && Contains("--paper:#ffffff"));
}

}  // namespace alinea
