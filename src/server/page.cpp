#include "server/page.h"

#include <string>

#include "reports/assets/assets.h"
#include "reports/page.h"
#include "server/assets.h"

namespace alinea {

namespace {

// Whatever a model answers, the page runs its own script alone and asks this server alone.
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";

// One file: the browser asks for nothing else.
const std::string& server_page() {
  static const std::string kPage =
      page_head("alinea", assets::server_page_style(), PageAccess::kServer) +
      std::string(assets::server_page()) +
      page_foot({assets::attention_drawings_script(), assets::attention_script(),
                 assets::server_page_requests_script(), assets::server_page_labels_script(),
                 assets::server_page_script()});
  return kPage;
}

}  // namespace

Route page_route() {
  return {"GET", "/", [](const HttpRequest&) {
            return HttpAnswer{
                Status::kOk,
                server_page(),
                "text/html; charset=utf-8",
                {{"Content-Security-Policy", kPolicy}, {"Cache-Control", "no-cache"}}};
          }};
}

}  // namespace alinea
