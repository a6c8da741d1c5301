/*
 * libsecpvm_core: the C binding of secpvm's cryptographic core.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * WHAT IT DOES
 *   Members of one session hold the same 40-byte session. From it a member
 *   makes a sealer (to send) and an opener (to receive). A sealer turns a
 *   datagram into a record that only members can make or read; an opener gives
 *   the datagram back, once, or says why not. A join carries the session to a
 *   new member over a channel that is already trusted (ssh).
 *
 * CONVENTIONS
 *   - Every function returns a secpvm_status; results come through pointers and
 *     are written only on SECPVM_OK, unless a function says otherwise.
 *   - A call that fails changes no state: no counter and no replay window moves.
 *   - Integers in records are big-endian; integers in structs are the host's.
 *   - The library reads no clock and no random source: entropy is an argument,
 *     and must come from the operating system (getrandom(2)).
 *   - It never calls back, prints, or exits, and no Rust panic crosses into C.
 *   - Thread safety: different objects may be used by different threads at the
 *     same time; one object by one thread at a time. Functions without an
 *     object may be called at any time.
 *   - Secrets are wiped by the _free functions; wipe your own copies with
 *     secpvm_wipe().
 */
#ifndef SECPVM_CORE_H
#define SECPVM_CORE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Length of an encoded session: secret 32, epoch 4, suite 2, reserved 2. Secret. */
#define SECPVM_SESSION_LEN 40

/* Length of the entropy that makes a session. */
#define SECPVM_SESSION_ENTROPY_LEN 32

/* Bytes of a record before the ciphertext: magic 1, version 1, suite 2, epoch 4,
 * sender 8, packet number 8. */
#define SECPVM_RECORD_HEADER_LEN 24

/* The most that any suite adds to a datagram: header 24 and tag 16. */
#define SECPVM_RECORD_OVERHEAD_MAX 40

/* The longest datagram that can be sealed: the largest UDP payload over IPv4
 * (65535 - 20 - 8 = 65507) less the overhead. */
#define SECPVM_PLAINTEXT_LEN_MAX 65467

/* The longest join message: join secret 32, ephemeral key 32, tag 16. */
#define SECPVM_JOIN_MESSAGE_LEN_MAX 80

/* The longest join context. */
#define SECPVM_JOIN_CONTEXT_LEN_MAX 1024

/* Entropy for the two sides of a join: join secret 32 and ephemeral key 32 for
 * the initiator, ephemeral key 32 for the responder. */
#define SECPVM_JOIN_INITIATOR_ENTROPY_LEN 64
#define SECPVM_JOIN_RESPONDER_ENTROPY_LEN 32

/* What a call came to. The numbers are frozen; a retired one is never reused.
 * 1-31: the caller's mistake, or the machine's. 32-63: a verdict about bytes
 * that came from the network. */
typedef enum secpvm_status {
    SECPVM_OK = 0,
    SECPVM_ERR_NULL = 1,              /* a required pointer is null */
    SECPVM_ERR_LENGTH = 2,            /* a length is outside its documented range */
    SECPVM_ERR_BUFFER_TOO_SMALL = 3,  /* the output does not fit */
    SECPVM_ERR_UNKNOWN_SUITE = 4,     /* no suite has that name or number */
    SECPVM_ERR_OUT_OF_ORDER = 5,      /* this call is not due in this state */
    SECPVM_ERR_EXHAUSTED = 6,         /* no packet number is left: start a new session */
    SECPVM_ERR_TOO_MANY_PEERS = 7,    /* the opener's table of senders is full */
    SECPVM_ERR_NO_MEMORY = 8,         /* the allocator has none */
    SECPVM_ERR_BAD_SESSION = 9,       /* these bytes are no session */
    SECPVM_ERR_INTERNAL = 10,         /* a defect in the library; please report it */
    SECPVM_REJECTED_FORGED = 32,      /* not made by a member for this receiver, or altered */
    SECPVM_REJECTED_REPLAYED = 33,    /* authentic, but this packet number was taken before */
    SECPVM_REJECTED_STALE = 34,       /* of another epoch, or too old for the replay window */
    SECPVM_REJECTED_MALFORMED = 35    /* not a record of a known version and suite */
} secpvm_status;

