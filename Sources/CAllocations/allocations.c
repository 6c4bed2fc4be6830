#include "CAllocations.h"

#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stddef.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif

static atomic_int counting;
static _Atomic int64_t count;
static _Atomic int64_t bytes;
static _Atomic int64_t peak_bytes;

void allocations_begin(void) {
    atomic_store(&count, 0);
    atomic_store(&bytes, 0);
    atomic_store(&peak_bytes, 0);
    atomic_store(&counting, 1);
}

allocations allocations_end(void) {
    atomic_store(&counting, 0);
    allocations counted = {atomic_load(&count), atomic_load(&peak_bytes)};
    return counted;
}

#if defined(__GLIBC__) && !defined(SANITIZED)

int allocations_are_counted(void) { return 1; }

// The C library's own, under the names that it exports for whoever replaces them.
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

static int is_counting(void) { return __builtin_expect(atomic_load_explicit(&counting, memory_order_relaxed), 0); }

static void note_change(int64_t change) {
    int64_t now = atomic_fetch_add_explicit(&bytes, change, memory_order_relaxed) + change;
    int64_t peak = atomic_load_explicit(&peak_bytes, memory_order_relaxed);
    while (now > peak && !atomic_compare_exchange_weak(&peak_bytes, &peak, now)) {
    }
}

static void *noted(void *memory) {
    if (is_counting() && memory) {
        atomic_fetch_add_explicit(&count, 1, memory_order_relaxed);
        note_change((int64_t)malloc_usable_size(memory));
    }
    return memory;
}

void *malloc(size_t size) { return noted(__libc_malloc(size)); }

void *calloc(size_t number, size_t size) { return noted(__libc_calloc(number, size)); }

void *realloc(void *memory, size_t size) {
    int64_t before = is_counting() && memory ? (int64_t)malloc_usable_size(memory) : 0;
    void *moved = __libc_realloc(memory, size);
    // With a size of 0 the memory is gone; where there is none left, it is still there.
    if (is_counting() && (moved || size == 0)) note_change(-before);
    return noted(moved);
}

void *memalign(size_t alignment, size_t size) { return noted(__libc_memalign(alignment, size)); }

void *aligned_alloc(size_t alignment, size_t size) { return noted(__libc_memalign(alignment, size)); }

int posix_memalign(void **memory, size_t alignment, size_t size) {
    if (alignment % sizeof(void *) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0) return EINVAL;
    void *found = noted(__libc_memalign(alignment, size));
    if (!found) return ENOMEM;
    *memory = found;
    return 0;
}

void free(void *memory) {
    if (is_counting() && memory) note_change(-(int64_t)malloc_usable_size(memory));
    __libc_free(memory);
}

#else

int allocations_are_counted(void) { return 0; }

#endif
