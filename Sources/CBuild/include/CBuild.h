/* What is built, as whoever built it said; see Package.swift. */
#ifndef JOBSWEEP_CBUILD_H
#define JOBSWEEP_CBUILD_H

/* The commit; empty where nobody said. */
const char *_Nonnull cbuild_commit(void);
/* Its date in Unix seconds, as digits; empty where nobody said. */
const char *_Nonnull cbuild_date(void);

#endif
