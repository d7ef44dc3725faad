#include "server/page.h"

#include "server/assets.h"

namespace alinea {

namespace {

// Whatever a model answers, the page runs its own script alone and asks this server alone.
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";

Route page_route(const char* path, std::string_view body, const char* type) {
  return {"GET", path, [body, type](const HttpRequest&) {
            return HttpAnswer{
                Status::kOk,
                std::string(body),
                type,
                {{"Content-Security-Policy", kPolicy}, {"Cache-Control", "no-cache"}}};
          }};
}

}  // namespace

std::vector<Route> page_routes() {
  return {page_route("/", assets::server_page(), "text/html; charset=utf-8"),
          page_route("/page.css", assets::server_page_style(), "text/css; charset=utf-8"),
          page_route("/page.js", assets::server_page_script(), "text/javascript; charset=utf-8")};
}

}  // namespace alinea
