/*
 * libsecpvm_core: the C binding of secpvm's cryptographic core.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * CONTENTS
 *   Status, wiping       what every function returns
 *   Objects              in your memory or on the heap; sizes
 *   Algorithms           the table: by index, by name, by number
 *   Suites, sessions     what members of a secured machine share
 *   Records              a datagram sealed: sealers, openers, rolling openers
 *   Join                 how a session reaches a new member
 *   Groups               a leader and its members change epochs together
 *   Noise                handshakes and the transport that follows
 *   AEADs, MACs, digests, key agreement, key derivation
 *   Ciphers, padding     secrecy without authentication
 *   1997                 the packets and key exchange of the report on secure PVM
 *
 *   Most programs need the first half only: a join, a sealer, an opener.
 *
 * CONVENTIONS
 *   - Every function that can fail returns a secpvm_status; results come through
 *     pointers and are written only on SECPVM_OK, unless a function says
 *     otherwise.
 *   - A call that fails changes no state: no counter and no replay window moves.
 *     The functions that end an object say what ends it.
 *   - Arguments are checked: a required pointer that is null is
 *     SECPVM_ERR_NULL; an output that overlaps another argument is
 *     SECPVM_ERR_OVERLAP; lengths are in bytes. A pointer may be null where its
 *     length is 0.
 *   - Integers in records are big-endian; integers in structs are the host's.
 *   - The library reads no clock and no random source: entropy is an argument,
 *     and must come from the operating system (getrandom(2)); time is in
 *     milliseconds of any clock that never goes back.
 *   - It never calls back, prints, or exits, and no Rust panic crosses into C.
 *   - Thread safety: different objects may be used by different threads at the
 *     same time; one object by one thread at a time, but calls that take it as
 *     pointer to const may run at the same time. Functions without an object
 *     may be called at any time.
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

/* ---- Status ------------------------------------------------------------- */

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
    SECPVM_ERR_OVERLAP = 11,          /* an output overlaps another argument */
    SECPVM_ERR_ALIGNMENT = 12,        /* memory or a pointer is not aligned */
    SECPVM_ERR_UNKNOWN_ALGORITHM = 13, /* no algorithm of this kind has that name or number */
    SECPVM_ERR_ARGUMENT = 14,         /* an argument is none of its documented values */
    SECPVM_ERR_NO_PADDING = 15,       /* only ECB and CBC take padding */
    SECPVM_ERR_WEAK_KEY = 16,         /* weak, semi-weak or degenerate: draw another */
    SECPVM_ERR_EPOCH_NOT_NEWER = 17,  /* an epoch can only be followed by a newer one */
    SECPVM_ERR_TOO_MANY_MEMBERS = 18, /* the leader's table of members is full */
    SECPVM_ERR_ALREADY_MEMBER = 19,   /* that member has been admitted already */
    SECPVM_ERR_NO_SUCH_MEMBER = 20,   /* there is no such member */
    SECPVM_REJECTED_FORGED = 32,      /* not made by a member for this receiver, or altered */
    SECPVM_REJECTED_REPLAYED = 33,    /* authentic, but this packet number was taken before */
    SECPVM_REJECTED_STALE = 34,       /* of another epoch, or too old for the replay window */
    SECPVM_REJECTED_MALFORMED = 35,   /* not of a known format, version and suite */
    SECPVM_REJECTED_BAD_PADDING = 36, /* not a padding that was ever added */
    SECPVM_REJECTED_BAD_PUBLIC_VALUE = 37 /* gives one of a few known secrets */
} secpvm_status;

/* One sentence without a newline, for any value; never NULL. Static storage. */
const char *secpvm_strerror(secpvm_status status);

/* The library's version, "MAJOR.MINOR.PATCH". Static storage. */
const char *secpvm_version(void);

/* Overwrite `len` bytes at `secret` in a way the compiler keeps. NULL with len 0
 * is allowed. */
void secpvm_wipe(void *secret, size_t len);

/* ---- Objects ------------------------------------------------------------ */

/* An object begins in one of two ways:
 *
 *   secpvm_X_init(memory, len, ..., &x)   in your memory: no allocator is asked.
 *       `memory` is aligned to SECPVM_ALIGN and has at least SECPVM_X_SIZE
 *       bytes; else SECPVM_ERR_ALIGNMENT, SECPVM_ERR_BUFFER_TOO_SMALL. It is
 *       the object's until secpvm_X_free, and must be neither copied nor moved.
 *       What is in it before makes no difference.
 *   secpvm_X_new(..., &x)                 in memory from the allocator, or
 *       SECPVM_ERR_NO_MEMORY. Missing in the freestanding library.
 *
 * and ends in one: secpvm_X_free(x) wipes it, and gives its memory back if
 * the allocator gave it. Null is allowed; so is, in your memory, an object that
 * has ended. Some functions end their object themselves ("ends the object"): it
 * is wiped then, and secpvm_X_free remains due where secpvm_X_new began it. To
 * use an object that has ended, but not been given back, is
 * SECPVM_ERR_OUT_OF_ORDER; to pass one of another kind, SECPVM_ERR_ARGUMENT.
 *
 *     SECPVM_MEMORY(memory, SECPVM_MAC_SIZE);
 *     secpvm_mac *mac;
 *     secpvm_mac_init(memory, sizeof memory, SECPVM_KEYED_MD5, key, 16, 16, &mac);
 *     ...
 *     secpvm_mac_free(mac);
 */
#define SECPVM_ALIGN 16

/* Declare `name`, an array of at least `size` bytes, aligned for any object. */
#if defined(__cplusplus)
#define SECPVM_MEMORY(name, size) alignas(SECPVM_ALIGN) unsigned char name[size]
#elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#define SECPVM_MEMORY(name, size) _Alignas(SECPVM_ALIGN) unsigned char name[size]
#elif defined(__GNUC__)
#define SECPVM_MEMORY(name, size) \
    unsigned char name[size] __attribute__((aligned(SECPVM_ALIGN)))
#endif

/* Sizes in bytes. They are part of the ABI, and leave room for what comes. */
#define SECPVM_CIPHER_SIZE 4352
#define SECPVM_PADDED_ENCRYPTOR_SIZE 4416
#define SECPVM_PADDED_DECRYPTOR_SIZE 4416
#define SECPVM_DIGEST_SIZE 192
#define SECPVM_MAC_SIZE 384
#define SECPVM_AEAD_SIZE 1024
#define SECPVM_AGREEMENT_SIZE 384
#define SECPVM_NOISE_SIZE 512
#define SECPVM_TRANSPORT_SIZE 256
#define SECPVM_SEALER_SIZE 1024
#define SECPVM_JOIN_SIZE 1536
#define SECPVM_CLASSIC_SEALER_SIZE 96
#define SECPVM_CLASSIC_OPENER_SIZE 96
#define SECPVM_EXCHANGE_1997_SIZE 768

/* Openers remember senders, and a leader its members. */
#define SECPVM_PEER_SIZE 1024
#define SECPVM_SEAT_SIZE 64
#define SECPVM_OPENER_SIZE(peers_max) (128 + (peers_max) * SECPVM_PEER_SIZE)
#define SECPVM_ROLLING_OPENER_SIZE(peers_max) (256 + 2 * (peers_max) * SECPVM_PEER_SIZE)
#define SECPVM_MEMBER_SIZE(peers_max) (2560 + 2 * (peers_max) * SECPVM_PEER_SIZE)
#define SECPVM_LEADER_SIZE(peers_max, members_max) \
    (SECPVM_MEMBER_SIZE(peers_max) + (members_max) * SECPVM_SEAT_SIZE)

/* ---- Algorithms --------------------------------------------------------- */

