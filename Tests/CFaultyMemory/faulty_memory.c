#include "faulty_memory.h"

#include <sqlite3.h>
#include <stdatomic.h>

static sqlite3_mem_methods real;
static atomic_long first;
static atomic_long last;
static atomic_long count;
static atomic_long failures;

static int strikes(void) {
    if (atomic_load(&first) == 0) return 0;
    long number = atomic_fetch_add(&count, 1) + 1;
    if (number < atomic_load(&first) || number > atomic_load(&last)) return 0;
    atomic_fetch_add(&failures, 1);
    return 1;
}

static void *faulty_malloc(int size) { return strikes() ? 0 : real.xMalloc(size); }

static void *faulty_realloc(void *memory, int size) { return strikes() ? 0 : real.xRealloc(memory, size); }

int faulty_memory_install(void) {
    int code = sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real);
    if (code != SQLITE_OK) return code;
    sqlite3_mem_methods faulty = real;
    faulty.xMalloc = faulty_malloc;
    faulty.xRealloc = faulty_realloc;
    code = sqlite3_config(SQLITE_CONFIG_MALLOC, &faulty);
    if (code != SQLITE_OK) return code;
    /* Without lookaside every allocation comes here. */
    return sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0);
}

void faulty_memory_fail(long from, long through) {
    atomic_store(&first, 0);
    atomic_store(&last, through);
    atomic_store(&count, 0);
    atomic_store(&failures, 0);
    atomic_store(&first, from);
}

long faulty_memory_failures(void) { return atomic_load(&failures); }
