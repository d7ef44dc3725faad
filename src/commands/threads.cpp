#include "commands/threads.h"

#include "ops/engine.h"

namespace alinea {

void use_threads(int64_t threads) {
  if (threads > 0) ops::set_threads(static_cast<int>(threads));
}

}  // namespace alinea
