/*
 * The daemon's first words, and its file of counters, as soon as it runs.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_ANNOUNCE_H
#define SECPVM_ANNOUNCE_H

/* Have them come before the daemon's first fork, too. Call once. */
void announce_before_fork(void);

#endif
