/*
 * Preloaded into tasks: PVM's own variable for pvm_setopt(PvmRoute, ...), with another first value.
 * The tasks ask for direct routes from their first message on.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <pvm3.h>

int pvmrouteopt = PvmRouteDirect;
