#ifndef CSQLITE_SHIM_H
#define CSQLITE_SHIM_H

#include <sqlite3.h>

/* What Swift can't call by itself: variadic functions, and macros that hide a cast. */

/* Switches one of SQLite's SQLITE_DBCONFIG_ options that take a flag. */
static inline int csqlite_db_config_flag(sqlite3 *database, int option, int on) {
    int now = 0;
    return sqlite3_db_config(database, option, on, &now);
}

/* Binds bytes that stay where they are until the statement is reset or bound anew. */
static inline int csqlite_bind_text_static(sqlite3_stmt *statement, int index, const char *bytes, int count) {
    return sqlite3_bind_text(statement, index, bytes, count, SQLITE_STATIC);
}

static inline int csqlite_bind_blob_static(sqlite3_stmt *statement, int index, const void *bytes, int count) {
    return sqlite3_bind_blob(statement, index, bytes, count, SQLITE_STATIC);
}

/* Binds bytes that SQLite copies. */
static inline int csqlite_bind_text_copy(sqlite3_stmt *statement, int index, const char *bytes, int count) {
    return sqlite3_bind_text(statement, index, bytes, count, SQLITE_TRANSIENT);
}

static inline int csqlite_bind_blob_copy(sqlite3_stmt *statement, int index, const void *bytes, int count) {
    return sqlite3_bind_blob(statement, index, bytes, count, SQLITE_TRANSIENT);
}

#endif
