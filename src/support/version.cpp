#include "support/version.h"

namespace alinea {

std::string program_version() { return ALINEA_VERSION; }

}  // namespace alinea
