/*
 * Where this library lies, and what it leaves in the environment.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_LIBRARY_H
#define SECPVM_LIBRARY_H

#define LIBRARY_PATH_MAX 4096

/* The absolute path of `name` in the folder of this library. -1 if there is none. */
int library_sibling(const char *name, char path[LIBRARY_PATH_MAX]);

/* Take this library, and nothing else, out of LD_PRELOAD, and every SECPVM_ variable
 * but SECPVM_DPATH out of the environment, so that tasks start as they always did. */
void library_leave_environment(void);

#endif
