// What a process settles about itself before the program begins.
#pragma once

namespace alinea {

// Throws Error where the system gives the program less than it needs to run at all.
void check_process();

}  // namespace alinea
