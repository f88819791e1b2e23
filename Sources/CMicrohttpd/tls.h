/*
 * The little of GnuTLS that libmicrohttpd leaves to its users: looking at credentials before a daemon is started with
 * them, asking clients for certificates, and checking these.
 */
#ifndef JOBSWEEP_CMICROHTTPD_TLS_H
#define JOBSWEEP_CMICROHTTPD_TLS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <gnutls/abstract.h>
#include <microhttpd.h>

/* The TLS session of a connection, or NULL. */
static inline gnutls_session_t
cmhd_session (struct MHD_Connection *connection)
{
  const union MHD_ConnectionInfo *info =
    MHD_get_connection_info (connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);

  return NULL == info ? NULL : (gnutls_session_t) info->tls_session;
}

static inline gnutls_datum_t
cmhd_datum (const char *text)
{
  gnutls_datum_t datum = { (unsigned char *) text, (unsigned int) strlen (text) };

  return datum;
}

/* Reads the certificates of a text. Their number, or a GnuTLS error; cmhd_free_chain frees them. */
static inline int
cmhd_read_chain (const char *certificates, gnutls_x509_crt_t **list)
{
  const gnutls_datum_t datum = cmhd_datum (certificates);
  unsigned int count = 0;
  const int result = gnutls_x509_crt_list_import2 (list, &count, &datum, GNUTLS_X509_FMT_PEM, 0);

  return result < 0 ? result : (int) count;
}

static inline void
cmhd_free_chain (gnutls_x509_crt_t *list, int count)
{
  for (int i = 0; i < count; i++)
    gnutls_x509_crt_deinit (list[i]);
  gnutls_free (list);
}

/* Whether a text holds certificates that can be read: their number, or a GnuTLS error. */
static inline int
cmhd_check_chain (const char *certificates)
{
  gnutls_x509_crt_t *list = NULL;
  const int count = cmhd_read_chain (certificates, &list);

  if (count >= 0)
    cmhd_free_chain (list, count);
  return count;
}

/* Whether the first certificate of a text has an RSA key, of either kind. */
static inline int
cmhd_is_rsa (const char *certificates)
{
  gnutls_x509_crt_t *list = NULL;
  const int count = cmhd_read_chain (certificates, &list);
  int algorithm = -1;

  if (count < 0)
    return 0;
  if (count > 0)
    algorithm = gnutls_x509_crt_get_pk_algorithm (list[0], NULL);
  cmhd_free_chain (list, count);
  return (GNUTLS_PK_RSA == algorithm) || (GNUTLS_PK_RSA_PSS == algorithm);
}

/* Whether one certificate says that another issued it, and that one's signature is on it. Times are another matter. */
static inline int
cmhd_is_issued_by (gnutls_x509_crt_t certificate, gnutls_x509_crt_t issuer)
{
  unsigned int status = 0;

  if (! gnutls_x509_crt_check_issuer (certificate, issuer))
    return 0;
  if (gnutls_x509_crt_verify (certificate, &issuer, 1, GNUTLS_VERIFY_DISABLE_TIME_CHECKS
                              | GNUTLS_VERIFY_DISABLE_TRUSTED_TIME_CHECKS, &status) < 0)
    return 0;
  return 0 == status;
}

/* Whether a text holds a private key that can be read without a password: 0, or a GnuTLS error. */
static inline int
cmhd_check_key (const char *key)
{
  const gnutls_datum_t datum = cmhd_datum (key);
  gnutls_privkey_t read;
  int result = gnutls_privkey_init (&read);

  if (result < 0)
    return result;
  result = gnutls_privkey_import_x509_raw (read, &datum, GNUTLS_X509_FMT_PEM, NULL, 0);
  gnutls_privkey_deinit (read);
  return result;
}

/* Whether a certificate (with its chain) and a key can be read and belong together: 0, or a GnuTLS error. */
static inline int
cmhd_check_certificate (const char *certificate, const char *key)
{
  gnutls_certificate_credentials_t credentials;
  const gnutls_datum_t certificate_datum = cmhd_datum (certificate);
  const gnutls_datum_t key_datum = cmhd_datum (key);
  int result = gnutls_certificate_allocate_credentials (&credentials);

  if (result < 0)
    return result;
  result = gnutls_certificate_set_x509_key_mem (credentials, &certificate_datum, &key_datum, GNUTLS_X509_FMT_PEM);
  gnutls_certificate_free_credentials (credentials);
  return result < 0 ? result : 0;
}

/* How many authorities' certificates a text holds, or a GnuTLS error. */
static inline int
cmhd_count_authorities (const char *authorities)
{
  gnutls_certificate_credentials_t credentials;
  const gnutls_datum_t datum = cmhd_datum (authorities);
  int result = gnutls_certificate_allocate_credentials (&credentials);

  if (result < 0)
    return result;
  result = gnutls_certificate_set_x509_trust_mem (credentials, &datum, GNUTLS_X509_FMT_PEM);
  gnutls_certificate_free_credentials (credentials);
  return result;
}

/* Whether GnuTLS understands a priority string. */
static inline int
cmhd_check_priorities (const char *priorities)
{
  gnutls_priority_t cache;
  int result = gnutls_priority_init (&cache, priorities, NULL);

  if (result >= 0)
    gnutls_priority_deinit (cache);
  return result;
}

