#include "czstd.h"

// A declaration that differs doesn't compile.
#if __has_include(<zstd.h>)
#include <zstd.h>
#endif
