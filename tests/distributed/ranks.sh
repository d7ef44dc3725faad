#!/usr/bin/env bash
# ranks.sh [MPIRUN'S ARGUMENTS] PROGRAM...: mpirun on this machine alone, however many cores it has.
# Shared memory moves data by copies, since containers forbid to read another process's memory.
# What Open MPI holds when the process ends belongs to libraries that are unloaded by then, so that no
# suppression can name them.
export ASAN_OPTIONS=detect_leaks=0
export OMP_WAIT_POLICY=passive
exec mpirun --allow-run-as-root --oversubscribe --bind-to none --quiet \
  --mca pml ob1 --mca btl self,vader --mca btl_vader_single_copy_mechanism none "$@"
