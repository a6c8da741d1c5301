/*
 * Secure messages for programs of PVM 3.4: what libsecpvm_pvm3 adds to pvm3.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 *     #include <pvm3.h>
 *     #include <secpvm_pvm3.h>
 *
 *     pvm_initsend(PvmDataDefault_CipherAES256GCM);
 *     pvm_pkstr("nobody else reads this");
 *     pvm_send(tid, 1);
 *
 *     cc program.c $(pkg-config --cflags --libs secpvm_pvm3)
 *
 * A message with such an encoding is sealed in the task that sends it and opened in the
 * task that receives it: no network, no other program and no daemon's queue sees it. The
 * receiver needs this library too; nothing else changes for it. In a task without it, what
 * unpacks such a message fails.
 *
 * The tasks have their keys from the daemon of their host, which `secpvm` has started; in
 * another PVM sending fails with PvmSysErr, and a line on stderr says why.
 */
#ifndef SECPVM_PVM3_H
#define SECPVM_PVM3_H

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Encodings ---------------------------------------------------------- */

/* PVM's encoding in the low 8 bits, and the number of a suite (docs/algorithms.md). */
#define PVM_CIPHER(encoding, suite) ((encoding) | (suite) << 8)

/* Suites of today. */
#define PvmDataDefault_CipherAES256GCM 0x00100
#define PvmDataRaw_CipherAES256GCM 0x00101
#define PvmDataInPlace_CipherAES256GCM 0x00102
#define PvmDataDefault_CipherChaCha20Poly1305 0x00200
#define PvmDataRaw_CipherChaCha20Poly1305 0x00201
#define PvmDataInPlace_CipherChaCha20Poly1305 0x00202

/* The report's ciphers, each with keyed MD5: to compare, not to protect. DES and RC4 are
 * broken, 3DES and IDEA legacy. */
#define PvmDataDefault_Cipher3DES 0x10100
#define PvmDataRaw_Cipher3DES 0x10101
#define PvmDataInPlace_Cipher3DES 0x10102
#define PvmDataDefault_CipherIDEA 0x10200
#define PvmDataRaw_CipherIDEA 0x10201
#define PvmDataInPlace_CipherIDEA 0x10202
#define PvmDataDefault_CipherDES 0x10300
#define PvmDataRaw_CipherDES 0x10301
#define PvmDataInPlace_CipherDES 0x10302
#define PvmDataDefault_CipherRC4 0x10400
#define PvmDataRaw_CipherRC4 0x10401
#define PvmDataInPlace_CipherRC4 0x10402

/* Authenticated, but readable. */
#define PvmDataDefault_AuthHMACSHA256 0x01100
#define PvmDataRaw_AuthHMACSHA256 0x01101
#define PvmDataInPlace_AuthHMACSHA256 0x01102
#define PvmDataDefault_AuthMD5 0x11100
#define PvmDataRaw_AuthMD5 0x11101
#define PvmDataInPlace_AuthMD5 0x11102

/* ---- What a task seals and takes ---------------------------------------- */

/* From the environment variable SECPVM_TASKS, which `secpvm run` sets to "require":
 *
 *     value       seals                           takes from other tasks
 *     (none)      messages with such encodings    anything
 *     "marked"    the same                        the same
 *     "accept"    all, with the machine's suite   anything
 *                 unless their encoding names one
 *     "require"   the same                        sealed messages only; others are dropped,
 *                                                 and a line on stderr says so
 *
 * Only between tasks that require sealed messages is there a direct route
 * (PvmRouteDirect) from host to host; the messages of others go through the daemons. */
#define PvmSecurityMarked 0
#define PvmSecurityAccept 1
#define PvmSecurityRequire 2

/* Choose, best before pvm_mytid. Returns what it was before, or PvmBadParam; or PvmDenied: a
 * task that has required sealed messages, and sent or received since, goes on to do so. */
int pvm_setsecurity(int security);

/* ---- Keys for the program's own use ------------------------------------- */

#define PVM_SESSKEY_LEN 32

/* A key that all tasks of this machine share, whatever host they are on: 32 bytes at `key`.
 * It is derived for this use and is none that protects anything of PVM's. `epoch` (may be
 * NULL) tells of which epoch it is; `secpvm rekey` begins another, with another key.
 * PvmOk, or PvmSysErr: no secured daemon answers on this host. */
int pvm_getsesskey(unsigned char *key, unsigned int *epoch);

/* The same, for one task: as every task of this machine can ask for it, it tells the
 * tasks' keys apart, and keeps no task from another. PvmBadParam if `tid` is no task's. */
int pvm_gettaskkey(int tid, unsigned char *key, unsigned int *epoch);

/* The secret of the daemons' own session, 32 bytes at `key`, as the report's tasks had it:
 * who has it reads and forges what the daemons send each other. PvmSysErr unless the
 * environment variable SECPVM_RAW_KEY was "allow" where the daemon of this host started;
 * its log warns of that. Better use pvm_getsesskey. */
int pvm_getsesskey_raw(unsigned char *key, unsigned int *epoch);

#ifdef __cplusplus
}
#endif

#endif
