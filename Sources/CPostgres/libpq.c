#include "libpq.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

static jobsweep_libpq functions;
static const char *reason;
static char message[256];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
    // The number is that of the interface, the same since PostgreSQL 8.2.
    void *library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        const char *error = dlerror();
        snprintf(message, sizeof message, "%s", error ? error : "libpq.so.5 can't be loaded");
        reason = message;
        return;
    }
#define LOAD(field, symbol) \
    do { \
        *(void **)&functions.field = dlsym(library, symbol); \
        if (!*(void **)&functions.field) { \
            snprintf(message, sizeof message, "libpq.so.5 has no %s: it is older than PostgreSQL 14", symbol); \
            reason = message; \
            return; \
        } \
    } while (0)
    LOAD(libVersion, "PQlibVersion");
    LOAD(connectdbParams, "PQconnectdbParams");
    LOAD(finish, "PQfinish");
    LOAD(status, "PQstatus");
    LOAD(errorMessage, "PQerrorMessage");
    LOAD(serverVersion, "PQserverVersion");
    LOAD(parameterStatus, "PQparameterStatus");
    LOAD(backendPID, "PQbackendPID");
    LOAD(socket, "PQsocket");
    LOAD(setnonblocking, "PQsetnonblocking");
    LOAD(setNoticeReceiver, "PQsetNoticeReceiver");
    LOAD(enterPipelineMode, "PQenterPipelineMode");
    LOAD(exitPipelineMode, "PQexitPipelineMode");
    LOAD(pipelineSync, "PQpipelineSync");
    LOAD(sendFlushRequest, "PQsendFlushRequest");
    LOAD(sendQueryParams, "PQsendQueryParams");
    LOAD(sendPrepare, "PQsendPrepare");
    LOAD(sendQueryPrepared, "PQsendQueryPrepared");
    LOAD(setSingleRowMode, "PQsetSingleRowMode");
    LOAD(flush, "PQflush");
    LOAD(consumeInput, "PQconsumeInput");
    LOAD(isBusy, "PQisBusy");
    LOAD(getResult, "PQgetResult");
    LOAD(resultStatus, "PQresultStatus");
    LOAD(resultErrorField, "PQresultErrorField");
    LOAD(resultErrorMessage, "PQresultErrorMessage");
    LOAD(ntuples, "PQntuples");
    LOAD(nfields, "PQnfields");
    LOAD(getvalue, "PQgetvalue");
    LOAD(getlength, "PQgetlength");
    LOAD(getisnull, "PQgetisnull");
    LOAD(cmdTuples, "PQcmdTuples");
    LOAD(clear, "PQclear");
    LOAD(getCancel, "PQgetCancel");
    LOAD(cancel, "PQcancel");
    LOAD(freeCancel, "PQfreeCancel");
#undef LOAD
}

const jobsweep_libpq *jobsweep_load_libpq(const char **problem) {
    pthread_once(&once, load);
    *problem = reason;
    return reason ? NULL : &functions;
}

// Where the real header is at hand, the compiler compares.
#if __has_include(<postgresql/libpq-fe.h>)
#include <postgresql/libpq-fe.h>

#define SAME(field, symbol) \
    _Static_assert( \
        __builtin_types_compatible_p(__typeof__(functions.field), __typeof__(&symbol)), \
        #symbol " is declared otherwise")

SAME(libVersion, PQlibVersion);
SAME(finish, PQfinish);
SAME(errorMessage, PQerrorMessage);
SAME(serverVersion, PQserverVersion);
SAME(parameterStatus, PQparameterStatus);
SAME(backendPID, PQbackendPID);
SAME(socket, PQsocket);
SAME(setnonblocking, PQsetnonblocking);
SAME(enterPipelineMode, PQenterPipelineMode);
SAME(exitPipelineMode, PQexitPipelineMode);
SAME(pipelineSync, PQpipelineSync);
SAME(sendFlushRequest, PQsendFlushRequest);
SAME(connectdbParams, PQconnectdbParams);
SAME(sendQueryParams, PQsendQueryParams);
SAME(sendPrepare, PQsendPrepare);
SAME(sendQueryPrepared, PQsendQueryPrepared);
SAME(setSingleRowMode, PQsetSingleRowMode);
SAME(flush, PQflush);
SAME(consumeInput, PQconsumeInput);
SAME(isBusy, PQisBusy);
SAME(getResult, PQgetResult);
SAME(resultErrorField, PQresultErrorField);
SAME(resultErrorMessage, PQresultErrorMessage);
SAME(ntuples, PQntuples);
SAME(nfields, PQnfields);
SAME(getvalue, PQgetvalue);
SAME(getlength, PQgetlength);
SAME(getisnull, PQgetisnull);
SAME(cmdTuples, PQcmdTuples);
SAME(clear, PQclear);
SAME(getCancel, PQgetCancel);
SAME(cancel, PQcancel);
SAME(freeCancel, PQfreeCancel);

#define NUMBER(ours, theirs) _Static_assert((int)ours == (int)theirs, #theirs " has another number")
NUMBER(JOBSWEEP_PQ_CONNECTION_OK, CONNECTION_OK);
NUMBER(JOBSWEEP_PQ_COMMAND_OK, PGRES_COMMAND_OK);
NUMBER(JOBSWEEP_PQ_TUPLES_OK, PGRES_TUPLES_OK);
NUMBER(JOBSWEEP_PQ_SINGLE_TUPLE, PGRES_SINGLE_TUPLE);
NUMBER(JOBSWEEP_PQ_PIPELINE_SYNC, PGRES_PIPELINE_SYNC);
NUMBER(JOBSWEEP_PQ_PIPELINE_ABORTED, PGRES_PIPELINE_ABORTED);
NUMBER(JOBSWEEP_PQ_DIAG_SQLSTATE, PG_DIAG_SQLSTATE);
NUMBER(JOBSWEEP_PQ_DIAG_MESSAGE_PRIMARY, PG_DIAG_MESSAGE_PRIMARY);
NUMBER(JOBSWEEP_PQ_DIAG_MESSAGE_DETAIL, PG_DIAG_MESSAGE_DETAIL);
NUMBER(JOBSWEEP_PQ_DIAG_MESSAGE_HINT, PG_DIAG_MESSAGE_HINT);
#endif
