// Files that the program carries in itself, for pages that need nothing beside them: see
// CMakeLists.txt.
#pragma once

#include <string_view>

namespace alinea::assets {

// dygraphs, which draws the curves: script, style sheet, and the licence that goes with them.
std::string_view dygraphs_script();
std::string_view dygraphs_style();
std::string_view dygraphs_licence();

// Style sheets and scripts of this folder.
std::string_view page_style();                 // of every page
std::string_view page_script();                // of every page
std::string_view drawings_script();            // the same
std::string_view attention_drawings_script();  // draws weights as matrices and lines
std::string_view attention_script();           // what chooses among them and answers the mouse
std::string_view reading_page_script();
std::string_view run_report_style();
std::string_view run_report_script();

}  // namespace alinea::assets