/* Numbers of algorithms. Frozen: a retired one is never given to another. */
typedef enum secpvm_algorithm_id {
    SECPVM_DES_ECB = 0x0111,
    SECPVM_DES_CBC = 0x0112,
    SECPVM_DES_CFB = 0x0113,
    SECPVM_DES_OFB = 0x0114,
    SECPVM_DES_CTR = 0x0115,
    SECPVM_3DES_2KEY_ECB = 0x0121,
    SECPVM_3DES_2KEY_CBC = 0x0122,
    SECPVM_3DES_2KEY_CFB = 0x0123,
    SECPVM_3DES_2KEY_OFB = 0x0124,
    SECPVM_3DES_2KEY_CTR = 0x0125,
    SECPVM_3DES_ECB = 0x0131,
    SECPVM_3DES_CBC = 0x0132,
    SECPVM_3DES_CFB = 0x0133,
    SECPVM_3DES_OFB = 0x0134,
    SECPVM_3DES_CTR = 0x0135,
    SECPVM_IDEA_ECB = 0x0141,
    SECPVM_IDEA_CBC = 0x0142,
    SECPVM_IDEA_CFB = 0x0143,
    SECPVM_IDEA_OFB = 0x0144,
    SECPVM_IDEA_CTR = 0x0145,
    SECPVM_BLOWFISH_ECB = 0x0151,
    SECPVM_BLOWFISH_CBC = 0x0152,
    SECPVM_BLOWFISH_CFB = 0x0153,
    SECPVM_BLOWFISH_OFB = 0x0154,
    SECPVM_BLOWFISH_CTR = 0x0155,
    SECPVM_AES_128_ECB = 0x0161,
    SECPVM_AES_128_CBC = 0x0162,
    SECPVM_AES_128_CFB = 0x0163,
    SECPVM_AES_128_OFB = 0x0164,
    SECPVM_AES_128_CTR = 0x0165,
    SECPVM_AES_192_ECB = 0x0171,
    SECPVM_AES_192_CBC = 0x0172,
    SECPVM_AES_192_CFB = 0x0173,
    SECPVM_AES_192_OFB = 0x0174,
    SECPVM_AES_192_CTR = 0x0175,
    SECPVM_AES_256_ECB = 0x0181,
    SECPVM_AES_256_CBC = 0x0182,
    SECPVM_AES_256_CFB = 0x0183,
    SECPVM_AES_256_OFB = 0x0184,
    SECPVM_AES_256_CTR = 0x0185,
    SECPVM_RC4 = 0x0190,
    SECPVM_CHACHA20 = 0x01a0,
    SECPVM_AES_128_GCM = 0x0201,
    SECPVM_AES_256_GCM = 0x0202,
    SECPVM_CHACHA20_POLY1305 = 0x0203,
    SECPVM_PADDING_NONE = 0x0300,
    SECPVM_PADDING_PKCS7 = 0x0301,
    SECPVM_PADDING_ISO7816 = 0x0302,
    SECPVM_PADDING_X923 = 0x0303,
    SECPVM_PADDING_ZERO_WITH_COUNT = 0x0304,
    SECPVM_MD5 = 0x0401,
    SECPVM_SHA1 = 0x0402,
    SECPVM_SHA256 = 0x0403,
    SECPVM_KEYED_MD5 = 0x0501,
    SECPVM_KEYED_SHA1 = 0x0502,
    SECPVM_KEYED_MD5_RFC1828 = 0x0503,
    SECPVM_KEYED_SHA1_RFC1852 = 0x0504,
    SECPVM_HMAC_MD5 = 0x0511,
    SECPVM_HMAC_SHA1 = 0x0512,
    SECPVM_HMAC_SHA256 = 0x0513,
    SECPVM_X25519 = 0x0601,
    SECPVM_MODP_1024 = 0x0602,
    SECPVM_MODP_2048 = 0x0603,
    SECPVM_HKDF_SHA256 = 0x0701
} secpvm_algorithm_id;

typedef enum secpvm_kind {
    SECPVM_KIND_BLOCK_CIPHER_MODE = 1, /* for secpvm_cipher, secpvm_padded_... */
    SECPVM_KIND_STREAM_CIPHER = 2,     /* for secpvm_cipher */
    SECPVM_KIND_AEAD = 3,
    SECPVM_KIND_PADDING = 4,
    SECPVM_KIND_DIGEST = 5,
    SECPVM_KIND_MAC = 6,
    SECPVM_KIND_KEY_AGREEMENT = 7,
    SECPVM_KIND_KEY_DERIVATION = 8
} secpvm_kind;

typedef enum secpvm_strength {
    SECPVM_STRENGTH_MODERN = 0, /* no known attack better than exhaustive search */
    SECPVM_STRENGTH_LEGACY = 1, /* holds within stated limits; for old peers and comparison */
    SECPVM_STRENGTH_BROKEN = 2, /* known attacks; for reproduction only */
    SECPVM_STRENGTH_NOT_RATED = 255 /* padding */
} secpvm_strength;

/* Room for a name and its NUL. */
#define SECPVM_NAME_LEN_MAX 32

/* One algorithm. Lengths are in bytes, 0 where there is no such thing. */
typedef struct secpvm_algorithm_info {
    uint16_t id;         /* secpvm_algorithm_id */
    uint16_t kind;       /* secpvm_kind */
    uint32_t strength;   /* secpvm_strength */
    size_t key_len_min;  /* of the private key, for a key agreement */
    size_t key_len_max;
    size_t key_len_step; /* min, min + step, ... max */
    size_t block_len;    /* of a block cipher or a digest; 1 for a stream cipher */
    size_t iv_len;       /* IV or nonce */
    size_t output_len;   /* tag, digest, or public value and shared secret */
    char name[SECPVM_NAME_LEN_MAX];
} secpvm_algorithm_info;

/* How many algorithms there are; they are numbered from 0 for _at.
 *
 *     secpvm_algorithm_info info;
 *     for (size_t i = 0; i < secpvm_algorithm_count(); i++) {
 *         secpvm_algorithm_at(i, &info);
 *         puts(info.name);
 *     }
 */
size_t secpvm_algorithm_count(void);

/* Describe the algorithm at `index`. SECPVM_ERR_LENGTH past the last one. */
secpvm_status secpvm_algorithm_at(size_t index, secpvm_algorithm_info *info);

/* Find an algorithm by number, or by name or alias (OpenSSL's names are aliases;
 * NUL-terminated, upper or lower case). SECPVM_ERR_UNKNOWN_ALGORITHM. */
secpvm_status secpvm_algorithm_by_id(uint16_t id, secpvm_algorithm_info *info);
secpvm_status secpvm_algorithm_by_name(const char *name, secpvm_algorithm_info *info);

/* ---- Suites ------------------------------------------------------------- */

/* A suite: an AEAD, a cipher with a MAC (encrypt-then-MAC), or a MAC alone, which leaves
 * the packet readable. */
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

/* Members of one session hold the same 40 bytes. From them a member makes a
 * sealer (to send) and an opener (to receive). */

/* Length of an encoded session: secret 32, epoch 4, suite 2, reserved 2. Secret. */
#define SECPVM_SESSION_LEN 40

/* Length of the entropy that makes a session. */
#define SECPVM_SESSION_ENTROPY_LEN 32

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

/* The session in the epoch after that of `session`: its secret is the entropy, so
 * whoever holds only the old one is left out. SECPVM_ERR_EXHAUSTED after epoch
 * 2^32 - 1. */
secpvm_status secpvm_session_next_epoch(const uint8_t session[SECPVM_SESSION_LEN],
                                        const uint8_t entropy[SECPVM_SESSION_ENTROPY_LEN],
                                        uint8_t next[SECPVM_SESSION_LEN]);

/* The session that the tasks of a machine share, from the one that its daemons share:
 * the same suite and epoch, a secret of its own. The daemons' does not follow from it. */
