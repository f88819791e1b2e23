/*
 * Deletes in batches of a fixed size, as people write it: a DELETE with a LIMIT inside, a short pause, and again until
 * nothing is left.
 *
 *   batches DATABASE ROWS PAUSE_MS STATEMENT...
 *
 * Each STATEMENT is a DELETE with one parameter, the number of rows; each of its executions commits by itself. A busy
 * timeout of 30 s and synchronous=NORMAL, everything else as SQLite has it by default.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <sqlite3.h>

static void
check (int result, sqlite3 *database, const char *action)
{
  if (SQLITE_OK == result)
    return;
  fprintf (stderr, "batches: %s: %s\n", action, sqlite3_errmsg (database));
  exit (1);
}

int
main (int count, char **arguments)
{
  sqlite3 *database;
  long long rows;
  long pause;

  if (count < 5 || (rows = atoll (arguments[2])) <= 0 || (pause = atol (arguments[3])) < 0)
  {
    fprintf (stderr, "usage: batches DATABASE ROWS PAUSE_MS STATEMENT...\n");
    return 2;
  }
  check (sqlite3_open_v2 (arguments[1], &database, SQLITE_OPEN_READWRITE, NULL), database, "open");
  sqlite3_busy_timeout (database, 30000);
  check (sqlite3_exec (database, "PRAGMA synchronous = NORMAL", NULL, NULL, NULL), database, "synchronous");
  for (int i = 4; i < count; i++)
  {
    sqlite3_stmt *statement;
    long long deleted;

    check (sqlite3_prepare_v2 (database, arguments[i], -1, &statement, NULL), database, "prepare");
    sqlite3_bind_int64 (statement, 1, rows);
    do
    {
      sqlite3_step (statement);
      check (sqlite3_reset (statement), database, "delete");
      deleted = sqlite3_changes64 (database);
      usleep (pause * 1000);
    }
    while (deleted > 0);
    sqlite3_finalize (statement);
  }
  check (sqlite3_close (database), database, "close");
  return 0;
}
