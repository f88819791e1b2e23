// What the Glibc module leaves out. dl_iterate_phdr is an extension of glibc's.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <link.h>
#include <malloc.h>
