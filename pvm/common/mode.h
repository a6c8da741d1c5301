/*
 * How the datagrams of a machine are protected: sealed, in clear, or as in 1997.
 *
 * The mode is chosen by one word, which goes from the command secpvm to the master's
 * pvmd, and from there through secpvm-join to each slave's. No datagram and no packet
 * can choose it: a current slave gets its mode as part of what its join authenticates,
 * and a classic machine is one because its user named the profile.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_MODE_H
#define SECPVM_MODE_H

#include <stdint.h>

/* Names the mode to a pvmd that is about to start. Not set: MODE_SEALED. */
#define MODE_VARIABLE "SECPVM_MODE"

enum mode_kind {
    MODE_SEALED, /* records, of the session's suite */
    MODE_CLEAR,  /* stock PVM's datagrams, and a session that tasks can use */
    MODE_CLASSIC /* the packets and the key exchange of docs/classic-1997.md */
};

struct mode {
    const char *word;
    enum mode_kind kind;
    /* MODE_CLASSIC only: */
    uint8_t level;    /* secpvm_classic_level */
    uint8_t cipher;   /* secpvm_classic_cipher */
    const char *name; /* for the log */
};

/* The mode of that word: `sealed`, `none`, or one of classic-1997's protections
 * `classic-1997:plain`, `:md5`, `:des`, `:3des`, `:idea`, `:rc4`. NULL for any other. */
const struct mode *mode_by_word(const char *word);

/* What MODE_VARIABLE names, MODE_SEALED if it is not set; NULL if it is no mode's
 * word. */
const struct mode *mode_of_environment(void);

#endif
