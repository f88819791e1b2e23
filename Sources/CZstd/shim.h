// Zstandard's library (libzstd): one frame at a time, see zstd.h.
#include <zstd.h>
