/*
 * What clients send, looked at before libmicrohttpd sees it.
 *
 * libmicrohttpd offers no place for that, and its parser lets through what two readers may understand differently. But it
 * receives by two functions alone, recv and gnutls_record_recv, and of two functions with one name a program takes its own
 * (ELF symbol interposition). So both are defined here: they do what the originals do, and show the bytes of sockets that are
 * watched to a function of ours. Every other socket of the process is read as ever.
 *
 * The server refuses to answer a request that it hasn't seen here, so a build in which the originals were taken after all
 * serves nothing rather than unchecked requests. (Only a static libgnutls does that: link with --wrap=gnutls_record_recv.)
 */
#ifndef JOBSWEEP_CMICROHTTPD_RECEIVE_H
#define JOBSWEEP_CMICROHTTPD_RECEIVE_H

#include <sys/types.h>

/* Looks at so many bytes, 0 at the end of all. How many of them libmicrohttpd is to have; 0 has it close the connection. */
typedef ssize_t (*cmhd_inspector) (void *context, const void *bytes, ssize_t count);

/* Has what a socket receives looked at, for a TLS socket what has been decrypted. 0 where the descriptor is too large a number. */
int
cmhd_watch (int descriptor, int is_tls, cmhd_inspector inspector, void *context);

/* Before the descriptor is closed. */
void
cmhd_unwatch (int descriptor);

#endif