secpvm_status secpvm_session_for_tasks(const uint8_t session[SECPVM_SESSION_LEN],
                                       uint8_t task_session[SECPVM_SESSION_LEN]);

/* `session` with another suite. Every key is derived for one suite, so the two can be
 * used side by side. SECPVM_ERR_UNKNOWN_SUITE. */
secpvm_status secpvm_session_with_suite(const uint8_t session[SECPVM_SESSION_LEN],
                                        uint16_t suite_id,
                                        uint8_t other[SECPVM_SESSION_LEN]);

/* Length of a key for programs. */
#define SECPVM_APPLICATION_KEY_LEN 32

/* A key that programs may use as they like, from a session for tasks: the one that all
 * tasks share if `task` is 0, else that of the task with this id. It says nothing about
 * any other key. */
secpvm_status secpvm_session_application_key(const uint8_t task_session[SECPVM_SESSION_LEN],
                                             uint32_t task,
                                             uint8_t key[SECPVM_APPLICATION_KEY_LEN]);

/* ---- Records ------------------------------------------------------------ */

/* A sealer turns a datagram into a record that only members can make or read; an
 * opener gives the datagram back, once, or says why not.
 *
 *     uint8_t buf[SECPVM_RECORD_OVERHEAD_MAX + 5];
 *     memcpy(buf + SECPVM_RECORD_HEADER_LEN, "hello", 5);
 *     secpvm_sealer_seal_in_place(sealer, to, sizeof to, buf, sizeof buf, 5, &len);
 *     send(fd, buf, len, 0);
 *
 *     len = recv(fd, buf, sizeof buf, 0);
 *     if (secpvm_opener_open_in_place(opener, me, sizeof me, buf, len, NULL,
 *                                     &plaintext_len) == SECPVM_OK)
 *         use(buf + SECPVM_RECORD_HEADER_LEN, plaintext_len);
 */

/* Bytes of a record before the ciphertext: magic 1, version 1, suite 2, epoch 4,
 * sender 8, packet number 8. */
#define SECPVM_RECORD_HEADER_LEN 24

/* The most that any suite adds to a datagram: header 24 and tag 16. */
#define SECPVM_RECORD_OVERHEAD_MAX 40

/* The longest datagram that can be sealed: the largest UDP payload over IPv4
 * (65535 - 20 - 8 = 65507) less the overhead. */
#define SECPVM_PLAINTEXT_LEN_MAX 65467

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
secpvm_status secpvm_sealer_init(void *memory, size_t memory_len,
                                 const uint8_t session[SECPVM_SESSION_LEN], uint64_t sender,
                                 secpvm_sealer **sealer);
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

/* One datagram of a batch. Set all of it to zero first.
 * In:  as the arguments of secpvm_sealer_seal_in_place.
 * Out: `status`, and with SECPVM_OK the record is the first `record_len` bytes. */
typedef struct secpvm_outgoing {
    const uint8_t *associated_data;
    size_t associated_data_len;
    uint8_t *buf;
    size_t buf_len;
    size_t plaintext_len;
    size_t record_len;
    secpvm_status status;
} secpvm_outgoing;

/* Seal `count` datagrams in their places and in their order, as so many calls of
 * secpvm_sealer_seal_in_place would: each has its own status, and one that is
 * refused takes no packet number. With the suite 3des-ctr+keyed-md5 16 at once cost
 * far less than one by one. No two buffers may overlap. SECPVM_OK says that the batch
 * was gone through. */
secpvm_status secpvm_sealer_seal_batch(secpvm_sealer *sealer, secpvm_outgoing *batch,
                                       size_t count);

/* Seal in the epoch of `session` from now on; packet numbers start at 0 again.
 * SECPVM_ERR_EPOCH_NOT_NEWER unless it is newer than the sealer's. */
secpvm_status secpvm_sealer_enter_epoch(secpvm_sealer *sealer,
                                        const uint8_t session[SECPVM_SESSION_LEN]);

/* Wipe and release a sealer. NULL is allowed. */
void secpvm_sealer_free(secpvm_sealer *sealer);

/* Make an opener that remembers up to `peers_max` senders (1 to 65536): each has
 * its own replay window of 1024 packets, and none is ever forgotten. In your
 * memory it takes SECPVM_OPENER_SIZE(peers_max). */
secpvm_status secpvm_opener_init(void *memory, size_t memory_len,
                                 const uint8_t session[SECPVM_SESSION_LEN], size_t peers_max,
                                 secpvm_opener **opener);
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

/* One record of a batch. Set all of it to zero first.
 * In:  as the arguments of secpvm_opener_open_in_place.
 * Out: `status`, and with SECPVM_OK `header` and `plaintext_len`. */
typedef struct secpvm_incoming {
    const uint8_t *associated_data;
    size_t associated_data_len;
    uint8_t *record;
    size_t record_len;
    secpvm_record_header header;
    size_t plaintext_len;
    secpvm_status status;
} secpvm_incoming;

/* Open `count` records in their places and in their order, as so many calls of
 * secpvm_opener_open_in_place would: each has its own status, and one that is rejected
 * does no harm to the others. No two records may overlap. SECPVM_OK says that the batch
 * was gone through. */
secpvm_status secpvm_opener_open_batch(secpvm_opener *opener, secpvm_incoming *batch,
                                       size_t count);

/* Wipe and release an opener. NULL is allowed. */
void secpvm_opener_free(secpvm_opener *opener);

/* An opener across changes of epoch. It opens records of the current epoch, and of
 * either the next one, until it is activated, or the previous one, until it is
 * retired:
 *
 *      epoch    prepare(1)    activate     retire     prepare(2)
 *        0   ====current====|==previous===|
 *        1        |==next===|=============current=========
 *        2                                    |==next==
 *
 * Each epoch has its own senders and replay windows; those of an epoch that ends
 * are wiped, and its records are stale. */
typedef struct secpvm_rolling_opener secpvm_rolling_opener;

/* As for an opener; SECPVM_ROLLING_OPENER_SIZE(peers_max). */
secpvm_status secpvm_rolling_opener_init(void *memory, size_t memory_len,
                                         const uint8_t session[SECPVM_SESSION_LEN],
                                         size_t peers_max, secpvm_rolling_opener **opener);
secpvm_status secpvm_rolling_opener_new(const uint8_t session[SECPVM_SESSION_LEN],
                                        size_t peers_max, secpvm_rolling_opener **opener);

/* As secpvm_opener_open_in_place, in the epoch that the record names. */
secpvm_status secpvm_rolling_opener_open_in_place(secpvm_rolling_opener *opener,
                                                  const uint8_t *associated_data,
                                                  size_t associated_data_len,
                                                  uint8_t *record, size_t record_len,
                                                  secpvm_record_header *header,
                                                  size_t *plaintext_len);

/* As secpvm_opener_open_batch, each record in the epoch that it names. */
secpvm_status secpvm_rolling_opener_open_batch(secpvm_rolling_opener *opener,
                                               secpvm_incoming *batch, size_t count);

/* Open records of the epoch of `session` too; what was held beside the current
 * epoch is wiped. SECPVM_ERR_EPOCH_NOT_NEWER than all that are held. */
secpvm_status secpvm_rolling_opener_prepare_epoch(secpvm_rolling_opener *opener,
                                                  const uint8_t session[SECPVM_SESSION_LEN]);

/* Make the next epoch the current one. SECPVM_ERR_OUT_OF_ORDER without one. */
secpvm_status secpvm_rolling_opener_activate_epoch(secpvm_rolling_opener *opener);

/* Wipe the previous epoch, if one is held. */
secpvm_status secpvm_rolling_opener_retire_previous_epoch(secpvm_rolling_opener *opener);

void secpvm_rolling_opener_free(secpvm_rolling_opener *opener);

/* ---- Join --------------------------------------------------------------- */

