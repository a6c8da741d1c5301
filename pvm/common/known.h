/*
 * How a slave's pvmd knows that its master knows of it: the master's end of the start-up
 * channel says so on its standard input, once pvmd' has been given the slave's first line.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_KNOWN_H
#define SECPVM_KNOWN_H

/* Without its newline. */
#define KNOWN_LINE "secpvm-join known"

#endif
