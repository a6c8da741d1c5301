/*
 * Tests of the modes' words.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "../common/mode.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "secpvm_core.h"

static void check_words(void)
{
    static const char *const words[]
        = {"sealed",           "none",           "classic-1997:plain", "classic-1997:md5",
           "classic-1997:des", "classic-1997:3des", "classic-1997:idea", "classic-1997:rc4"};
    const struct mode *mode;
    size_t i;
    bool all = true;

    for (i = 0; i < sizeof words / sizeof words[0]; i++) {
        mode = mode_by_word(words[i]);
        all = all && mode != NULL && strcmp(mode->word, words[i]) == 0
              && (mode->kind == MODE_CLASSIC) == (i >= 2);
    }
    check(all, "each mode has its word");
    mode = mode_by_word("classic-1997:3des");
    check(mode != NULL && mode->level == SECPVM_CLASSIC_ENCRYPTED
              && mode->cipher == SECPVM_CLASSIC_3DES,
          "a classic one has a level and a cipher");
    check(mode_by_word("") == NULL && mode_by_word("None") == NULL
              && mode_by_word("classic-1997") == NULL && mode_by_word("classic-1997:aes") == NULL
              && mode_by_word("classic-1997:3des ") == NULL,
          "other words are none");
}

static void check_environment(void)
{
    unsetenv(MODE_VARIABLE);
    check(mode_of_environment()->kind == MODE_SEALED, "without a word it is sealed");
    setenv(MODE_VARIABLE, "none", 1);
    check(mode_of_environment()->kind == MODE_CLEAR, "with one it is that");
    setenv(MODE_VARIABLE, "nothing", 1);
    check(mode_of_environment() == NULL, "with another it is none at all");
    setenv(MODE_VARIABLE, "", 1);
    check(mode_of_environment() == NULL, "nor with an empty one");
}

int main(void)
{
    check_words();
    check_environment();
    return check_end();
}
