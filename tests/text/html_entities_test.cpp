#include "text/html_entities.h"

#include <catch2/catch.hpp>

#include "text/document_splitter.h"

namespace alinea {
namespace {

TEST_CASE("entities become the characters that they name") {
  CHECK(decode_html_entities("a &lt;b&gt; &amp; &quot;c&quot; &apos;") == "a <b> & \"c\" '");
  CHECK(decode_html_entities("caf&eacute;&nbsp;&euro;&hellip;") == "café\u00a0€…");
  CHECK(decode_html_entities("&#233;&#xe9;&#XE9;&#128512;") == "ééé😀");
  CHECK(decode_html_entities("").empty());
}

TEST_CASE("entities are decoded once, and what is none stays") {
  CHECK(decode_html_entities("&amp;lt;") == "&lt;");
  for (const char* text : {"R&D", "a & b", "&", "&;", "&#;", "&#x;", "&amp", "&nosuchname;", "&#0;",
                           "&#xD800;", "&#x110000;", "&#99999999999;", "&#-1;", "&#1 ;", "&a&b"})
    CHECK(decode_html_entities(text) == text);
  CHECK(decode_html_entities("&&amp;;") == "&&;");
}

TEST_CASE("a document's entities are decoded on request, after its tags are found") {
  const auto split = [](const std::string& text, bool entities) {
    return DocumentSplitter({.tags_as_breaks = true, .html_entities = entities}).split(text);
  };
  CHECK(split("don&#39;t &lt;br&gt;", true) == Document{{"don't", "<", "br", ">"}});
  CHECK(split("a<br>&amp;", true) == Document{{"a"}, {"&"}});
  CHECK(split("a&amp;", false) == Document{{"a", "&", "amp", ";"}});
  CHECK(split("a&amp; <s> b", true) == Document{{"a&amp;"}, {"b"}});  // cut already
}

}  // namespace
}  // namespace alinea
