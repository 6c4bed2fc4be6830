#ifndef FAULTY_MEMORY_H
#define FAULTY_MEMORY_H

/* SQLite's memory, with an allocation that fails where a test says so. */

/* Puts itself between SQLite and its allocator; before SQLite is used, answers 0 when it worked. */
int faulty_memory_install(void);

/* Has the allocations fail that come as these from now on, the next one being 1; none from 0. */
void faulty_memory_fail(long from, long through);

/* How many allocations have failed since then. */
long faulty_memory_failures(void);

#endif
