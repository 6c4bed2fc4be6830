#ifndef C_ALLOCATIONS_H
#define C_ALLOCATIONS_H

#include <stdint.h>

// Counts the allocations of the whole process, from `allocations_begin` to `allocations_end`. The program's `malloc` and
// its kin are replaced by ones that hand on to the C library's; while nothing is counted that costs one branch.

/// What was allocated while it was counted.
typedef struct {
    /// How often memory was asked for.
    int64_t count;
    /// How far the memory in use rose above what was in use at the beginning, at most.
    int64_t peak_bytes;
} allocations;

/// Whether this build counts: not with a sanitizer, which replaces `malloc` itself.
int allocations_are_counted(void);

/// Begins to count from nothing.
void allocations_begin(void);

/// Stops, and answers what was counted.
allocations allocations_end(void);

#endif