/* One sentence without a newline, for any value; never NULL. Static storage. */
const char *secpvm_strerror(secpvm_status status);

/* The library's version, "MAJOR.MINOR.PATCH". Static storage. */
const char *secpvm_version(void);

/* Overwrite `len` bytes at `secret` in a way the compiler keeps. NULL with len 0
 * is allowed. */
void secpvm_wipe(void *secret, size_t len);

/* ---- Suites ------------------------------------------------------------- */

typedef enum secpvm_strength {
    SECPVM_STRENGTH_MODERN = 0, /* no known attack better than exhaustive search */
    SECPVM_STRENGTH_LEGACY = 1, /* holds within stated limits; for old peers and comparison */
    SECPVM_STRENGTH_BROKEN = 2  /* known attacks; for reproduction only */
} secpvm_strength;

/* A suite: an AEAD, or a cipher with a MAC (encrypt-then-MAC). */
typedef struct secpvm_suite_info {
    uint16_t id;          /* wire number */
    uint16_t tag_len;     /* bytes */
    uint32_t strength;    /* secpvm_strength */
    const char *name;     /* "aes-256-gcm", "3des-ctr+keyed-md5", ...; static storage */
} secpvm_suite_info;

/* How many suites there are; they are numbered from 0 for secpvm_suite_at. */
size_t secpvm_suite_count(void);

/* Describe the suite at `index`. SECPVM_ERR_LENGTH past the last one. */
secpvm_status secpvm_suite_at(size_t index, secpvm_suite_info *info);

/* Find a suite by its name (NUL-terminated, lower case). */
secpvm_status secpvm_suite_by_name(const char *name, secpvm_suite_info *info);

/* ---- Sessions ----------------------------------------------------------- */

/* Make a new session (epoch 0) of suite `suite_id` from 32 bytes of entropy.
 *
 *     uint8_t entropy[SECPVM_SESSION_ENTROPY_LEN], session[SECPVM_SESSION_LEN];
 *     getrandom(entropy, sizeof entropy, 0);
 *     secpvm_session_generate(suite.id, entropy, session);
 *     secpvm_wipe(entropy, sizeof entropy);
 */
secpvm_status secpvm_session_generate(uint16_t suite_id,
                                      const uint8_t entropy[SECPVM_SESSION_ENTROPY_LEN],
                                      uint8_t session[SECPVM_SESSION_LEN]);

/* The suite that `session` uses. SECPVM_ERR_BAD_SESSION if the bytes are none. */
secpvm_status secpvm_session_suite(const uint8_t session[SECPVM_SESSION_LEN],
                                   secpvm_suite_info *info);

/* ---- Records ------------------------------------------------------------ */

/* The clear part of a record. Authenticated once the record has been opened. */
typedef struct secpvm_record_header {
    uint64_t sender;        /* the sealer's member id */
    uint64_t packet_number; /* counts from 0 for each sender and epoch */
    uint32_t epoch;
    uint16_t suite_id;
} secpvm_record_header;

/* Read the header of a record without any key: nothing in it is to be believed.
 * SECPVM_REJECTED_MALFORMED if these `len` bytes are not a record. */
secpvm_status secpvm_record_parse(const uint8_t *record, size_t len,
                                  secpvm_record_header *header);

typedef struct secpvm_sealer secpvm_sealer;
typedef struct secpvm_opener secpvm_opener;

/* Make a sealer for the member `sender`. No two sealers of a session may ever
 * have the same `sender`: a process that forks makes a new one with a new id. */
secpvm_status secpvm_sealer_new(const uint8_t session[SECPVM_SESSION_LEN], uint64_t sender,
                                secpvm_sealer **sealer);

