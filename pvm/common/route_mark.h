/*
 * A request for a direct route that the receiver's own daemon has declined in the name of
 * a task that had not registered yet: how the task, if it registers after all, sees that.
 * The wait id of the message, which PVM does not use in it, is this mark, and in its low 8
 * bits what was the first byte of the address.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_ROUTE_MARK_H
#define SECPVM_ROUTE_MARK_H

#include <stdint.h>

#define ROUTE_MARK UINT32_C(0x73650300)
#define ROUTE_MARK_MASK UINT32_C(0xffffff00)

/* What tells the alias of a task, from which such a request seems to come. */
#define ROUTE_ALIAS_BIT UINT32_C(0x00020000)

#endif
