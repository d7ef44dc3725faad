// Files of this folder that the program carries in itself: see CMakeLists.txt.
#pragma once

#include <string_view>

namespace alinea::assets {

std::string_view server_page();
std::string_view server_page_style();
std::string_view server_page_script();
std::string_view server_page_labels_script();
std::string_view server_page_requests_script();

}  // namespace alinea::assets
