/*
 * What a person types, or pastes.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_TYPED_H
#define SECPVM_TYPED_H

/* A line, with room for what may stand around it: pvmd reads no longer ones. */
#define TYPED_CAP 256

/* The next line that is not empty, without spaces at its ends, cut at TYPED_CAP - 1
 * bytes. -1 at the end of the input. */
int typed_line(int in, char text[TYPED_CAP]);

#endif
