#ifndef CTERMINAL_H
#define CTERMINAL_H

#include <stdbool.h>
#include <stdint.h>

// MARK: Widths (width.c)

/// Columns of a Unicode scalar by the C library's UTF-8 tables, whatever the locale; -1 when it is not printable.
int terminal_column_width(uint32_t scalar);

// MARK: Leaving the terminal as it was (guard.c)

/// Remembers how the terminal is set, and takes over the signals that end, stop or resize a program.
///
/// From here on a fault (ILL TRAP ABRT BUS FPE SEGV QUIT) first restores the terminal and then goes on to whoever
/// handled it before; INT TERM HUP TSTP CONT WINCH become single bytes (their numbers) on a pipe.
///
/// Returns the descriptor to read those bytes from (it does not block), or -1 with errno.
int terminal_guard_begin(int descriptor);

/* Gives the calling thread a stack of its own for fault handlers. */
void terminal_guard_thread(void);

/// Takes the second group of signals again, after curses has taken some of them.
void terminal_guard_reclaim(void);

/// From here on the terminal needs to be restored when the program ends unexpectedly, also by exit().
void terminal_guard_arm(bool palette_changed);

/// The terminal was restored in an orderly way.
void terminal_guard_disarm(void);

/// Gives all signals back and closes the pipe.
void terminal_guard_end(void);

/// Stops this process as Ctrl-Z would and returns when it is continued.
void terminal_guard_stop(void);

// MARK: What Swift's Glibc module leaves out (descriptors.c)

/// A pipe that neither blocks nor is inherited; 0, or -1 with errno.
int terminal_pipe(int descriptors[2]);

/// The window's size in cells; 0, or -1 with errno.
int terminal_window_size(int descriptor, int *columns, int *rows);

/// A writer whose reader has gone gets EPIPE instead of a signal.
void terminal_ignore_broken_pipes(void);

// MARK: Locale (locale.c)

/// Sets the character encoding from the environment; true when it is UTF-8.
///
/// A UTF-8 locale that is named but not installed still means a UTF-8 terminal.
bool terminal_set_locale(void);

#endif
