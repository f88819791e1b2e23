#ifndef JOBSWEEP_CPOSTGRES_LIBPQ_H
#define JOBSWEEP_CPOSTGRES_LIBPQ_H

// libpq, loaded when it is first needed: whoever keeps a SQLite file clean needs no PostgreSQL on the machine. What is declared here is
// the library's documented interface (https://www.postgresql.org/docs/current/libpq.html), whose numbers and signatures don't change
// between versions; libpq.c checks them against the real header where that is installed.

typedef struct pg_conn PGconn;
typedef struct pg_result PGresult;
typedef struct pg_cancel PGcancel;

enum jobsweep_pq_number {
    JOBSWEEP_PQ_CONNECTION_OK = 0,

    JOBSWEEP_PQ_COMMAND_OK = 1,
    JOBSWEEP_PQ_TUPLES_OK = 2,
    JOBSWEEP_PQ_SINGLE_TUPLE = 9,
    JOBSWEEP_PQ_PIPELINE_SYNC = 10,
    JOBSWEEP_PQ_PIPELINE_ABORTED = 11,

    JOBSWEEP_PQ_DIAG_SQLSTATE = 'C',
    JOBSWEEP_PQ_DIAG_MESSAGE_PRIMARY = 'M',
    JOBSWEEP_PQ_DIAG_MESSAGE_DETAIL = 'D',
    JOBSWEEP_PQ_DIAG_MESSAGE_HINT = 'H',
};

typedef void (*jobsweep_pq_notice)(void *_Nullable context, const PGresult *_Nullable result);

// The functions that jobsweep calls, each under its own name without the prefix.
typedef struct {
    int (*_Nonnull libVersion)(void);

    PGconn *_Nullable (*_Nonnull connectdbParams)(
        const char *_Nullable const *_Nonnull keywords, const char *_Nullable const *_Nonnull values, int expand_dbname);
    void (*_Nonnull finish)(PGconn *_Nullable conn);
    int (*_Nonnull status)(const PGconn *_Nullable conn);
    char *_Nullable (*_Nonnull errorMessage)(const PGconn *_Nullable conn);
    int (*_Nonnull serverVersion)(const PGconn *_Nonnull conn);
    const char *_Nullable (*_Nonnull parameterStatus)(const PGconn *_Nonnull conn, const char *_Nonnull paramName);
    int (*_Nonnull backendPID)(const PGconn *_Nonnull conn);
    int (*_Nonnull socket)(const PGconn *_Nonnull conn);
    int (*_Nonnull setnonblocking)(PGconn *_Nonnull conn, int on);
    jobsweep_pq_notice _Nullable (*_Nonnull setNoticeReceiver)(
        PGconn *_Nonnull conn, jobsweep_pq_notice _Nullable receiver, void *_Nullable context);

    int (*_Nonnull enterPipelineMode)(PGconn *_Nonnull conn);
    int (*_Nonnull exitPipelineMode)(PGconn *_Nonnull conn);
    int (*_Nonnull pipelineSync)(PGconn *_Nonnull conn);
    int (*_Nonnull sendFlushRequest)(PGconn *_Nonnull conn);
    int (*_Nonnull sendQueryParams)(
        PGconn *_Nonnull conn, const char *_Nonnull command, int count, const unsigned int *_Nullable types,
        const char *_Nullable const *_Nullable values, const int *_Nullable lengths, const int *_Nullable formats,
        int resultFormat);
    int (*_Nonnull sendPrepare)(
        PGconn *_Nonnull conn, const char *_Nonnull name, const char *_Nonnull query, int count,
        const unsigned int *_Nullable types);
    int (*_Nonnull sendQueryPrepared)(
        PGconn *_Nonnull conn, const char *_Nonnull name, int count, const char *_Nullable const *_Nullable values,
        const int *_Nullable lengths, const int *_Nullable formats, int resultFormat);
    int (*_Nonnull setSingleRowMode)(PGconn *_Nonnull conn);
    int (*_Nonnull flush)(PGconn *_Nonnull conn);
    int (*_Nonnull consumeInput)(PGconn *_Nonnull conn);
    int (*_Nonnull isBusy)(PGconn *_Nonnull conn);
    PGresult *_Nullable (*_Nonnull getResult)(PGconn *_Nonnull conn);

    int (*_Nonnull resultStatus)(const PGresult *_Nullable result);
    char *_Nullable (*_Nonnull resultErrorField)(const PGresult *_Nullable result, int field);
    char *_Nullable (*_Nonnull resultErrorMessage)(const PGresult *_Nullable result);
    int (*_Nonnull ntuples)(const PGresult *_Nonnull result);
    int (*_Nonnull nfields)(const PGresult *_Nonnull result);
    char *_Nullable (*_Nonnull getvalue)(const PGresult *_Nonnull result, int row, int column);
    int (*_Nonnull getlength)(const PGresult *_Nonnull result, int row, int column);
    int (*_Nonnull getisnull)(const PGresult *_Nonnull result, int row, int column);
    char *_Nullable (*_Nonnull cmdTuples)(PGresult *_Nonnull result);
    void (*_Nonnull clear)(PGresult *_Nullable result);

    PGcancel *_Nullable (*_Nonnull getCancel)(PGconn *_Nonnull conn);
    int (*_Nonnull cancel)(PGcancel *_Nonnull cancel, char *_Nonnull message, int size);
    void (*_Nonnull freeCancel)(PGcancel *_Nullable cancel);
} jobsweep_libpq;

// Loads the library, once. NULL where there is none, or one without what is needed; then `problem` says why.
const jobsweep_libpq *_Nullable jobsweep_load_libpq(const char *_Nullable *_Nonnull problem);

#endif
