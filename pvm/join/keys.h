/*
 * This user's static keys, in ${XDG_CONFIG_HOME:-$HOME/.config}/secpvm:
 *
 *     key            "secpvm-private-key", a space, 64 hexadecimal digits, a newline
 *     known-hosts    the hosts that this one may add, a line each: name, public key
 *     known-masters  the masters that may add this one, likewise; if the file is there,
 *                    nobody else may
 *
 * Keys are X25519's, 32 bytes, in 64 lower-case digits. In the last two files blank
 * lines and lines that begin with # say nothing, and a name stands there once. Nobody
 * but the user may read the first file, nor write the others. `secpvm keygen`,
 * `secpvm known-hosts` and `secpvm known-masters` keep them.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_KEYS_H
#define SECPVM_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "secpvm_core.h"

/* A path, and a sentence about it. */
#define REASON_CAP (4096 + 256)

/* A fingerprint: the first 16 bytes of the public key's SHA-256 in hexadecimal, as
 * eight groups apart by dashes, and a NUL. */
#define FINGERPRINT_CAP 40

/* What a responder's reason begins with when it is the two keys that don't match. */
#define ABOUT_KEY "this host's key "

struct known {
    uint8_t key[SECPVM_NOISE_KEY_LEN];
    char file[4096];
    int line;
};

/* Read the private key. -1 and the reason. */
int keys_read_own(uint8_t own_private[SECPVM_NOISE_KEY_LEN], char reason[REASON_CAP]);

/* The key of the host `name`. -1 and the reason: none is known, or the file is bad. */
int keys_find_host(const char *name, struct known *known, char reason[REASON_CAP]);

/* Does this host list masters? Then it takes no join without a key. */
bool keys_lists_masters(void);

/* Is that one of the masters that this host takes? -1 and the reason why not. */
int keys_check_master(const uint8_t key[SECPVM_NOISE_KEY_LEN], char reason[REASON_CAP]);

secpvm_status keys_public(const uint8_t own_private[SECPVM_NOISE_KEY_LEN],
                          uint8_t public_key[SECPVM_NOISE_KEY_LEN]);

void keys_fingerprint(const uint8_t public_key[SECPVM_NOISE_KEY_LEN],
                      char text[FINGERPRINT_CAP]);

#endif