/* Seal one datagram in place.
 * In:  `plaintext_len` bytes at buf + SECPVM_RECORD_HEADER_LEN, in a buffer of
 *      `buf_len` bytes, at least plaintext_len + SECPVM_RECORD_OVERHEAD_MAX.
 *      `associated_data` (at most 64 bytes) is authenticated, not sent: name the
 *      receiver there, and the record can't be passed off to another.
 * Out: the record is the first *record_len bytes of buf.
 * Seal again to retransmit: a record is never sent twice. */
secpvm_status secpvm_sealer_seal_in_place(secpvm_sealer *sealer,
                                          const uint8_t *associated_data,
                                          size_t associated_data_len,
                                          uint8_t *buf, size_t buf_len, size_t plaintext_len,
                                          size_t *record_len);

/* Wipe and release a sealer. NULL is allowed. */
void secpvm_sealer_free(secpvm_sealer *sealer);

/* Make an opener that remembers up to `peers_max` senders (1 to 65536): each has
 * its own replay window of 1024 packets, and none is ever forgotten. */
secpvm_status secpvm_opener_new(const uint8_t session[SECPVM_SESSION_LEN], size_t peers_max,
                                secpvm_opener **opener);

/* Open one record in place.
 * In:  the record, `record_len` bytes at `record`, and the associated data that
 *      it was sealed with.
 * Out: the datagram is the *plaintext_len bytes at
 *      record + SECPVM_RECORD_HEADER_LEN, and *header (may be NULL) is authentic.
 * A rejected record changes nothing but the bytes at `record`, which are then
 * unspecified and must not be used. */
secpvm_status secpvm_opener_open_in_place(secpvm_opener *opener,
                                          const uint8_t *associated_data,
                                          size_t associated_data_len,
                                          uint8_t *record, size_t record_len,
                                          secpvm_record_header *header,
                                          size_t *plaintext_len);

/* Wipe and release an opener. NULL is allowed. */
void secpvm_opener_free(secpvm_opener *opener);

/* ---- Join --------------------------------------------------------------- */

/* A join takes four messages over a channel that is already trusted (ssh):
 *
 *     initiator (member)                      responder (newcomer)
 *     1  join secret, Noise message 1   ->
 *                                       <-    2  Noise message 2
 *     3  session, encrypted             ->
 *                                       <-    4  confirmation
 *
 * Noise_NNpsk0_25519_AESGCM_SHA256, the join secret as its pre-shared key, the
 * context as its prologue. The two contexts must be equal: put there what both
 * sides must agree on. Call _write and _read in turn, as in the picture; each
 * message goes over the channel by the caller's means. */
typedef struct secpvm_join secpvm_join;

secpvm_status secpvm_join_initiator_new(const uint8_t session[SECPVM_SESSION_LEN],
                                        const uint8_t *context, size_t context_len,
                                        const uint8_t entropy[SECPVM_JOIN_INITIATOR_ENTROPY_LEN],
                                        secpvm_join **join);

secpvm_status secpvm_join_responder_new(const uint8_t *context, size_t context_len,
                                        const uint8_t entropy[SECPVM_JOIN_RESPONDER_ENTROPY_LEN],
                                        secpvm_join **join);

/* Write the next message; *message_len at most SECPVM_JOIN_MESSAGE_LEN_MAX. */
secpvm_status secpvm_join_write(secpvm_join *join, uint8_t *message, size_t message_cap,
                                size_t *message_len);

/* Read the peer's next message. SECPVM_REJECTED_FORGED or _MALFORMED ends the
 * join: free it, and give up. */
secpvm_status secpvm_join_read(secpvm_join *join, const uint8_t *message, size_t message_len);

/* SECPVM_OK once all four messages have passed: for the responder, `session` then
 * receives what it came for; the initiator may pass NULL. SECPVM_ERR_OUT_OF_ORDER
 * before that. */
secpvm_status secpvm_join_finish(const secpvm_join *join, uint8_t *session);

/* Wipe and release a join. NULL is allowed. */
void secpvm_join_free(secpvm_join *join);

#ifdef __cplusplus
}
#endif

#endif /* SECPVM_CORE_H */
