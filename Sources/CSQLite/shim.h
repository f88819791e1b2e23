// What Swift can't call itself.
#include <sqlite3.h>

// sqlite3_db_config is variadic. The last connection to close leaves the write-ahead log as it is from here on: it moves nothing
// into the database and deletes nothing (https://www.sqlite.org/c3ref/c_dbconfig_defensive.html).
static inline int csqlite_leave_log_on_close(sqlite3 *database) {
    return sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
}

// Whether statements set off the triggers of the database (SQLITE_DBCONFIG_ENABLE_TRIGGER). Foreign keys do what they do either way.
static inline int csqlite_set_off_triggers(sqlite3 *database, int are_set_off) {
    return sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_TRIGGER, are_set_off, (int *)0);
}

// The header hides these where SQLITE_ENABLE_PREUPDATE_HOOK isn't defined; the libraries of Debian, Ubuntu and others have them
// (https://www.sqlite.org/c3ref/preupdate_blobwrite.html). Weak, so that a library without them still lets the program start.
#if !defined(SQLITE_ENABLE_PREUPDATE_HOOK)
SQLITE_API void *sqlite3_preupdate_hook(
    sqlite3 *db,
    void (*hook)(void *context, sqlite3 *db, int operation, char const *schema, char const *table, sqlite3_int64 before,
                 sqlite3_int64 after),
    void *context) __attribute__((weak));
SQLITE_API int sqlite3_preupdate_old(sqlite3 *, int, sqlite3_value **) __attribute__((weak));
SQLITE_API int sqlite3_preupdate_count(sqlite3 *) __attribute__((weak));
SQLITE_API int sqlite3_preupdate_new(sqlite3 *, int, sqlite3_value **) __attribute__((weak));
#endif

// Whether the library tells of rows before they change.
static inline int csqlite_tells_before(void) {
    return sqlite3_preupdate_hook != 0 && sqlite3_preupdate_old != 0 && sqlite3_preupdate_new != 0
        && sqlite3_preupdate_count != 0;
}

// What SQLite gives for a column that a row's record is too short for, since the column was added later: always the same object,
// which is how such a column is told from a NULL that is stored.
static inline const sqlite3_value *csqlite_absent_value(void) { return sqlite3_column_value(0, 0); }
