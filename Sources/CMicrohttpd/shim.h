/*
 * libmicrohttpd as Swift can call it. Swift cannot call variadic C functions,
 * nor see macros that contain a cast: each such thing has a small function here.
 */
#ifndef JOBSWEEP_CMICROHTTPD_SHIM_H
#define JOBSWEEP_CMICROHTTPD_SHIM_H

#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <microhttpd.h>
#include "tls.h"

/* Receives one line of the library's own log, already formatted. */
typedef void (*cmhd_log_line) (void *context, const char *line);

/* Where cmhd_log sends its lines. It must outlive the daemon. */
struct cmhd_log_target
{
  cmhd_log_line receive;
  void *context;
};

/* The library logs with a va_list, whose type differs between platforms; it is spent here, in C. */
static inline void
cmhd_log (void *target, const char *format, va_list arguments)
{
  const struct cmhd_log_target *t = (const struct cmhd_log_target *) target;
  char line[512];

  (void) vsnprintf (line, sizeof (line), format, arguments);
  t->receive (t->context, line);
}

/* What a daemon is started with. Pointers to functions and the context live as long as the daemon. */
struct cmhd_settings
{
  /* Given to each of the callbacks. */
  void *context;
  MHD_AccessHandlerCallback request_arrived;
  MHD_RequestCompletedCallback request_completed;
  MHD_NotifyConnectionCallback connection_changed;
  const struct cmhd_log_target *log;
  unsigned int idle_timeout_seconds;
  size_t memory_per_connection;
  size_t thread_stack;
  /* Whether connections speak TLS; each gets credentials of its own when it begins. */
  int is_tls;
};

/* The library would decode the target in place; it is left as sent. */
static inline size_t
cmhd_leave_encoded (void *context, struct MHD_Connection *connection, char *text)
{
  (void) context;
  (void) connection;
  return strlen (text);
}

/* Starts a daemon of one thread and without a listening socket: its connections come by MHD_add_connection.
   MHD_start_daemon is variadic, and its options would need casts of function pointers that Swift does not allow.
   The log comes first, so that complaints about the other options go there too. NULL on failure. */
static inline struct MHD_Daemon *
cmhd_start (const struct cmhd_settings *settings)
{
  struct MHD_OptionItem tls[2];
  unsigned int flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_USE_NO_LISTEN_SOCKET
                       | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
  int count = 0;

  if (settings->is_tls)
  {
    flags |= MHD_USE_TLS;
    tls[count++] = (struct MHD_OptionItem) { MHD_OPTION_HTTPS_CERT_CALLBACK, 0, (void *) &cmhd_no_certificate };
  }
  tls[count] = (struct MHD_OptionItem) { MHD_OPTION_END, 0, NULL };
  return MHD_start_daemon (flags, 0, NULL, NULL,
                           settings->request_arrived, settings->context,
                           MHD_OPTION_EXTERNAL_LOGGER, &cmhd_log, (void *) settings->log,
                           MHD_OPTION_NOTIFY_COMPLETED, settings->request_completed, settings->context,
                           MHD_OPTION_NOTIFY_CONNECTION, settings->connection_changed, settings->context,
                           MHD_OPTION_UNESCAPE_CALLBACK, &cmhd_leave_encoded, NULL,
                           MHD_OPTION_CONNECTION_MEMORY_LIMIT, settings->memory_per_connection,
                           MHD_OPTION_THREAD_STACK_SIZE, settings->thread_stack,
                           MHD_OPTION_CONNECTION_TIMEOUT, settings->idle_timeout_seconds,
                           /* Limits are kept where connections are accepted. */
                           MHD_OPTION_CONNECTION_LIMIT, 1000000u,
                           MHD_OPTION_ARRAY, tls,
                           MHD_OPTION_END);
}

/* MHD_get_daemon_info is variadic. The epoll set that the daemon's thread waits on, or -1. */
static inline int
cmhd_epoll (struct MHD_Daemon *daemon)
{
  const union MHD_DaemonInfo *info = MHD_get_daemon_info (daemon, MHD_DAEMON_INFO_EPOLL_FD);

  return NULL == info ? -1 : info->epoll_fd;
}

/* MHD_get_connection_info is variadic. What the notify callback stored, or NULL. */
static inline void *
cmhd_socket_context (struct MHD_Connection *connection)
{
  const union MHD_ConnectionInfo *info =
    MHD_get_connection_info (connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

  return NULL == info ? NULL : info->socket_context;
}

/* The connection's socket, or -1. */
static inline int
cmhd_descriptor (struct MHD_Connection *connection)
{
  const union MHD_ConnectionInfo *info =
    MHD_get_connection_info (connection, MHD_CONNECTION_INFO_CONNECTION_FD);

  return NULL == info ? -1 : info->connect_fd;
}

/* A macro with a cast: the size of a body whose end is not known. */
static inline uint64_t
cmhd_size_unknown (void)
{
  return MHD_SIZE_UNKNOWN;
}

/* What a content reader returns at the end. */
static inline ssize_t
cmhd_end_of_stream (void)
{
  return MHD_CONTENT_READER_END_OF_STREAM;
}

/* What a content reader returns to have the connection cut. */
static inline ssize_t
cmhd_end_with_error (void)
{
  return MHD_CONTENT_READER_END_WITH_ERROR;
}

/* Has a response sent without chunks, its end being that of the connection. MHD_set_response_options is variadic. */
static inline void
cmhd_end_with_connection (struct MHD_Response *response)
{
  (void) MHD_set_response_options (response, MHD_RF_HTTP_1_0_COMPATIBLE_STRICT, MHD_RO_END);
}

#endif
