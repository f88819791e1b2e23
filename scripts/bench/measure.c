/*
 * Runs a command and notes what it took.
 *
 *   measure RECORD COMMAND [ARGUMENT...]
 *
 * RECORD gets one line: "START END USER SYSTEM MEMORY STATUS": the first two in nanoseconds of CLOCK_MONOTONIC, CPU time in
 * microseconds, the peak of resident memory in KiB, and the exit status. Started from a program that is itself small,
 * because Linux counts the memory of whoever starts a process into that process' peak.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long
now_ns (void)
{
  struct timespec time;

  clock_gettime (CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static long long
microseconds (struct timeval time)
{
  return time.tv_sec * 1000000LL + time.tv_usec;
}

int
main (int count, char **arguments)
{
  struct rusage usage;
  long long start;
  long long end;
  int status;
  int error;
  pid_t process;
  FILE *record;

  if (count < 3)
  {
    fprintf (stderr, "usage: measure RECORD COMMAND [ARGUMENT...]\n");
    return 2;
  }
  start = now_ns ();
  error = posix_spawnp (&process, arguments[2], NULL, NULL, arguments + 2, environ);
  if (0 != error)
  {
    fprintf (stderr, "measure: %s: %s\n", arguments[2], strerror (error));
    return 1;
  }
  while (process != wait4 (process, &status, 0, &usage))
    if (EINTR != errno)
      return 1;
  end = now_ns ();
  record = fopen (arguments[1], "w");
  if (NULL == record)
  {
    perror (arguments[1]);
    return 1;
  }
  fprintf (record, "%lld %lld %lld %lld %ld %d\n", start, end, microseconds (usage.ru_utime),
           microseconds (usage.ru_stime), usage.ru_maxrss,
           WIFEXITED (status) ? WEXITSTATUS (status) : 128 + WTERMSIG (status));
  return 0 == fclose (record) ? 0 : 1;
}
