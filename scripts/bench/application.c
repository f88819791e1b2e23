/*
 * The application of the benchmark: inserts a job at a fixed interval and notes how long each insert took.
 *
 *   application DATABASE RECORD INTERVAL_MS
 *
 * It opens the database once, with a busy timeout of 30 s and synchronous=NORMAL, and says "ready" after its first insert.
 * An insert that is due while another still waits is left out, as an application with one writer does it. On SIGTERM it
 * writes RECORD: first "wal BYTES inserts COUNT cpu MICROSECONDS", where BYTES is the largest size that the write-ahead
 * log was seen with, then a line "START DURATION" for every insert, in nanoseconds of CLOCK_MONOTONIC.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <sqlite3.h>

#define BUSY_TIMEOUT_MS 30000
#define SAMPLE_NS 2000000

/* The ids of inserted jobs begin with this, and no others do. */
#define ID_FORMAT "ffffffff-0000-4000-8000-%012llx"

struct insert { long long start, duration; };

static volatile sig_atomic_t stopping = 0;
static atomic_llong log_peak = 0;
static char log_path[4096];

static void
stop (int number)
{
  (void) number;
  stopping = 1;
}

static long long
now_ns (clockid_t clock)
{
  struct timespec time;

  clock_gettime (clock, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void
sleep_until (long long moment)
{
  const struct timespec time = { moment / 1000000000LL, moment % 1000000000LL };

  clock_nanosleep (CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
}

/* Looks at the size of the log all the time; an insert that waits can't. */
static void *
watch_log (void *nothing)
{
  struct stat facts;

  while (! stopping)
  {
    if (0 == stat (log_path, &facts) && facts.st_size > log_peak)
      log_peak = facts.st_size;
    sleep_until (now_ns (CLOCK_MONOTONIC) + SAMPLE_NS);
  }
  return nothing;
}

static void
check (int result, sqlite3 *database, const char *action)
{
  if (SQLITE_OK == result || SQLITE_DONE == result)
    return;
  fprintf (stderr, "application: %s: %s\n", action, sqlite3_errmsg (database));
  exit (1);
}

/* The time as the application writes it. */
static void
timestamp (char *text, size_t size)
{
  const long long now = now_ns (CLOCK_REALTIME);
  const time_t seconds = now / 1000000000LL;
  struct tm parts;
  size_t length;

  gmtime_r (&seconds, &parts);
  length = strftime (text, size, "%Y-%m-%d %H:%M:%S", &parts);
  snprintf (text + length, size - length, ".%06lld", now % 1000000000LL / 1000);
}

int
main (int count, char **arguments)
{
  const char *sql =
    "INSERT INTO job (id, type, status, progress, total_items, processed_items, metadata, started_at, created_at, updated_at)"
    " VALUES (?1, 'sync', 'running', 0, 120, 0, '{\"last_message\": \"Starting\"}', ?2, ?2, ?2)";
  struct sigaction action = { .sa_handler = &stop };
  struct insert *inserts = NULL;
  size_t done = 0, room = 0;
  struct rusage usage;
  sqlite3 *database;
  sqlite3_stmt *insert;
  pthread_t watcher;
  long long interval, due;
  FILE *record;

  if (4 != count || (interval = atoll (arguments[3]) * 1000000) <= 0)
  {
    fprintf (stderr, "usage: application DATABASE RECORD INTERVAL_MS\n");
    return 2;
  }
  snprintf (log_path, sizeof (log_path), "%s-wal", arguments[1]);
  sigaction (SIGTERM, &action, NULL);
  check (sqlite3_open_v2 (arguments[1], &database, SQLITE_OPEN_READWRITE, NULL), database, "open");
  sqlite3_busy_timeout (database, BUSY_TIMEOUT_MS);
  check (sqlite3_exec (database, "PRAGMA synchronous = NORMAL", NULL, NULL, NULL), database, "synchronous");
  check (sqlite3_prepare_v2 (database, sql, -1, &insert, NULL), database, "prepare");
  pthread_create (&watcher, NULL, &watch_log, NULL);

  due = now_ns (CLOCK_MONOTONIC);
  while (! stopping)
  {
    char id[64], text[64];
    long long start, end;

    snprintf (id, sizeof (id), ID_FORMAT, (unsigned long long) done);
    timestamp (text, sizeof (text));
    start = now_ns (CLOCK_MONOTONIC);
    sqlite3_bind_text (insert, 1, id, -1, SQLITE_STATIC);
    sqlite3_bind_text (insert, 2, text, -1, SQLITE_STATIC);
    sqlite3_step (insert);
    check (sqlite3_reset (insert), database, "insert");
    end = now_ns (CLOCK_MONOTONIC);
    if (done == room)
    {
      room = 0 == room ? 65536 : room * 2;
      inserts = realloc (inserts, room * sizeof (*inserts));
      if (NULL == inserts)
        abort ();
    }
    inserts[done++] = (struct insert) { start, end - start };
    if (1 == done)
    {
      puts ("ready");
      fflush (stdout);
    }
    do
      due += interval;
    while (due <= end);
    sleep_until (due);
  }

  pthread_join (watcher, NULL);
  sqlite3_finalize (insert);
  getrusage (RUSAGE_SELF, &usage);
  check (sqlite3_close (database), database, "close");
  record = fopen (arguments[2], "w");
  if (NULL == record)
  {
    perror (arguments[2]);
    return 1;
  }
  fprintf (record, "wal %lld inserts %zu cpu %lld\n", (long long) log_peak, done,
           (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000LL + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
  for (size_t i = 0; i < done; i++)
    fprintf (record, "%lld %lld\n", inserts[i].start, inserts[i].duration);
  return 0 == fclose (record) ? 0 : 1;
}
