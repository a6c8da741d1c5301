/*
 * What an earlier pvmd has left: its log, and its address.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_LOG_H
#define SECPVM_LOG_H

/* pvmd opens its log, pvml.<uid> in PVM_TMP or /tmp, only if there is none yet; where
 * one is left from an earlier machine it runs without, and what it drops is told to
 * nobody. So move an old log to pvml.<uid>.old, unless its pvmd still runs and listens at
 * the address in pvmd.<uid>. Where nobody listens, that file goes: pvmd does not replace
 * it, and no program on the host would find the new pvmd. With PVM_VMID set, both names have `.<PVM_VMID>` behind the uid. A
 * log that can't be moved is worth a line on stderr, but no reason not to start. */
void log_move_aside(void);

#endif
