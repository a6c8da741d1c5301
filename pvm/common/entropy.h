/*
 * Random bytes from the operating system.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_ENTROPY_H
#define SECPVM_ENTROPY_H

#include <stddef.h>

/* Fill `len` bytes, at most 256 (getrandom(2) gives those in one piece). End the
 * process with a line on stderr if the system has none: nothing else is safe. */
void entropy_fill(void *bytes, size_t len);

#endif
