#include "CBuild.h"

#ifndef BUILD_COMMIT
#define BUILD_COMMIT ""
#endif
#ifndef BUILD_DATE
#define BUILD_DATE ""
#endif

const char *cbuild_commit(void) { return BUILD_COMMIT; }

const char *cbuild_date(void) { return BUILD_DATE; }
