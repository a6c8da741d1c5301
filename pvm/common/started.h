/*
 * How the master's end of the start-up channel knows that what it has started is a
 * pvmd with the patch: the patch says so, before pvmd's own first line.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_STARTED_H
#define SECPVM_STARTED_H

/* Without its newline. */
#define STARTED_LINE "secpvm-join started"

#endif
