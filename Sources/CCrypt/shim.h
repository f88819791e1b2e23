#ifndef JOBSWEEP_CCRYPT_SHIM_H
#define JOBSWEEP_CCRYPT_SHIM_H

// libcrypt (libxcrypt): bcrypt and its salts, see crypt(3) and crypt_gensalt(3).
#include <crypt.h>
#include <stdlib.h>
#include <string.h>

// Hashes `phrase` with the salt and cost of `setting` and writes the result to `out`. Returns 0, or -1 when `setting` is of no kind
// that libcrypt knows. The working memory holds the password and is wiped.
static inline int jobsweep_crypt(const char *phrase, const char *setting, char out[CRYPT_OUTPUT_SIZE]) {
    struct crypt_data *data = calloc(1, sizeof *data);
    if (!data) return -1;
    char *hash = crypt_rn(phrase, setting, data, (int)sizeof *data);
    int result = -1;
    if (hash && hash[0] != '*') {
        strncpy(out, hash, CRYPT_OUTPUT_SIZE - 1);
        out[CRYPT_OUTPUT_SIZE - 1] = 0;
        result = 0;
    }
    explicit_bzero(data, sizeof *data);
    free(data);
    return result;
}

// Writes a new random bcrypt setting of this cost to `out`. Returns 0, or -1 when the system gave no randomness.
static inline int jobsweep_bcrypt_setting(unsigned long cost, char out[CRYPT_GENSALT_OUTPUT_SIZE]) {
    return crypt_gensalt_rn("$2b$", cost, NULL, 0, out, CRYPT_GENSALT_OUTPUT_SIZE) ? 0 : -1;
}

#endif
