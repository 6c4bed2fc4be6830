#ifndef FAULTY_MEMORY_H
#define FAULTY_MEMORY_H

/* SQLite's memory, with an allocation that fails where a test says so. */

/* Puts itself between SQLite and its allocator; before SQLite is used, answers 0 when it worked. */
int faulty_memory_install(void);

/* Has the allocation fail that comes as this one from now on, from 1, and all after it; 0 for none. */
void faulty_memory_fail_from(long number);

/* How many allocations have failed since then. */
long faulty_memory_failures(void);

#endif
