/*
 * The service of a daemon: keys for the tasks of its host, and whatever else its user's
 * programs ask for. The protocol is in service_protocol.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_SERVICE_H
#define SECPVM_SERVICE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/select.h>

#include "service_protocol.h"

/* Answer the `len` bytes of arguments: write up to SERVICE_PACKET_LEN_MAX - 1 bytes of
 * `result`, and their number to *result_len, which is 0 before. */
typedef enum service_status service_answer(const uint8_t *arguments, size_t len,
                                           uint8_t *result, size_t *result_len);

/* Listen. A child of this process serves nobody. NULL on success, else the reason, one
 * static phrase. */
const char *service_open(void);

/* Add what the service waits for to the set of the first `count` descriptors; returns the
 * new count. */
int service_watch(fd_set *reads, int count);

/* Do what is ready; takes it out of the set and returns how much it was. Never waits. */
int service_serve(fd_set *reads);

/* Stop, and remove the socket, if this process made it. */
void service_close(void);

#endif
