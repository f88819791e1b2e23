/*
 * System calls for the sockets under libmicrohttpd that Swift's Glibc module leaves out.
 */
#ifndef JOBSWEEP_CMICROHTTPD_LINUX_H
#define JOBSWEEP_CMICROHTTPD_LINUX_H

#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <poll.h>
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/prctl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <netinet/in.h>

#ifdef __cplusplus
extern "C" {
#endif
/* Declared only under _GNU_SOURCE, which a module map cannot set. */
extern int accept4 (int descriptor, struct sockaddr *address, socklen_t *length, int flags);
#ifdef __cplusplus
}
#endif

/* epoll_event is a packed struct with a union: it stays in C. */
static inline int
clinux_epoll_add (int epoll, int descriptor, uint32_t events, uint64_t tag)
{
  struct epoll_event event;

  memset (&event, 0, sizeof (event));
  event.events = events;
  event.data.u64 = tag;
  return epoll_ctl (epoll, EPOLL_CTL_ADD, descriptor, &event);
}

/* Every write to an eventfd so added is an event of its own. */
static inline uint32_t
clinux_each_write (void)
{
  return EPOLLIN | EPOLLET;
}

static inline int
clinux_epoll_remove (int epoll, int descriptor)
{
  struct epoll_event event;

  memset (&event, 0, sizeof (event));
  return epoll_ctl (epoll, EPOLL_CTL_DEL, descriptor, &event);
}

/* At most 64 events a call; tags[i] and events[i] are what happened. */
static inline int
clinux_epoll_wait (int epoll, uint64_t *tags, uint32_t *events, int timeout_ms)
{
  struct epoll_event happened[64];
  int count = epoll_wait (epoll, happened, 64, timeout_ms);

  for (int i = 0; i < count; i++)
  {
    tags[i] = happened[i].data.u64;
    events[i] = happened[i].events;
  }
  return count;
}

static inline uint32_t
clinux_readable (void)
{
  return EPOLLIN;
}

/* The peer has closed its side, or all of it; reported once. */
static inline uint32_t
clinux_peer_gone_once (void)
{
  return EPOLLRDHUP | EPOLLONESHOT;
}

/* Something to read, or an end of any kind; reported once. */
static inline uint32_t
clinux_readable_once (void)
{
  return EPOLLIN | EPOLLRDHUP | EPOLLONESHOT;
}

/* Whether there is something to read within so many milliseconds: above 0, 0 or, on failure, below. */
static inline int
clinux_wait_readable (int descriptor, int timeout_ms)
{
  struct pollfd entry = { descriptor, POLLIN, 0 };

  return poll (&entry, 1, timeout_ms);
}

/* Whether the peer has closed its side by now. POLLRDHUP is 0x2000 and declared only under _GNU_SOURCE. */
static inline int
clinux_is_peer_gone (int descriptor)
{
  struct pollfd entry = { descriptor, 0x2000, 0 };

  return 1 == poll (&entry, 1, 0);
}

static inline int
clinux_epoll_create (void)
{
  return epoll_create1 (EPOLL_CLOEXEC);
}

static inline int
clinux_eventfd (void)
{
  return eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
}

static inline int
clinux_accept (int descriptor, struct sockaddr *address, socklen_t *length)
{
  return accept4 (descriptor, address, length, SOCK_CLOEXEC | SOCK_NONBLOCK);
}

/* Names the calling thread, for ps and debuggers; 15 bytes at most. */
static inline void
clinux_name_thread (const char *name)
{
  (void) prctl (PR_SET_NAME, name);
}

/* How many bytes a TCP socket ever received, or 0 where the kernel does not say. The kernel's struct tcp_info is longer
   than the C library's and clashes with it; tcpi_bytes_received stands at byte 128 of it since Linux 4.1. */
static inline uint64_t
clinux_bytes_received (int descriptor)
{
  unsigned char info[136];
  socklen_t length = sizeof (info);
  uint64_t bytes = 0;

  if ( (0 != getsockopt (descriptor, IPPROTO_TCP, 11 /* TCP_INFO */, info, &length)) ||
       (length < sizeof (info)) )
    return 0;
  memcpy (&bytes, info + 128, sizeof (bytes));
  return bytes;
}

#endif
