/*
 * Declining direct routes between hosts: see direct_route.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "direct_route.h"

#include <stdbool.h>

#include "header.h"
#include "registry.h"
#include "route_mark.h"

#define TAG_CONREQ UINT32_C(0x80030001)
#define TAG_CONACK UINT32_C(0x80030002)
#define TAG_NOOP UINT32_C(0x80030004)

#define ENCODING_XDR UINT32_C(0x10000000)

/* Where the XDR data starts, and the fields in it. A string is its length with the
 * NUL (4 bytes), the bytes, and zeros up to a multiple of four. */
#define DATA (HEADER_LEN + MESSAGE_HEADER_LEN)
#define CONREQ_STRING (DATA + 4)
#define CONACK_REFUSAL (DATA + 4)
#define CONACK_STRING (DATA + 8)

/* Do the datagram's last bytes hold one XDR string, at `at`, of `text_min` to 255
 * bytes and a NUL? (The library unpacks it into 256 bytes.) */
static bool ends_with_string(const uint8_t *datagram, size_t len, size_t at, uint32_t text_min)
{
    uint32_t string_len;

    if (len < at + 4)
        return false;
    string_len = get_u32(datagram + at);
    return string_len > text_min && string_len <= 256
           && len == at + 4 + (string_len + 3) / 4 * 4
           && datagram[at + 4 + string_len - 1] == '\0';
}

static void flip_alias(uint8_t *tid)
{
    put_u32(tid, get_u32(tid) ^ ROUTE_ALIAS_BIT);
}

enum direct_route direct_route_decline(uint8_t *datagram, size_t len)
{
    const uint8_t whole = FLAG_SOM | FLAG_EOM | FLAG_DAT;
    uint8_t flags;
    uint32_t tag;

    if (len < HEADER_LEN + MESSAGE_HEADER_LEN)
        return ROUTE_NONE;
    flags = datagram[OFFSET_FLAGS];
    tag = get_u32(datagram + OFFSET_TAG);
    if ((flags & FLAG_SOM) == 0 || (tag != TAG_CONREQ && tag != TAG_CONACK))
        return ROUTE_NONE;

    if ((flags & whole) == whole && get_u32(datagram + OFFSET_ENCODING) == ENCODING_XDR) {
        if (tag == TAG_CONREQ && ends_with_string(datagram, len, CONREQ_STRING, 1)) {
            datagram[CONREQ_STRING + 4] = '/';
            flip_alias(datagram + OFFSET_SRC);
            return ROUTE_DECLINED;
        }
        if (tag == TAG_CONACK && ends_with_string(datagram, len, CONACK_STRING, 0)) {
            put_u32(datagram + CONACK_REFUSAL, 1);
            flip_alias(datagram + OFFSET_DST);
            return ROUTE_DECLINED;
        }
    }
    put_u32(datagram + OFFSET_TAG, TAG_NOOP);
    return ROUTE_WITHHELD;
}

/* Is this the first datagram of a message with `tag`? */
static bool begins(const uint8_t *datagram, size_t len, uint32_t tag)
{
    return len >= DATA && (datagram[OFFSET_FLAGS] & FLAG_SOM) != 0
           && get_u32(datagram + OFFSET_TAG) == tag;
}

enum direct_route direct_route_leave(uint8_t *datagram, size_t len)
{
    const uint8_t whole = FLAG_SOM | FLAG_EOM;
    bool is_answer = begins(datagram, len, TAG_CONACK);

    if (!is_answer && !begins(datagram, len, TAG_CONREQ))
        return ROUTE_NONE;
    if ((datagram[OFFSET_FLAGS] & whole) == whole
        && registry_has(get_u32(datagram + OFFSET_SRC))
        && (!is_answer || (get_u32(datagram + OFFSET_DST) & ROUTE_ALIAS_BIT) == 0))
        return ROUTE_NONE;
    return direct_route_decline(datagram, len);
}

void direct_route_arrive(uint8_t *datagram, size_t len)
{
    uint8_t first;

    if (!begins(datagram, len, TAG_CONREQ) || registry_has(get_u32(datagram + OFFSET_DST))
        || len <= CONREQ_STRING + 4)
        return;
    first = datagram[CONREQ_STRING + 4];
    if ((get_u32(datagram + OFFSET_SRC) & ROUTE_ALIAS_BIT) == 0
        && direct_route_decline(datagram, len) == ROUTE_DECLINED)
        put_u32(datagram + OFFSET_WAIT_ID, ROUTE_MARK | first);
}
