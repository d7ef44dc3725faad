// The program that started the ranks of this host: mpirun, or its daemon orted on another host.
#pragma once

namespace alinea {

// Open MPI's launchers wait for ever for a host that is cut off, even to end the job. This leaves a
// process behind that ends the launcher where it is still there after so many seconds. Of launchers
// that it does not know it does nothing.
void end_launcher_after(int seconds);

}  // namespace alinea
