// What every command that answers line by line does behind the answers to some lines.
#pragma once

namespace alinea {

// Throws Error where what was written before cannot be written.
void check_standard_output();

// Gives what was written so far to whoever reads it. Throws Error where it cannot be written.
void flush_standard_output();

}  // namespace alinea
