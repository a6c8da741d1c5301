/*
 * Datagrams that were not believed: see drops.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "drops.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>

enum drop drop_of_status(secpvm_status status)
{
    switch (status) {
    case SECPVM_REJECTED_REPLAYED:
        return DROP_REPLAYED;
    case SECPVM_REJECTED_STALE:
        return DROP_STALE;
    case SECPVM_REJECTED_MALFORMED:
    case SECPVM_ERR_LENGTH:
        return DROP_MALFORMED;
    default:
        return DROP_FORGED;
    }
}

static uint64_t total(const struct drops *drops)
{
    uint64_t sum = 0;
    int reason;

    for (reason = 0; reason < DROP_COUNT; reason++)
        sum += drops->count[reason];
    return sum;
}

void drops_count(struct drops *drops, enum drop reason, const struct sockaddr_in *from,
                 uint64_t now_ms)
{
    drops->count[reason]++;
    drops->from = *from;
    pace_event(&drops->pace, now_ms);
}

bool drops_untold(const struct drops *drops)
{
    return total(drops) != drops->told;
}

void drops_tell(struct drops *drops, uint64_t now_ms, char line[DROPS_LINE_LEN_MAX])
{
    char address[INET_ADDRSTRLEN] = "?";

    (void)inet_ntop(AF_INET, &drops->from.sin_addr, address, sizeof address);
    drops->told = total(drops);
    (void)snprintf(line, DROPS_LINE_LEN_MAX,
                   "secpvm: dropped %" PRIu64 " datagrams (forged %" PRIu64 ", replayed %" PRIu64
                   ", stale %" PRIu64 ", malformed %" PRIu64 ", foreign %" PRIu64
                   "), the last from %s:%u",
                   drops->told, drops->count[DROP_FORGED], drops->count[DROP_REPLAYED],
                   drops->count[DROP_STALE], drops->count[DROP_MALFORMED],
                   drops->count[DROP_FOREIGN], address, (unsigned)ntohs(drops->from.sin_port));
    pace_written(&drops->pace, now_ms);
}