/* Makes what sessions prove themselves with and check their clients by, of PEM texts; the authorities may be NULL. 0, or a GnuTLS
   error. */
static inline int
cmhd_make_credentials (const char *certificate, const char *key, const char *authorities,
                       gnutls_certificate_credentials_t *credentials)
{
  const gnutls_datum_t certificate_datum = cmhd_datum (certificate);
  const gnutls_datum_t key_datum = cmhd_datum (key);
  int result = gnutls_certificate_allocate_credentials (credentials);

  if (result < 0)
    return result;
  result = gnutls_certificate_set_x509_key_mem (*credentials, &certificate_datum, &key_datum, GNUTLS_X509_FMT_PEM);
  if ( (result >= 0) && (NULL != authorities) )
  {
    const gnutls_datum_t authorities_datum = cmhd_datum (authorities);

    result = gnutls_certificate_set_x509_trust_mem (*credentials, &authorities_datum, GNUTLS_X509_FMT_PEM);
  }
  if (result >= 0)
    return 0;
  gnutls_certificate_free_credentials (*credentials);
  return result;
}

/* Has a session that hasn't begun use these, which must outlive it, in place of the daemon's. */
static inline int
cmhd_use_credentials (gnutls_session_t session, gnutls_certificate_credentials_t credentials, gnutls_priority_t priorities)
{
  const int result = gnutls_credentials_set (session, GNUTLS_CRD_CERTIFICATE, credentials);

  return result < 0 ? result : gnutls_priority_set (session, priorities);
}

/* A daemon's own certificate: it has none, each session brings its own. */
static inline int
cmhd_no_certificate (gnutls_session_t session, const gnutls_datum_t *authorities, int authority_count,
                     const gnutls_pk_algorithm_t *algorithms, int algorithm_count, gnutls_pcert_st **certificates,
                     unsigned int *certificate_count, gnutls_privkey_t *key)
{
  (void) session;
  (void) authorities;
  (void) authority_count;
  (void) algorithms;
  (void) algorithm_count;
  (void) certificates;
  (void) certificate_count;
  (void) key;
  return -1;
}

/* Called by GnuTLS during the handshake: 0 goes on, anything else ends it. A client without a certificate passes here;
   where one is required, GnuTLS has refused it before. */
static inline int
cmhd_verify_client (gnutls_session_t session)
{
  gnutls_typed_vdata_st purpose = { GNUTLS_DT_KEY_PURPOSE_OID, (unsigned char *) GNUTLS_KP_TLS_WWW_CLIENT, 0 };
  unsigned int count = 0;
  unsigned int status = 0;

  if ( (NULL == gnutls_certificate_get_peers (session, &count)) || (0 == count) )
    return 0;
  if ( (gnutls_certificate_verify_peers (session, &purpose, 1, &status) >= 0) && (0 == status) )
    return 0;
  /* libmicrohttpd closes without a word: tell the client why. */
  (void) gnutls_alert_send (session, GNUTLS_AL_FATAL, GNUTLS_A_BAD_CERTIFICATE);
  return GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR;
}

/* Asks the client for a certificate. */
static inline void
cmhd_request_certificate (gnutls_session_t session, int required, int verified)
{
  gnutls_certificate_server_set_request (session, required ? GNUTLS_CERT_REQUIRE : GNUTLS_CERT_REQUEST);
  if (verified)
    gnutls_session_set_verify_function (session, &cmhd_verify_client);
}

/* Has a session's bytes read by a function of ours; they are still written to the descriptor by GnuTLS itself. */
static inline void
cmhd_read_through (gnutls_session_t session, int descriptor, void *context, gnutls_pull_func pull,
                   gnutls_pull_timeout_func wait)
{
  gnutls_transport_set_ptr2 (session, context, (gnutls_transport_ptr_t) (intptr_t) descriptor);
  gnutls_transport_set_pull_function (session, pull);
  gnutls_transport_set_pull_timeout_function (session, wait);
}

/* What the pull function's failure means to GnuTLS. */
static inline void
cmhd_set_transport_error (gnutls_session_t session, int code)
{
  gnutls_transport_set_errno (session, code);
}

/* Puts the distinguished name of the client's certificate into buffer (RFC 4514, ending with NUL).
   The number of its bytes, or a negative number where there is no certificate or it cannot be read. */
static inline int
cmhd_client_name (gnutls_session_t session, char *buffer, size_t size)
{
  gnutls_x509_crt_t certificate;
  unsigned int count = 0;
  int result;
  const gnutls_datum_t *peers = gnutls_certificate_get_peers (session, &count);

  if ( (NULL == peers) || (0 == count) )
    return -1;
  if (0 != gnutls_x509_crt_init (&certificate))
    return -1;
  result = gnutls_x509_crt_import (certificate, &peers[0], GNUTLS_X509_FMT_DER);
  if (result >= 0)
    result = gnutls_x509_crt_get_dn (certificate, buffer, &size);
  gnutls_x509_crt_deinit (certificate);
  return result < 0 ? result : (int) size;
}

#endif
