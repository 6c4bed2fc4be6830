#ifndef CTERMINAL_H
#define CTERMINAL_H

#include <stdbool.h>
#include <stdint.h>

// MARK: Widths (width.c)

/// Columns of a Unicode scalar by the C library's UTF-8 tables, whatever the locale; -1 when it is not printable.
int terminal_column_width(uint32_t scalar);

// MARK: Leaving the terminal as it was (guard.c)

/// Takes over the faults (ILL TRAP ABRT BUS FPE SEGV QUIT) until the process ends; a second call does nothing.
///
/// A fault first restores the terminal, where one is armed, and then goes on to whoever handled it before. Where that
/// is Swift's runtime, and it would ask a question on the terminal and wait for half a minute (its way without a
/// `SWIFT_BACKTRACE`), a sentence says how to get a backtrace, and the program ends as by its signal alone.
void terminal_guard_faults(void);

/// Remembers how the terminal is set, and takes over the signals that end, stop or resize a program.
///
/// From here on INT TERM HUP TSTP CONT WINCH become single bytes (their numbers) on a pipe; any other signal that would
/// end the program (faults, USR1, ALRM, SYS, the real-time ones) restores the terminal, and ends it then.
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

/// Gives all signals but the faults back, and closes the pipe.
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

// MARK: Whole frames (frames.c)

/// The descriptor that curses is to write to: the terminal's, by another number; -1 with errno.
int terminal_frames_open(int descriptor);

/// Closes that descriptor; curses must have ended.
void terminal_frames_close(void);

/// From here on what curses writes is kept; false where it can't be, and then it goes on to the terminal piece by piece.
bool terminal_frame_begin(void);

/// Writes what was kept to the terminal, in one piece; false where the terminal does not take it.
bool terminal_frame_end(void);

// MARK: Locale (locale.c)

/// Sets the character encoding from the environment; true when it is UTF-8.
///
/// A UTF-8 locale that is named but not installed still means a UTF-8 terminal.
bool terminal_set_locale(void);

#endif
