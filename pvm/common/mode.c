/*
 * How the datagrams of a machine are protected: see mode.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "mode.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "secpvm_core.h"

#define CLASSIC(word, level, cipher, name)                                                         \
    {                                                                                              \
        "classic-1997:" word, MODE_CLASSIC, SECPVM_CLASSIC_##level, SECPVM_CLASSIC_##cipher,       \
            "classic-1997 " name                                                                   \
    }

static const struct mode modes[] = {
    {"sealed", MODE_SEALED, 0, 0, NULL},
    {"none", MODE_CLEAR, 0, 0, NULL},
    CLASSIC("plain", PLAIN, NO_CIPHER, "plain"),
    CLASSIC("md5", AUTHENTICATED, NO_CIPHER, "md5"),
    CLASSIC("des", ENCRYPTED, DES, "des+md5"),
    CLASSIC("3des", ENCRYPTED, 3DES, "3des+md5"),
    CLASSIC("idea", ENCRYPTED, IDEA, "idea+md5"),
    CLASSIC("rc4", ENCRYPTED, RC4, "rc4+md5"),
};

const struct mode *mode_by_word(const char *word)
{
    size_t i;

    for (i = 0; i < sizeof modes / sizeof modes[0]; i++)
        if (strcmp(word, modes[i].word) == 0)
            return &modes[i];
    return NULL;
}

const struct mode *mode_of_environment(void)
{
    const char *word = getenv(MODE_VARIABLE);

    return word == NULL ? &modes[0] : mode_by_word(word);
}
