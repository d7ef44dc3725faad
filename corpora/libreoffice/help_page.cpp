#include "libreoffice/help_page.h"

#include <libxml/HTMLparser.h>

#include <memory>
#include <set>
#include <string_view>

#include "support/error.h"

namespace alinea {
namespace {

struct FreeDocument {
  void operator()(xmlDoc* document) const { xmlFreeDoc(document); }
};

struct FreeText {
  void operator()(xmlChar* text) const { xmlFree(text); }
};
using Text = std::unique_ptr<xmlChar, FreeText>;

std::string to_string(const Text& text) {
  return text ? reinterpret_cast<const char*>(text.get()) : "";
}

bool is_paragraph(const xmlNode& node) {
  static const std::set<std::string_view> kNames = {"p", "h1", "h2", "h3", "h4", "h5", "h6"};
  return node.type == XML_ELEMENT_NODE &&
         kNames.count(reinterpret_cast<const char*>(node.name)) > 0;
}

void collect(xmlNode* first, std::map<ParagraphKey, std::string>& paragraphs) {
  for (xmlNode* node = first; node != nullptr; node = node->next) {
    if (is_paragraph(*node)) {
      const std::string id = to_string(Text(xmlGetProp(node, BAD_CAST "id")));
      if (id.empty()) continue;
      ParagraphKey key(id, 0);
      while (paragraphs.count(key) > 0) ++key.second;
      paragraphs[key] = to_string(Text(xmlNodeGetContent(node)));
    } else {
      collect(node->children, paragraphs);
    }
  }
}

}  // namespace

std::map<ParagraphKey, std::string> read_help_page(const std::filesystem::path& path) {
  const std::unique_ptr<xmlDoc, FreeDocument> document(htmlReadFile(
      path.c_str(), "UTF-8",
      HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET));
  if (!document) throw Error("cannot read {} as an HTML page", path.string());
  std::map<ParagraphKey, std::string> paragraphs;
  collect(document->children, paragraphs);
  return paragraphs;
}

}  // namespace alinea
