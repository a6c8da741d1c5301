/*
 * What belongs to one process, and to no fork of it: a sealer. A fork that went on with
 * its parent's would seal two datagrams under one packet number.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_OWN_H
#define SECPVM_OWN_H

#include <stdbool.h>
#include <stdint.h>

#include "secpvm_core.h"

/* A mark of this process's own. The kernel wipes it in every child, however that is
 * made, and to read it takes no system call. */
typedef volatile uint8_t *own_mark;

/* A new mark, not set. SECPVM_ERR_NO_MEMORY. */
secpvm_status own_new(own_mark *mark);

/* A sender id for a process of `host`: the host index in 16 bits and 48 random bits,
 * drawn anew. With the n processes that one host index ever has (pvmd' is one for each
 * pvm_addhosts), two draw the same bits with a chance of about n^2 / 2^49: 2^-25 for
 * 4095 of them. */
uint64_t own_sender(uint32_t host);

/* The host index in a sender id. */
uint32_t own_host(uint64_t sender);

#endif
