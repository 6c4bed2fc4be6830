#ifndef CTERMINAL_H
#define CTERMINAL_H

#include <stdint.h>

/// Columns of a Unicode scalar by the C library's UTF-8 tables, whatever the locale; -1 when it is not printable.
int terminal_column_width(uint32_t scalar);

#endif
