#!/usr/bin/env bash
# ranks.sh [MPIRUN'S ARGUMENTS] PROGRAM...: mpirun on this machine alone, however many cores it has.
# Shared memory moves data by copies, since containers forbid to read another process's memory.
export LSAN_OPTIONS=suppressions=$(dirname "$0")/open_mpi.supp:print_suppressions=0
export OMP_WAIT_POLICY=passive
exec mpirun --allow-run-as-root --oversubscribe --bind-to none --quiet \
  --mca pml ob1 --mca btl self,vader --mca btl_vader_single_copy_mechanism none "$@"
