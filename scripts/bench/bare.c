/*
 * A bare libmicrohttpd server, the yardstick for scrapes: serves one file from memory under /metrics.
 *
 *   bare PORT THREADS HEADERS BODY
 *
 * HEADERS is a file with a line "Name: value" for each header of the response, BODY the file that is served. Threads wait
 * with epoll; nothing is computed for a request. It says "ready" once it listens, and ends with SIGTERM.
 */
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
#include <microhttpd.h>

static struct MHD_Response *metrics;
static struct MHD_Response *missing;

static enum MHD_Result
answer (void *context, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
        const char *upload, size_t *upload_size, void **request)
{
  static int seen;

  (void) context, (void) version, (void) upload, (void) upload_size;
  /* The first call brings the headers; answering only at the second keeps the connection open. */
  if (NULL == *request)
  {
    *request = &seen;
    return MHD_YES;
  }
  if (0 == strcmp (method, "GET") && 0 == strcmp (url, "/metrics"))
    return MHD_queue_response (connection, MHD_HTTP_OK, metrics);
  return MHD_queue_response (connection, MHD_HTTP_NOT_FOUND, missing);
}

static FILE *
open_file (const char *path)
{
  FILE *file = fopen (path, "r");

  if (NULL == file)
  {
    perror (path);
    exit (1);
  }
  return file;
}

static void
read_body (const char *path)
{
  FILE *file = open_file (path);
  char *bytes;
  long size;

  fseek (file, 0, SEEK_END);
  size = ftell (file);
  rewind (file);
  bytes = malloc (size);
  if (NULL == bytes || (size_t) size != fread (bytes, 1, size, file))
    exit (1);
  fclose (file);
  metrics = MHD_create_response_from_buffer (size, bytes, MHD_RESPMEM_PERSISTENT);
}

static void
read_headers (const char *path)
{
  FILE *file = open_file (path);
  char line[4096];

  while (NULL != fgets (line, sizeof (line), file))
  {
    char *value = strstr (line, ": ");

    line[strcspn (line, "\n")] = '\0';
    if (NULL == value)
      continue;
    *value = '\0';
    if (MHD_YES != MHD_add_response_header (metrics, line, value + 2))
      exit (1);
  }
  fclose (file);
}

int
main (int count, char **arguments)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  struct MHD_OptionItem pool[2] = { { MHD_OPTION_END, 0, NULL }, { MHD_OPTION_END, 0, NULL } };
  struct MHD_Daemon *daemon;
  sigset_t signals;
  int received;

  if (5 != count)
  {
    fprintf (stderr, "usage: bare PORT THREADS HEADERS BODY\n");
    return 2;
  }
  address.sin_port = htons (atoi (arguments[1]));
  read_body (arguments[4]);
  read_headers (arguments[3]);
  missing = MHD_create_response_from_buffer (0, NULL, MHD_RESPMEM_PERSISTENT);
  /* A pool of one is refused. */
  if (atoi (arguments[2]) > 1)
    pool[0] = (struct MHD_OptionItem) { MHD_OPTION_THREAD_POOL_SIZE, atoi (arguments[2]), NULL };
  sigemptyset (&signals);
  sigaddset (&signals, SIGTERM);
  pthread_sigmask (SIG_BLOCK, &signals, NULL);
  daemon = MHD_start_daemon (MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ERROR_LOG, 0, NULL, NULL, &answer, NULL,
                             MHD_OPTION_SOCK_ADDR, (struct sockaddr *) &address,
                             MHD_OPTION_ARRAY, pool, MHD_OPTION_END);
  if (NULL == daemon)
    return 1;
  puts ("ready");
  fflush (stdout);
  sigwait (&signals, &received);
  MHD_stop_daemon (daemon);
  return 0;
}
