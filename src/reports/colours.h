// The colours of every picture and every page, in one place: pictures take them from here, pages
// get them as a style sheet with a class per shade, so that a weight looks the same wherever it is
// shown.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace alinea {

struct Colour {
  uint8_t red, green, blue;

  bool operator==(const Colour&) const = default;
};

// "#rrggbb"
std::string to_string(Colour colour);

// Contrast ratio of two colours as the Web Content Accessibility Guidelines 2.1 define it, 1 to 21.
// Text needs 4.5 (level AA), lines that carry meaning 3.
double contrast(Colour one, Colour other);

// What is drawn on paper of one colour. A picture in a file is light.
struct Palette {
  Colour paper, ink;
  Colour soft;  // text of less weight
  Colour line;  // edges of what can be used, and frames
  Colour rule;  // between parts, without meaning of its own
  Colour focus, gold;
  std::array<Colour, 3> scale;   // of the weights 0, 1/2 and 1; between them in proportion
  std::array<Colour, 8> series;  // of curves; further ones have them again, dashed
};

const Palette& light_palette();
const Palette& dark_palette();

// Weights are drawn in steps of a hundredth.
inline constexpr int kShades = 100;

// 0 to kShades. What is below 0, above 1 or no number counts as 0, 1 and 0.
int shade_step(double weight);

// The colour of a step: in the light palette from white at 0 to dark blue at 1, in the dark one
// from the paper to a light blue. Lightness never turns back, which survives a black-and-white
// printer and needs no colour vision.
Colour shade(int step, const Palette& palette = light_palette());
// Black or white: what is easier to read on the shade. The contrast is 4.5 or more.
Colour shade_ink(int step, const Palette& palette = light_palette());

// "w37", the class of a step in the style sheet, and " class=\"w37\"" or, of 0, nothing.
std::string shade_class(double weight);
std::string shade_attribute(double weight);

// The style sheet: every colour of the palettes as a property of the page, --paper, --ink and so
// on, and for each step a class that sets --shade, --shade-ink and --weight. Dark where the root of
// the page has data-theme="dark" and the page is on a screen; on paper always light.
std::string colour_style();

}  // namespace alinea
