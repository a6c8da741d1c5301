/* A check that says where it failed, for the C tests. SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef SECPVM_TESTS_CHECK_H
#define SECPVM_TESTS_CHECK_H

#include <stdio.h>
#include <stdlib.h>

#include "secpvm_core.h"

/* End the test with exit status 1 unless `condition` holds. */
#define CHECK(condition)                                                              \
    do {                                                                              \
        if (!(condition)) {                                                           \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);   \
            exit(1);                                                                  \
        }                                                                             \
    } while (0)

/* End the test with exit status 1 unless `call` returns `expected`. */
#define EXPECT(expected, call)                                                        \
    do {                                                                              \
        secpvm_status status_ = (call);                                               \
        if (status_ != (expected)) {                                                  \
            fprintf(stderr, "%s:%d: %s: expected %d, got %d (%s)\n", __FILE__,        \
                    __LINE__, #call, (int)(expected), (int)status_,                   \
                    secpvm_strerror(status_));                                        \
            exit(1);                                                                  \
        }                                                                             \
    } while (0)

#endif
