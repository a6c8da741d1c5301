/*
 * Datagrams that were not believed: counted by reason, and told at a bounded rate.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_DROPS_H
#define SECPVM_DROPS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "pace.h"
#include "secpvm_core.h"

enum drop {
    DROP_FORGED,    /* not made by a member for this receiver, or altered */
    DROP_REPLAYED,  /* taken before */
    DROP_STALE,     /* of another epoch, or too old to tell */
    DROP_MALFORMED, /* no record, such as a plain PVM datagram */
    DROP_FOREIGN,   /* authentic, but its source is on another host than its sender */
    DROP_COUNT
};

/* The longest line: five numbers of 20 digits, their sum, an address, the words. */
#define DROPS_LINE_LEN_MAX 256

/* All zero is the beginning. */
struct drops {
    uint64_t count[DROP_COUNT];
    uint64_t told; /* the total in the last line */
    struct sockaddr_in from;
    struct pace pace;
};

/* The reason that a rejection amounts to. A failure of the library that is no
 * verdict about the bytes (too many senders, no memory) counts as forged: the
 * datagram could not be verified. */
enum drop drop_of_status(secpvm_status status);

void drops_count(struct drops *drops, enum drop reason, const struct sockaddr_in *from,
                 uint64_t now_ms);

/* Is there something that no line has told yet? */
bool drops_untold(const struct drops *drops);

/* Write the line of totals, without a newline, and note that it was told. */
void drops_tell(struct drops *drops, uint64_t now_ms, char line[DROPS_LINE_LEN_MAX]);

#endif
