#ifndef CNCURSES_SHIM_H
#define CNCURSES_SHIM_H

#define NCURSES_WIDECHAR 1
#ifndef _XOPEN_SOURCE_EXTENDED
#define _XOPEN_SOURCE_EXTENDED 1
#endif
#include <ncurses.h>
#include <stdint.h>
#include <stdio.h>
#include <term.h>

// Macros with casts and global variables don't reach Swift; these give them names. What is variadic stays out.

/// Opens the screen on standard input and on a descriptor for its output, which stays the caller's.
static inline SCREEN *curses_open(const char *type, int output) {
    FILE *file = fdopen(output, "w");
    return file == NULL ? NULL : newterm(type, file, stdin);
}
static inline WINDOW *curses_window(void) { return stdscr; }
static inline WINDOW *curses_physical_screen(void) { return curscr; }
static inline int curses_color_count(void) { return COLORS; }
static inline int curses_color_pair_count(void) { return COLOR_PAIRS; }

static inline attr_t curses_bold(void) { return A_BOLD; }
static inline attr_t curses_dim(void) { return A_DIM; }
static inline attr_t curses_reverse(void) { return A_REVERSE; }
static inline attr_t curses_underline(void) { return A_UNDERLINE; }
static inline attr_t curses_italic(void) { return A_ITALIC; }

/// Sets one cell of the standard screen: a base character with up to two combining marks, 0 for none.
static inline void curses_put_cell(
    int row, int column, uint32_t base, uint32_t first_mark, uint32_t second_mark, attr_t attributes, int pair) {
    wchar_t characters[4] = {(wchar_t)base, (wchar_t)first_mark, (wchar_t)second_mark, 0};
    cchar_t cell;
    if (setcchar(&cell, characters, attributes, (short)pair, NULL) == OK) mvwadd_wch(stdscr, row, column, &cell);
}

/// The bytes that a key of the terminal's description sends, or nothing.
static inline const char *curses_capability(const char *name) {
    const char *value = tigetstr(name);
    return value == (const char *)-1 ? NULL : value;
}

#endif
