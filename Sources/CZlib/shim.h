/*
 * The system's zlib. Its initialiser is a macro, which Swift cannot see.
 */
#ifndef JOBSWEEP_CZLIB_SHIM_H
#define JOBSWEEP_CZLIB_SHIM_H

#include <zlib.h>

/* Prepares a stream that writes the gzip format (RFC 1952) at the given level, 1 (fast) to 9 (small). */
static inline int
czlib_start_gzip (z_stream *stream, int level)
{
  const int window_bits_for_gzip = 15 + 16;

  return deflateInit2 (stream, level, Z_DEFLATED, window_bits_for_gzip, 8, Z_DEFAULT_STRATEGY);
}

#endif
