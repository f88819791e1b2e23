#ifndef JOBSWEEP_CZSTD_H
#define JOBSWEEP_CZSTD_H

// What jobsweep calls of Zstandard's library. It is on every Debian, since dpkg itself needs it, and its headers are on few: these are its
// documented and stable functions (https://facebook.github.io/zstd/zstd_manual.html), and czstd.c has the compiler compare them with the
// real header where that is installed.
#include <stddef.h>

typedef struct ZSTD_CCtx_s ZSTD_CCtx;

// NULL where there is no memory.
ZSTD_CCtx *_Nullable ZSTD_createCCtx(void);
size_t ZSTD_freeCCtx(ZSTD_CCtx *_Nullable context);

// Each gives how many bytes it wrote, or what `ZSTD_isError` knows.
size_t ZSTD_compressCCtx(
    ZSTD_CCtx *_Nonnull context, void *_Nullable output, size_t capacity, const void *_Nullable bytes, size_t count, int level);
size_t ZSTD_decompress(void *_Nullable output, size_t capacity, const void *_Nullable bytes, size_t count);
unsigned ZSTD_isError(size_t code);

// How many bytes a frame was made of; two numbers near the end of the range say that it can't be told.
unsigned long long ZSTD_getFrameContentSize(const void *_Nullable bytes, size_t count);

#endif
