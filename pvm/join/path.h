/*
 * Where this program lies.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_PATH_H
#define SECPVM_PATH_H

#define PATH_CAP 4096

/* The absolute path of this program, without symbolic links. -1 if unknown. */
int path_own(char path[PATH_CAP]);

/* The path of `name` in the folder of this program. */
int path_sibling(const char *name, char path[PATH_CAP]);

/* The path of this program on new hosts: SECPVM_DPATH, or the same as here, for which
 * `own` is the room. NULL when it has been said that it is unknown. */
const char *path_remote(char own[PATH_CAP]);

#endif
