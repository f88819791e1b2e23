/*
 * The application of the benchmark: writers that each insert a job at a fixed interval, and note how long each insert waited for the lock
 * and how long it took then.
 *
 *   application DATABASE RECORD INTERVAL_MS [WRITERS]
 *
 * Every writer has a thread and a connection of its own, with a busy timeout of 30 s and synchronous=NORMAL; "ready" is said after the first
 * insert of each. An insert that is due while the one before it still waits is left out. On SIGTERM it writes RECORD: first
 * "wal BYTES inserts COUNT cpu MICROSECONDS", where BYTES is the largest size that the write-ahead log was seen with, then a line
 * "START LOCK REST" for every insert: when BEGIN IMMEDIATE was called, how long it took, and how long the insert and its commit took, in
 * nanoseconds of CLOCK_MONOTONIC.
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
#define MOST_WRITERS 64

/* The ids of inserted jobs begin with this, and no others do. */
#define ID_FORMAT "ffffffff-0000-4000-8%03x-%012llx"

struct insert { long long start, lock, rest; };

struct writer
{
  pthread_t thread;
  unsigned int number;
  struct insert *inserts;
  size_t done, room;
};

static volatile sig_atomic_t stopping = 0;
static const char *path;
static long long interval;
static atomic_int waiting;
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

static void
execute (sqlite3 *database, const char *sql)
{
  check (sqlite3_exec (database, sql, NULL, NULL, NULL), database, sql);
}

/* Inserts until the program is to end. */
static void *
work (void *argument)
{
  const char *sql =
    "INSERT INTO job (id, type, status, progress, total_items, processed_items, metadata, started_at, created_at, updated_at)"
    " VALUES (?1, 'sync', 'running', 0, 120, 0, '{\"last_message\": \"Starting\"}', ?2, ?2, ?2)";
  struct writer *writer = argument;
  sqlite3 *database;
  sqlite3_stmt *insert;
  long long due;

  check (sqlite3_open_v2 (path, &database, SQLITE_OPEN_READWRITE, NULL), database, "open");
  sqlite3_busy_timeout (database, BUSY_TIMEOUT_MS);
  execute (database, "PRAGMA synchronous = NORMAL");
  check (sqlite3_prepare_v2 (database, sql, -1, &insert, NULL), database, "prepare");
  /* They don't all come at the same moment. */
  due = now_ns (CLOCK_MONOTONIC) + writer->number * interval / MOST_WRITERS;
  while (! stopping)
  {
    char id[64], text[64];
    long long start, locked, end;

    snprintf (id, sizeof (id), ID_FORMAT, writer->number, (unsigned long long) writer->done);
    timestamp (text, sizeof (text));
    start = now_ns (CLOCK_MONOTONIC);
    execute (database, "BEGIN IMMEDIATE");
    locked = now_ns (CLOCK_MONOTONIC);
    sqlite3_bind_text (insert, 1, id, -1, SQLITE_STATIC);
    sqlite3_bind_text (insert, 2, text, -1, SQLITE_STATIC);
    sqlite3_step (insert);
    check (sqlite3_reset (insert), database, "insert");
    execute (database, "COMMIT");
    end = now_ns (CLOCK_MONOTONIC);
    if (writer->done == writer->room)
    {
      writer->room = 0 == writer->room ? 65536 : writer->room * 2;
      writer->inserts = realloc (writer->inserts, writer->room * sizeof (*writer->inserts));
      if (NULL == writer->inserts)
        abort ();
    }
    writer->inserts[writer->done++] = (struct insert) { start, locked - start, end - locked };
    if (1 == writer->done && 1 == atomic_fetch_sub (&waiting, 1))
    {
      puts ("ready");
      fflush (stdout);
    }
    do
      due += interval;
    while (due <= end);
    sleep_until (due);
  }
  sqlite3_finalize (insert);
  check (sqlite3_close (database), database, "close");
  return NULL;
}

int
main (int count, char **arguments)
{
  static struct writer writers[MOST_WRITERS];
  struct sigaction action = { .sa_handler = &stop };
  struct rusage usage;
  pthread_t watcher;
  size_t done = 0;
  int number = 1;
  FILE *record;

  if (count < 4 || count > 5 || (interval = atoll (arguments[3]) * 1000000) <= 0
      || (5 == count && ((number = atoi (arguments[4])) < 1 || number > MOST_WRITERS)))
  {
    fprintf (stderr, "usage: application DATABASE RECORD INTERVAL_MS [WRITERS]\n");
    return 2;
  }
  path = arguments[1];
  snprintf (log_path, sizeof (log_path), "%s-wal", path);
  sigaction (SIGTERM, &action, NULL);
  pthread_create (&watcher, NULL, &watch_log, NULL);
  waiting = number;
  for (int i = 0; i < number; i++)
  {
    writers[i].number = (unsigned int) i;
    pthread_create (&writers[i].thread, NULL, &work, &writers[i]);
  }
  for (int i = 0; i < number; i++)
  {
    pthread_join (writers[i].thread, NULL);
    done += writers[i].done;
  }
  pthread_join (watcher, NULL);
  getrusage (RUSAGE_SELF, &usage);
  record = fopen (arguments[2], "w");
  if (NULL == record)
  {
    perror (arguments[2]);
    return 1;
  }
  fprintf (record, "wal %lld inserts %zu cpu %lld\n", (long long) log_peak, done,
           (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000LL + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
  for (int i = 0; i < number; i++)
    for (size_t k = 0; k < writers[i].done; k++)
      fprintf (record, "%lld %lld %lld\n", writers[i].inserts[k].start, writers[i].inserts[k].lock, writers[i].inserts[k].rest);
  return 0 == fclose (record) ? 0 : 1;
}
