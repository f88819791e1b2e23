// What Swift can't call itself.
#include <sqlite3.h>

// sqlite3_db_config is variadic. The last connection to close leaves the write-ahead log as it is from here on: it moves nothing
// into the database and deletes nothing (https://www.sqlite.org/c3ref/c_dbconfig_defensive.html).
static inline int csqlite_leave_log_on_close(sqlite3 *database) {
    return sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
}
