/*
 * Starting the slave's pvmd with the patch.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_SLAVE_H
#define SECPVM_SLAVE_H

#include "mode.h"
#include "path.h"

/* Find the patch. NULL, or the reason why it can't be loaded. */
const char *slave_find_patch(char patch[PATH_CAP]);

/* Load `patch` into what is executed next, and tell it the mode of its machine, which
 * replaces any in the environment. NULL, or the reason why not. */
const char *slave_prepare(const char *patch, const struct mode *mode);

/* Execute command[0], whose words end with NULL. Returns an exit status, after a line
 * on stderr, on failure only. */
int slave_execute(char *const command[]);

#endif
