/*
 * Where a daemon's files stand, by PVM's own rule: the folder PVM_TMP or /tmp, the user, and
 * the machine (PVM_VMID) if it has a name.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_PLACE_H
#define SECPVM_PLACE_H

#include <stdbool.h>

#define PLACE_PATH_CAP 4096

/* The counters of a daemon, and the socket where it serves the tasks of its host. */
#define PLACE_STATUS ""
#define PLACE_SERVICE ".k"

/* "<folder>/secpvm.<uid>[.<vmid>]<suffix>". -1 if it is too long. */
int place_find(const char *suffix, char path[PLACE_PATH_CAP]);

/* Is the file at that path this user's? In a folder where others may write it may be
 * theirs, and whoever connects to their socket may wait for ever. */
bool place_is_own(const char *path);

#endif