/* The longest join message: join secret 32, ephemeral key 32, tag 16. */
#define SECPVM_JOIN_MESSAGE_LEN_MAX 80

/* The longest join context. */
#define SECPVM_JOIN_CONTEXT_LEN_MAX 1024

/* Entropy for the two sides of a join: join secret 32 and ephemeral key 32 for
 * the initiator, ephemeral key 32 for the responder. */
#define SECPVM_JOIN_INITIATOR_ENTROPY_LEN 64
#define SECPVM_JOIN_RESPONDER_ENTROPY_LEN 32

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

secpvm_status secpvm_join_initiator_init(void *memory, size_t memory_len,
                                         const uint8_t session[SECPVM_SESSION_LEN],
                                         const uint8_t *context, size_t context_len,
                                         const uint8_t entropy[SECPVM_JOIN_INITIATOR_ENTROPY_LEN],
                                         secpvm_join **join);
secpvm_status secpvm_join_initiator_new(const uint8_t session[SECPVM_SESSION_LEN],
                                        const uint8_t *context, size_t context_len,
                                        const uint8_t entropy[SECPVM_JOIN_INITIATOR_ENTROPY_LEN],
                                        secpvm_join **join);

secpvm_status secpvm_join_responder_init(void *memory, size_t memory_len,
                                         const uint8_t *context, size_t context_len,
                                         const uint8_t entropy[SECPVM_JOIN_RESPONDER_ENTROPY_LEN],
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

/* Where there is a group (below), its leader sends the newcomer its key when the join
 * is finished, as a fifth message of SECPVM_JOIN_MEMBER_KEY_LEN bytes:
 *
 *     5  member key, encrypted          ->
 *
 * SECPVM_ERR_OUT_OF_ORDER before the join is finished, for a second time, and for the
 * other side. The rest is as for _write and _read. */
#define SECPVM_JOIN_MEMBER_KEY_LEN 56 /* member key 40, tag 16 */

secpvm_status secpvm_join_write_member_key(secpvm_join *join, const uint8_t *member_key,
                                           uint8_t *message, size_t message_cap,
                                           size_t *message_len);
secpvm_status secpvm_join_read_member_key(secpvm_join *join, const uint8_t *message,
                                          size_t message_len, uint8_t *member_key);

/* Wipe and release a join. NULL is allowed. */
void secpvm_join_free(secpvm_join *join);

/* ---- Groups ------------------------------------------------------------- */

/* A leader hands out the session of every later epoch to the members it admitted,
 * each under a key of its own; a member that is removed holds nothing that leads to
 * the next epoch. Both seal and open records as a sealer and a rolling opener do,
 * and move from epoch to epoch by messages, which the caller carries.
 *
 * After each call take what _poll_transmit gives until it gives nothing, and call
 * _handle_timeout at the time of _poll_timeout:
 *
 *     while (secpvm_leader_poll_transmit(leader, now, message, &member, &len)
 *                == SECPVM_OK && len > 0)
 *         send_to(member, message, len);
 *     secpvm_leader_poll_timeout(leader, &at_ms);
 *
 * Records start with 0x73, messages with 0x72. */
typedef struct secpvm_leader secpvm_leader;
typedef struct secpvm_member secpvm_member;

/* Length of a member's key: member id 8, key 32. Secret. */
#define SECPVM_MEMBER_KEY_LEN 40

/* The longest message: header 16, base epoch 4, session 40, tag 16. */
#define SECPVM_GROUP_MESSAGE_LEN_MAX 76

/* The limits of an epoch: who reaches one asks for the next. */
typedef struct secpvm_rekey_policy {
    uint64_t packets_max;       /* sealed by one member */
    uint64_t bytes_max;         /* of plaintext, sealed by one member */
    uint64_t age_max_ms;
    uint64_t previous_epoch_ms; /* how long its records are still accepted */
} secpvm_rekey_policy;

/* The default for the suite of `session`. */
secpvm_status secpvm_rekey_policy_for_session(const uint8_t session[SECPVM_SESSION_LEN],
                                              secpvm_rekey_policy *policy);

/* What leader and member have in common. */
typedef struct secpvm_endpoint_setup {
    const uint8_t *session;            /* SECPVM_SESSION_LEN bytes */
    uint64_t sender;                   /* this process, as for a sealer */
    size_t peers_max;                  /* senders to remember, as for an opener */
    const secpvm_rekey_policy *policy; /* NULL: the default */
    uint64_t now_ms;
} secpvm_endpoint_setup;

/* A leader without members; room for `members_max` (at most 65536). `root` is 32 bytes
 * fresh from the operating system: the members' keys come from it. In your memory it
 * takes SECPVM_LEADER_SIZE(peers_max, members_max). */
secpvm_status secpvm_leader_init(void *memory, size_t memory_len,
                                 const secpvm_endpoint_setup *setup, const uint8_t root[32],
                                 size_t members_max, secpvm_leader **leader);
secpvm_status secpvm_leader_new(const secpvm_endpoint_setup *setup, const uint8_t root[32],
                                size_t members_max, secpvm_leader **leader);

/* A member, with the key that the leader admitted it with and the session that it was
 * given then. In your memory it takes SECPVM_MEMBER_SIZE(peers_max). */
secpvm_status secpvm_member_init(void *memory, size_t memory_len,
                                 const secpvm_endpoint_setup *setup,
                                 const uint8_t member_key[SECPVM_MEMBER_KEY_LEN],
                                 secpvm_member **member);
secpvm_status secpvm_member_new(const secpvm_endpoint_setup *setup,
                                const uint8_t member_key[SECPVM_MEMBER_KEY_LEN],
                                secpvm_member **member);

/* Admit `member`: its key and the session of this moment go to it together, over a
 * protected channel. SECPVM_ERR_ALREADY_MEMBER, _TOO_MANY_MEMBERS, _EXHAUSTED. */
secpvm_status secpvm_leader_admit(secpvm_leader *leader, uint64_t member,
                                  uint8_t member_key[SECPVM_MEMBER_KEY_LEN],
                                  uint8_t session[SECPVM_SESSION_LEN]);

/* Start an epoch without `member`, whose secret is `entropy`.
 * SECPVM_ERR_NO_SUCH_MEMBER, _EXHAUSTED, _WEAK_KEY: it is still a member then. */
secpvm_status secpvm_leader_remove(secpvm_leader *leader, uint64_t member,
                                   const uint8_t entropy[SECPVM_SESSION_ENTROPY_LEN],
                                   uint64_t now_ms);

/* Start an epoch with the same members. SECPVM_ERR_OUT_OF_ORDER until the last change
 * is complete, the previous epoch retired. */
secpvm_status secpvm_leader_rekey(secpvm_leader *leader,
                                  const uint8_t entropy[SECPVM_SESSION_ENTROPY_LEN],
                                  uint64_t now_ms);

/* *yes is 1 if the epoch has reached a limit and secpvm_leader_rekey can be called, else
 * 0. Look after each call. */
secpvm_status secpvm_leader_rekey_is_due(const secpvm_leader *leader, int *yes);

/* The next member that did not answer; each is reported once.
 * SECPVM_ERR_NO_SUCH_MEMBER when there is no other. */
secpvm_status secpvm_leader_poll_unresponsive(secpvm_leader *leader, uint64_t *member);

/* Offer the newest epoch again to a member that did not answer. */
secpvm_status secpvm_leader_offer_again(secpvm_leader *leader, uint64_t member);

/* Ask the leader for the next epoch. */
secpvm_status secpvm_member_request_epoch(secpvm_member *member);

/* Seal and open, as secpvm_sealer_seal_in_place and secpvm_opener_open_in_place. */
secpvm_status secpvm_leader_seal_in_place(secpvm_leader *leader,
                                          const uint8_t *associated_data,
                                          size_t associated_data_len,
                                          uint8_t *buf, size_t buf_len, size_t plaintext_len,
                                          size_t *record_len);
secpvm_status secpvm_member_seal_in_place(secpvm_member *member,
                                          const uint8_t *associated_data,
                                          size_t associated_data_len,
                                          uint8_t *buf, size_t buf_len, size_t plaintext_len,
                                          size_t *record_len);
secpvm_status secpvm_leader_open_in_place(secpvm_leader *leader,
                                          const uint8_t *associated_data,
                                          size_t associated_data_len,
                                          uint8_t *record, size_t record_len, uint64_t now_ms,
                                          secpvm_record_header *header, size_t *plaintext_len);
secpvm_status secpvm_member_open_in_place(secpvm_member *member,
                                          const uint8_t *associated_data,
                                          size_t associated_data_len,
                                          uint8_t *record, size_t record_len, uint64_t now_ms,
                                          secpvm_record_header *header, size_t *plaintext_len);

/* Handle a message that came for this process. One that is rejected changes nothing. */
secpvm_status secpvm_leader_handle_message(secpvm_leader *leader, const uint8_t *message,
                                           size_t message_len, uint64_t now_ms);
secpvm_status secpvm_member_handle_message(secpvm_member *member, const uint8_t *message,
                                           size_t message_len, uint64_t now_ms);

/* Write the next message that is due, for `*member` or for the leader; *message_len is
 * 0 if none is. All of `message` is written. */
secpvm_status secpvm_leader_poll_transmit(secpvm_leader *leader, uint64_t now_ms,
                                          uint8_t message[SECPVM_GROUP_MESSAGE_LEN_MAX],
                                          uint64_t *member, size_t *message_len);
secpvm_status secpvm_member_poll_transmit(secpvm_member *member, uint64_t now_ms,
                                          uint8_t message[SECPVM_GROUP_MESSAGE_LEN_MAX],
                                          size_t *message_len);

/* When to call _handle_timeout; UINT64_MAX for never. */
secpvm_status secpvm_leader_poll_timeout(const secpvm_leader *leader, uint64_t *at_ms);
secpvm_status secpvm_member_poll_timeout(const secpvm_member *member, uint64_t *at_ms);

/* Do what is due: send again, give up, activate, retire. */
secpvm_status secpvm_leader_handle_timeout(secpvm_leader *leader, uint64_t now_ms);
secpvm_status secpvm_member_handle_timeout(secpvm_member *member, uint64_t now_ms);

/* The epoch that is sealed in. */
secpvm_status secpvm_leader_epoch(const secpvm_leader *leader, uint32_t *epoch);
secpvm_status secpvm_member_epoch(const secpvm_member *member, uint32_t *epoch);

/* The session of that epoch. Secret. */
secpvm_status secpvm_leader_session(const secpvm_leader *leader,
                                    uint8_t session[SECPVM_SESSION_LEN]);
secpvm_status secpvm_member_session(const secpvm_member *member,
                                    uint8_t session[SECPVM_SESSION_LEN]);

/* The same of the newest epoch that it knows: the one that is offered, if one is. */
secpvm_status secpvm_leader_newest_session(const secpvm_leader *leader,
                                           uint8_t session[SECPVM_SESSION_LEN]);
secpvm_status secpvm_member_newest_session(const secpvm_member *member,
                                           uint8_t session[SECPVM_SESSION_LEN]);

void secpvm_leader_free(secpvm_leader *leader);
void secpvm_member_free(secpvm_member *member);

/* ---- Noise -------------------------------------------------------------- */

/* The Noise Protocol Framework, revision 34, over X25519 and SHA-256.
 *
 *     secpvm_noise_setup setup = {0};
 *     setup.pattern = SECPVM_NOISE_XX;
 *     setup.role = SECPVM_NOISE_INITIATOR;
 *     setup.local_static = my_key;
 *     setup.ephemeral = entropy;
 *     secpvm_noise_new(&setup, &noise);
 *     secpvm_noise_write(noise, NULL, 0, message, sizeof message, &len);
 *     ... exchange messages in turn until secpvm_noise_is_finished ...
 *     secpvm_transport_new(noise, &transport);
 *     secpvm_noise_free(noise);
 */
typedef struct secpvm_noise secpvm_noise;
typedef struct secpvm_transport secpvm_transport;

typedef enum secpvm_noise_pattern {
    SECPVM_NOISE_NN_PSK0 = 0, /* nobody has a static key; both hold psk */
    SECPVM_NOISE_KK = 1,      /* each knows the other's static key */
    SECPVM_NOISE_XX = 2,      /* each sends its static key */
    SECPVM_NOISE_IK = 3       /* the initiator knows the responder's, and sends its own */
} secpvm_noise_pattern;

typedef enum secpvm_noise_role {
    SECPVM_NOISE_INITIATOR = 0,
    SECPVM_NOISE_RESPONDER = 1
} secpvm_noise_role;

typedef enum secpvm_noise_cipher {
    SECPVM_NOISE_AESGCM = 0,
    SECPVM_NOISE_CHACHAPOLY = 1
} secpvm_noise_cipher;

/* The longest Noise message, and the length of its keys and of its tags. */
#define SECPVM_NOISE_MESSAGE_LEN_MAX 65535
#define SECPVM_NOISE_KEY_LEN 32
#define SECPVM_NOISE_TAG_LEN 16

/* What a handshake starts from. Keys have 32 bytes; those that the pattern and role do
 * not have are NULL, or it is SECPVM_ERR_ARGUMENT. */
typedef struct secpvm_noise_setup {
    uint32_t pattern;             /* secpvm_noise_pattern */
    uint32_t role;                /* secpvm_noise_role */
    uint32_t cipher;              /* secpvm_noise_cipher */
    size_t prologue_len;
    const uint8_t *prologue;
    const uint8_t *psk;           /* NNpsk0 */
    const uint8_t *local_static;  /* private key: KK, XX, IK */
    const uint8_t *remote_static; /* public key: KK, and IK's initiator */
    const uint8_t *ephemeral;     /* private key, fresh entropy: always */
} secpvm_noise_setup;

secpvm_status secpvm_noise_init(void *memory, size_t memory_len,
                                const secpvm_noise_setup *setup, secpvm_noise **noise);
secpvm_status secpvm_noise_new(const secpvm_noise_setup *setup, secpvm_noise **noise);

/* Write the next message, with a payload. SECPVM_ERR_OUT_OF_ORDER if it is not this
 * side's turn, _LENGTH beyond SECPVM_NOISE_MESSAGE_LEN_MAX, _BUFFER_TOO_SMALL. */
secpvm_status secpvm_noise_write(secpvm_noise *noise, const uint8_t *payload,
                                 size_t payload_len, uint8_t *message, size_t message_cap,
                                 size_t *message_len);

/* Read the peer's next message; its payload is never longer than the message. A message
 * that is rejected leaves the handshake as it was; `payload` is then unspecified. */
secpvm_status secpvm_noise_read(secpvm_noise *noise, const uint8_t *message,
                                size_t message_len, uint8_t *payload, size_t payload_cap,
                                size_t *payload_len);

/* *yes is 1 or 0. */
secpvm_status secpvm_noise_is_my_turn(const secpvm_noise *noise, int *yes);
secpvm_status secpvm_noise_is_finished(const secpvm_noise *noise, int *yes);

/* The peer's static key. SECPVM_ERR_OUT_OF_ORDER while it is not known. */
secpvm_status secpvm_noise_remote_static(const secpvm_noise *noise, uint8_t public_key[32]);

/* The handshake hash, for channel binding; final when finished. */
secpvm_status secpvm_noise_hash(const secpvm_noise *noise, uint8_t hash[32]);

void secpvm_noise_free(secpvm_noise *noise);

/* Go on as a transport. Ends `noise`; SECPVM_ERR_OUT_OF_ORDER before it is finished. */
secpvm_status secpvm_transport_init(void *memory, size_t memory_len, secpvm_noise *noise,
                                    secpvm_transport **transport);
secpvm_status secpvm_transport_new(secpvm_noise *noise, secpvm_transport **transport);

/* Write and read messages, which must arrive in the order they were sent. A message is
 * its payload and 16 bytes. */
secpvm_status secpvm_transport_write(secpvm_transport *transport, const uint8_t *payload,
                                     size_t payload_len, uint8_t *message,
                                     size_t message_cap, size_t *message_len);
secpvm_status secpvm_transport_read(secpvm_transport *transport, const uint8_t *message,
                                    size_t message_len, uint8_t *payload, size_t payload_cap,
                                    size_t *payload_len);

void secpvm_transport_free(secpvm_transport *transport);

/* ---- AEADs -------------------------------------------------------------- */

/* Authenticated encryption, one message a call. The caller answers for the nonces: two
 * messages under one key and nonce give both away. Sealers need none.
 *
 *     secpvm_aead_new(SECPVM_AES_256_GCM, key, 32, &aead);
 *     secpvm_aead_seal_in_place(aead, nonce, ad, ad_len, data, len, tag);
 */
typedef struct secpvm_aead secpvm_aead;

#define SECPVM_AEAD_NONCE_LEN 12
#define SECPVM_AEAD_TAG_LEN 16

secpvm_status secpvm_aead_init(void *memory, size_t memory_len, uint16_t id,
                               const uint8_t *key, size_t key_len, secpvm_aead **aead);
secpvm_status secpvm_aead_new(uint16_t id, const uint8_t *key, size_t key_len,
                              secpvm_aead **aead);

/* Encrypt `data` in place; `tag` is over it and `associated_data`. */
secpvm_status secpvm_aead_seal_in_place(const secpvm_aead *aead,
                                        const uint8_t nonce[SECPVM_AEAD_NONCE_LEN],
                                        const uint8_t *associated_data,
                                        size_t associated_data_len,
                                        uint8_t *data, size_t data_len,
                                        uint8_t tag[SECPVM_AEAD_TAG_LEN]);

/* Verify `tag`, and only then decrypt `data` in place. SECPVM_REJECTED_FORGED: `data` is
 * then as before. */
secpvm_status secpvm_aead_open_in_place(const secpvm_aead *aead,
                                        const uint8_t nonce[SECPVM_AEAD_NONCE_LEN],
                                        const uint8_t *associated_data,
                                        size_t associated_data_len,
                                        uint8_t *data, size_t data_len,
                                        const uint8_t *tag, size_t tag_len);

void secpvm_aead_free(secpvm_aead *aead);

/* ---- MACs --------------------------------------------------------------- */

/* A tag may be cut to its first `tag_len` bytes: not less than half of it, nor than 10
 * (RFC 2104 section 5); else SECPVM_ERR_LENGTH.
 *
 *     uint8_t tag[16];
 *     secpvm_mac_once(SECPVM_KEYED_MD5, key, 16, packet, len, tag, sizeof tag);
 */
typedef struct secpvm_mac secpvm_mac;

/* The tag of one message, and whether `tag` is that tag (SECPVM_REJECTED_FORGED; in time
 * that depends on lengths alone). */
secpvm_status secpvm_mac_once(uint16_t id, const uint8_t *key, size_t key_len,
                              const uint8_t *data, size_t data_len,
                              uint8_t *tag, size_t tag_len);
secpvm_status secpvm_mac_verify_once(uint16_t id, const uint8_t *key, size_t key_len,
                                     const uint8_t *data, size_t data_len,
                                     const uint8_t *tag, size_t tag_len);

/* The same for a message in pieces. */
secpvm_status secpvm_mac_init(void *memory, size_t memory_len, uint16_t id,
                              const uint8_t *key, size_t key_len, size_t tag_len,
                              secpvm_mac **mac);
secpvm_status secpvm_mac_new(uint16_t id, const uint8_t *key, size_t key_len,
                             size_t tag_len, secpvm_mac **mac);
secpvm_status secpvm_mac_update(secpvm_mac *mac, const uint8_t *data, size_t data_len);

/* The tag; `tag_len` as it was begun with, else SECPVM_ERR_LENGTH. Ends the object. */
secpvm_status secpvm_mac_finish(secpvm_mac *mac, uint8_t *tag, size_t tag_len);

/* Whether `tag` is the tag. Ends the object, on SECPVM_REJECTED_FORGED too. */
secpvm_status secpvm_mac_verify(secpvm_mac *mac, const uint8_t *tag, size_t tag_len);

void secpvm_mac_free(secpvm_mac *mac);

/* ---- Digests ------------------------------------------------------------ */

/* Digests authenticate nothing by themselves. `output_len` is the digest's, else
 * SECPVM_ERR_LENGTH.
 *
 *     uint8_t digest[32];
 *     secpvm_digest_once(SECPVM_SHA256, data, len, digest, sizeof digest);
 */
typedef struct secpvm_digest secpvm_digest;

#define SECPVM_DIGEST_LEN_MAX 32

secpvm_status secpvm_digest_once(uint16_t id, const uint8_t *data, size_t data_len,
                                 uint8_t *output, size_t output_len);
secpvm_status secpvm_digest_init(void *memory, size_t memory_len, uint16_t id,
                                 secpvm_digest **digest);
secpvm_status secpvm_digest_new(uint16_t id, secpvm_digest **digest);
secpvm_status secpvm_digest_update(secpvm_digest *digest, const uint8_t *data,
                                   size_t data_len);

/* The digest. Ends the object. */
secpvm_status secpvm_digest_finish(secpvm_digest *digest, uint8_t *output,
                                   size_t output_len);

void secpvm_digest_free(secpvm_digest *digest);

/* ---- Key agreement ------------------------------------------------------ */

/* A shared secret is not a key: derive keys from it and both public values. Neither side
 * knows whom it shares the secret with: authenticate the exchange.
 *
 *     secpvm_agreement_new(SECPVM_X25519, entropy, 32, &mine);
 *     secpvm_agreement_public_value(mine, to_send, 32);
 *     secpvm_agreement_agree(mine, received, 32, shared, 32);
 */
typedef struct secpvm_agreement secpvm_agreement;

/* The longest public value and shared secret. */
#define SECPVM_AGREEMENT_LEN_MAX 256

/* `secret` is entropy: 32 bytes serve every group. */
secpvm_status secpvm_agreement_init(void *memory, size_t memory_len, uint16_t id,
                                    const uint8_t *secret, size_t secret_len,
                                    secpvm_agreement **agreement);
secpvm_status secpvm_agreement_new(uint16_t id, const uint8_t *secret, size_t secret_len,
                                   secpvm_agreement **agreement);

/* What the peer is told. Its length is the group's, else SECPVM_ERR_LENGTH. */
secpvm_status secpvm_agreement_public_value(const secpvm_agreement *agreement,
                                            uint8_t *public_value, size_t public_value_len);

/* The secret shared with whoever sent `public_value`. SECPVM_ERR_LENGTH,
 * SECPVM_REJECTED_BAD_PUBLIC_VALUE: `shared` is then as before. */
secpvm_status secpvm_agreement_agree(const secpvm_agreement *agreement,
                                     const uint8_t *public_value, size_t public_value_len,
                                     uint8_t *shared, size_t shared_len);

void secpvm_agreement_free(secpvm_agreement *agreement);

/* ---- Key derivation ----------------------------------------------------- */

/* HKDF (RFC 5869): `out` from a secret that need not be uniform, a salt that need not be
 * secret, and what the key is for. SECPVM_ERR_LENGTH beyond 255 digests.
 *
 *     secpvm_kdf_derive(SECPVM_HKDF_SHA256, NULL, 0, shared, 32,
 *                       (const uint8_t *)"my key", 6, key, sizeof key);
 */
secpvm_status secpvm_kdf_derive(uint16_t id, const uint8_t *salt, size_t salt_len,
                                const uint8_t *secret, size_t secret_len,
                                const uint8_t *info, size_t info_len,
                                uint8_t *out, size_t out_len);

/* ---- Ciphers ------------------------------------------------------------ */

/* Secrecy WITHOUT AUTHENTICATION: whoever can alter the ciphertext controls what is
 * decrypted. For known answers, old formats, and constructions that add a MAC. Otherwise
 * use a sealer or an AEAD.
 *
 * A message may be given in pieces: of any length to CFB, OFB, CTR and stream ciphers,
 * whole blocks to ECB and CBC (else SECPVM_ERR_LENGTH). How it is cut makes no
 * difference. Use one object for one message and one direction.
 *
 *     secpvm_cipher_new(SECPVM_3DES_CTR, key, 24, iv, 8, &cipher);
 *     while ((len = fread(buf, 1, sizeof buf, in)) > 0) {
 *         secpvm_cipher_encrypt_in_place(cipher, buf, len);
 *         fwrite(buf, 1, len, out);
 *     }
 *     secpvm_cipher_free(cipher);
 */
typedef struct secpvm_cipher secpvm_cipher;
typedef struct secpvm_padded_encryptor secpvm_padded_encryptor;
typedef struct secpvm_padded_decryptor secpvm_padded_decryptor;

/* The longest block, and the longest IV. */
#define SECPVM_BLOCK_LEN_MAX 16

/* SECPVM_ERR_UNKNOWN_ALGORITHM; SECPVM_ERR_LENGTH of key or IV. */
secpvm_status secpvm_cipher_init(void *memory, size_t memory_len, uint16_t id,
                                 const uint8_t *key, size_t key_len,
                                 const uint8_t *iv, size_t iv_len, secpvm_cipher **cipher);
secpvm_status secpvm_cipher_new(uint16_t id, const uint8_t *key, size_t key_len,
                                const uint8_t *iv, size_t iv_len, secpvm_cipher **cipher);

/* The next piece. SECPVM_ERR_EXHAUSTED where the key stream would repeat. */
secpvm_status secpvm_cipher_encrypt_in_place(secpvm_cipher *cipher, uint8_t *data,
                                             size_t data_len);
secpvm_status secpvm_cipher_decrypt_in_place(secpvm_cipher *cipher, uint8_t *data,
                                             size_t data_len);

void secpvm_cipher_free(secpvm_cipher *cipher);

/* A whole message, in place. */
secpvm_status secpvm_cipher_encrypt_once(uint16_t id, const uint8_t *key, size_t key_len,
                                         const uint8_t *iv, size_t iv_len,
                                         uint8_t *data, size_t data_len);
secpvm_status secpvm_cipher_decrypt_once(uint16_t id, const uint8_t *key, size_t key_len,
                                         const uint8_t *iv, size_t iv_len,
                                         uint8_t *data, size_t data_len);

/* ECB and CBC over pieces of any length, padded. What does not fill a block is kept for
 * the next piece; a decryptor keeps up to a block. SECPVM_ERR_NO_PADDING for any other
 * mode or a stream cipher. */
secpvm_status secpvm_padded_encryptor_init(void *memory, size_t memory_len, uint16_t id,
                                           uint16_t padding,
                                           const uint8_t *key, size_t key_len,
                                           const uint8_t *iv, size_t iv_len,
                                           secpvm_padded_encryptor **encryptor);
secpvm_status secpvm_padded_encryptor_new(uint16_t id, uint16_t padding,
                                          const uint8_t *key, size_t key_len,
                                          const uint8_t *iv, size_t iv_len,
                                          secpvm_padded_encryptor **encryptor);
secpvm_status secpvm_padded_decryptor_init(void *memory, size_t memory_len, uint16_t id,
                                           uint16_t padding,
                                           const uint8_t *key, size_t key_len,
                                           const uint8_t *iv, size_t iv_len,
                                           secpvm_padded_decryptor **decryptor);
secpvm_status secpvm_padded_decryptor_new(uint16_t id, uint16_t padding,
                                          const uint8_t *key, size_t key_len,
                                          const uint8_t *iv, size_t iv_len,
                                          secpvm_padded_decryptor **decryptor);

/* The next piece; the output is at most input_len + SECPVM_BLOCK_LEN_MAX bytes.
 * SECPVM_ERR_BUFFER_TOO_SMALL: nothing has changed. */
secpvm_status secpvm_padded_encryptor_update(secpvm_padded_encryptor *encryptor,
                                             const uint8_t *input, size_t input_len,
                                             uint8_t *output, size_t output_cap,
                                             size_t *output_len);
secpvm_status secpvm_padded_decryptor_update(secpvm_padded_decryptor *decryptor,
                                             const uint8_t *input, size_t input_len,
                                             uint8_t *output, size_t output_cap,
                                             size_t *output_len);

/* The end of the message. `output` has room for a block, else
 * SECPVM_ERR_BUFFER_TOO_SMALL and nothing has changed; any other result ends the object.
 * `count` is as for secpvm_padding_data_len; SECPVM_REJECTED_BAD_PADDING for anything
 * wrong with the message. */
secpvm_status secpvm_padded_encryptor_finish(secpvm_padded_encryptor *encryptor,
                                             uint8_t *output, size_t output_cap,
                                             size_t *output_len);
secpvm_status secpvm_padded_decryptor_finish(secpvm_padded_decryptor *decryptor,
                                             size_t count,
                                             uint8_t *output, size_t output_cap,
                                             size_t *output_len);

void secpvm_padded_encryptor_free(secpvm_padded_encryptor *encryptor);
void secpvm_padded_decryptor_free(secpvm_padded_decryptor *decryptor);

/* ---- Padding ------------------------------------------------------------ */

/* No count of padding is known from elsewhere. */
#define SECPVM_NO_COUNT SIZE_MAX

/* Length of `data_len` bytes with their padding, for blocks of 1 to 255 bytes. */
secpvm_status secpvm_padding_padded_len(uint16_t padding, size_t data_len,
                                        size_t block_len, size_t *padded_len);

/* Pad the first `data_len` bytes of `buf`. */
secpvm_status secpvm_padding_pad_in_place(uint16_t padding, uint8_t *buf, size_t buf_len,
                                          size_t data_len, size_t block_len,
                                          size_t *padded_len);

/* How many bytes of `padded` are data; in time that depends on lengths alone. `count` is
 * the padding's length as told elsewhere: needed by SECPVM_PADDING_ZERO_WITH_COUNT; for
 * the others it must agree, or is SECPVM_NO_COUNT. SECPVM_REJECTED_BAD_PADDING. */
secpvm_status secpvm_padding_data_len(uint16_t padding, const uint8_t *padded,
                                      size_t padded_len, size_t block_len, size_t count,
                                      size_t *data_len);

/* ---- 1997 --------------------------------------------------------------- */

/* The packets that the report on secure PVM specifies (Dunigan and Venugopal, 1997), for
 * reproduction and comparison. BROKEN: never for anything worth protecting.
 *
 *     uint8_t packet[SECPVM_CLASSIC_HEADER_LEN + 14 + 7];
 *     secpvm_pvm_header pvm = {0x00080001, 0x00040002, 7, 0, SECPVM_PVM_EOM | SECPVM_PVM_DAT};
 *     memcpy(packet + SECPVM_CLASSIC_HEADER_LEN, "secret message", 14);
 *     secpvm_classic_sealer_new(key, SECPVM_CLASSIC_ENCRYPTED, SECPVM_CLASSIC_3DES, &sealer);
 *     secpvm_classic_sealer_seal_in_place(sealer, &pvm, packet, sizeof packet, 14, &len);
 */
typedef struct secpvm_classic_sealer secpvm_classic_sealer;
typedef struct secpvm_classic_opener secpvm_classic_opener;
typedef struct secpvm_exchange_1997 secpvm_exchange_1997;

#define SECPVM_CLASSIC_KEY_LEN 32
#define SECPVM_CLASSIC_HEADER_LEN 32

/* The most that a packet has beside its data: header 32, padding 7. */
#define SECPVM_CLASSIC_OVERHEAD_MAX 39

/* The longest data: what fits behind a header in a UDP payload, 65507 - 32, in blocks of
 * 8. */
#define SECPVM_CLASSIC_DATA_LEN_MAX 65472

typedef enum secpvm_classic_level {
    SECPVM_CLASSIC_PLAIN = 0,
    SECPVM_CLASSIC_AUTHENTICATED = 1, /* keyed MD5 */
    SECPVM_CLASSIC_ENCRYPTED = 2      /* and authenticated */
} secpvm_classic_level;

typedef enum secpvm_classic_cipher {
    SECPVM_CLASSIC_NO_CIPHER = 0,
    SECPVM_CLASSIC_IDEA = 1,
    SECPVM_CLASSIC_DES = 2,
    SECPVM_CLASSIC_3DES = 3,
    SECPVM_CLASSIC_RC4 = 5
} secpvm_classic_cipher;

typedef enum secpvm_pvm_flags {
    SECPVM_PVM_SOM = 1,
    SECPVM_PVM_EOM = 2,
    SECPVM_PVM_DAT = 4,
    SECPVM_PVM_FIN = 8,
    SECPVM_PVM_ACK = 16
} secpvm_pvm_flags;

/* What stock PVM says of a packet. */
typedef struct secpvm_pvm_header {
    uint32_t dst;   /* task ids */
    uint32_t src;
    uint16_t seq;
    uint16_t ack;   /* not authenticated */
    uint32_t flags; /* secpvm_pvm_flags; not authenticated */
} secpvm_pvm_header;

/* The header of a packet. */
typedef struct secpvm_classic_header {
    secpvm_pvm_header pvm;
    uint8_t level;       /* secpvm_classic_level */
    uint8_t cipher;      /* secpvm_classic_cipher; not authenticated */
    uint8_t padding_len; /* not authenticated */
    uint8_t reserved;    /* 0 */
    uint8_t digest[16];
} secpvm_classic_header;

/* Read the header of a packet without any key. SECPVM_REJECTED_MALFORMED. */
secpvm_status secpvm_classic_parse(const uint8_t *packet, size_t packet_len,
                                   secpvm_classic_header *header);

/* A sealer of one level; `cipher` is 0 unless that is SECPVM_CLASSIC_ENCRYPTED.
 * SECPVM_ERR_WEAK_KEY (draw another), SECPVM_ERR_ARGUMENT. */
secpvm_status secpvm_classic_sealer_init(void *memory, size_t memory_len,
                                         const uint8_t key[SECPVM_CLASSIC_KEY_LEN],
                                         uint32_t level, uint8_t cipher,
                                         secpvm_classic_sealer **sealer);
secpvm_status secpvm_classic_sealer_new(const uint8_t key[SECPVM_CLASSIC_KEY_LEN],
                                        uint32_t level, uint8_t cipher,
                                        secpvm_classic_sealer **sealer);

/* Seal the `data_len` bytes at buf + SECPVM_CLASSIC_HEADER_LEN in place; the packet is the
 * first *packet_len bytes of buf. The same fields and data always give the same packet. */
secpvm_status secpvm_classic_sealer_seal_in_place(const secpvm_classic_sealer *sealer,
                                                  const secpvm_pvm_header *pvm,
                                                  uint8_t *buf, size_t buf_len,
                                                  size_t data_len, size_t *packet_len);

void secpvm_classic_sealer_free(secpvm_classic_sealer *sealer);

/* An opener that refuses packets of less protection than `least`. */
secpvm_status secpvm_classic_opener_init(void *memory, size_t memory_len,
                                         const uint8_t key[SECPVM_CLASSIC_KEY_LEN],
                                         uint32_t least, secpvm_classic_opener **opener);
secpvm_status secpvm_classic_opener_new(const uint8_t key[SECPVM_CLASSIC_KEY_LEN],
                                        uint32_t least, secpvm_classic_opener **opener);

/* Open a packet in place: the data are the *data_len bytes at
 * packet + SECPVM_CLASSIC_HEADER_LEN. `header` may be NULL. One that is rejected
 * (SECPVM_REJECTED_FORGED, _MALFORMED) is left as it was. */
secpvm_status secpvm_classic_opener_open_in_place(const secpvm_classic_opener *opener,
                                                  uint8_t *packet, size_t packet_len,
                                                  secpvm_classic_header *header,
                                                  size_t *data_len);

void secpvm_classic_opener_free(secpvm_classic_opener *opener);

/* The report's key exchange: four messages, which authenticate nobody.
 *
 *     master                                   slave
 *     MASTER_PUBKEY  g^x mod p            ->
 *                                         <-   SLAVE_PUBKEY  g^y mod p
 *     SESSKEY  3DES(g^xy, session key)    ->
 *                                         <-   SESSKEYACK
 *
 * Call _write and _read in turn; a message is a code of PVM's messages between daemons
 * and a body. */
#define SECPVM_EXCHANGE_1997_BODY_LEN_MAX 128

/* The master hands `key` on. `exponent` is 32 to 128 bytes of entropy. */
secpvm_status secpvm_exchange_1997_master_init(void *memory, size_t memory_len,
                                               const uint8_t key[SECPVM_CLASSIC_KEY_LEN],
                                               const uint8_t *exponent, size_t exponent_len,
                                               secpvm_exchange_1997 **exchange);
secpvm_status secpvm_exchange_1997_master_new(const uint8_t key[SECPVM_CLASSIC_KEY_LEN],
                                              const uint8_t *exponent, size_t exponent_len,
                                              secpvm_exchange_1997 **exchange);
secpvm_status secpvm_exchange_1997_slave_init(void *memory, size_t memory_len,
                                              const uint8_t *exponent, size_t exponent_len,
                                              secpvm_exchange_1997 **exchange);
secpvm_status secpvm_exchange_1997_slave_new(const uint8_t *exponent, size_t exponent_len,
                                             secpvm_exchange_1997 **exchange);

/* Write the next message. SECPVM_ERR_OUT_OF_ORDER; SECPVM_ERR_BUFFER_TOO_SMALL for less
 * than SECPVM_EXCHANGE_1997_BODY_LEN_MAX bytes. */
secpvm_status secpvm_exchange_1997_write(secpvm_exchange_1997 *exchange,
                                         uint8_t *body, size_t body_cap,
                                         uint32_t *dm_code, size_t *body_len);

/* Read the peer's next message. SECPVM_ERR_OUT_OF_ORDER, SECPVM_REJECTED_MALFORMED,
 * SECPVM_REJECTED_FORGED: the exchange waits for the same message. */
secpvm_status secpvm_exchange_1997_read(secpvm_exchange_1997 *exchange, uint32_t dm_code,
                                        const uint8_t *body, size_t body_len);

/* SECPVM_OK once all messages have passed; for the slave, `key` then receives the session
 * key, the master may pass NULL. SECPVM_ERR_OUT_OF_ORDER before that. */
secpvm_status secpvm_exchange_1997_finish(const secpvm_exchange_1997 *exchange,
                                          uint8_t *key);

void secpvm_exchange_1997_free(secpvm_exchange_1997 *exchange);

#ifdef __cplusplus
}
#endif

#endif /* SECPVM_CORE_H */
