// What every command that answers line by line does behind the answers to some lines.
#pragma once

namespace alinea {

// Gives what was written so far to whoever reads it. Throws Error where it cannot be written.
void flush_standard_output();

}  // namespace alinea
