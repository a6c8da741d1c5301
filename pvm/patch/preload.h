/*
 * The value of LD_PRELOAD.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_PRELOAD_H
#define SECPVM_PRELOAD_H

/* The list `value` (entries apart by colons or spaces) without the entries that
 * resolve to the file `path`, an absolute path without symbolic links. A new string,
 * for the caller to free; NULL if there is no memory. */
char *preload_without(const char *value, const char *path);

#endif
