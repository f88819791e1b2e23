#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <gnutls/gnutls.h>
#include "receive.h"

/* Descriptors are the lowest free numbers, so that a server with fewer connections than this never has a higher one. */
#define WATCHED_DESCRIPTORS 65536

struct watch
{
  cmhd_inspector inspector;
  void *context;
  int is_tls;
  /* Set last and cleared first. The other fields change only while it is 0. */
  atomic_int is_set;
};

static struct watch watches[WATCHED_DESCRIPTORS];

static struct watch *
watch_of (int descriptor, int is_tls)
{
  struct watch *watch;

  if ( (descriptor < 0) || (descriptor >= WATCHED_DESCRIPTORS) )
    return NULL;
  watch = &watches[descriptor];
  if (! atomic_load_explicit (&watch->is_set, memory_order_acquire) || (watch->is_tls != is_tls))
    return NULL;
  return watch;
}

int
cmhd_watch (int descriptor, int is_tls, cmhd_inspector inspector, void *context)
{
  struct watch *watch;

  if ( (descriptor < 0) || (descriptor >= WATCHED_DESCRIPTORS) )
    return 0;
  watch = &watches[descriptor];
  watch->inspector = inspector;
  watch->context = context;
  watch->is_tls = is_tls;
  atomic_store_explicit (&watch->is_set, 1, memory_order_release);
  return 1;
}

void
cmhd_unwatch (int descriptor)
{
  if ( (descriptor >= 0) && (descriptor < WATCHED_DESCRIPTORS) )
    atomic_store_explicit (&watches[descriptor].is_set, 0, memory_order_release);
}

__attribute__ ((visibility ("default"))) ssize_t
recv (int descriptor, void *buffer, size_t size, int flags)
{
  const ssize_t count = recvfrom (descriptor, buffer, size, flags, NULL, NULL);
  const struct watch *watch = count < 0 ? NULL : watch_of (descriptor, 0);

  return NULL == watch ? count : watch->inspector (watch->context, buffer, count);
}

/* Weak, so that a static libgnutls, which has it in one piece with much else, can still be linked. */
__attribute__ ((weak, visibility ("default"))) ssize_t
gnutls_record_recv (gnutls_session_t session, void *data, size_t size)
{
  unsigned char sequence[8];
  gnutls_transport_ptr_t receiving;
  gnutls_transport_ptr_t sending;
  const ssize_t count = gnutls_record_recv_seq (session, data, size, sequence);
  const struct watch *watch;

  if (count < 0)
    return count;
  gnutls_transport_get_ptr2 (session, &receiving, &sending);
  /* libmicrohttpd sends to the descriptor itself. */
  watch = watch_of ((int) (intptr_t) sending, 1);
  return NULL == watch ? count : watch->inspector (watch->context, data, count);
}
