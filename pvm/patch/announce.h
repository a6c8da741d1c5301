/*
 * What a daemon says of itself once, when its log is open.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_ANNOUNCE_H
#define SECPVM_ANNOUNCE_H

/* The log says what the daemon seals with, and warns of a key log. */
void announce(void);

#endif
