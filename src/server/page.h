// The page at /, carried in the program: a text and its translation, with what attention did.
#pragma once

#include "server/http_message.h"

namespace alinea {

// The page, made of the parts of all pages (reports/page.h) and the files of this folder.
Route page_route();

}  // namespace alinea
