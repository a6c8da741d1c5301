/*
 * The suites that the program has chosen for single messages: by their buffers' numbers.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_MARKS_H
#define SECPVM_MARKS_H

#include <stdint.h>

/* No choice for this buffer. */
#define MARK_NONE 0

/* Note the suite of buffer `mid`. Numbers are few, and used again. -1: no memory. */
int marks_set(int mid, uint16_t suite);

uint16_t marks_get(int mid);

#endif
