/*
 * Tests of declining direct routes.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "../patch/direct_route.h"

#include <string.h>

#include "../patch/header.h"
#include "../patch/registry.h"
#include "check.h"
#include "route_mark.h"

#define CONREQ UINT32_C(0x80030001)
#define CONACK UINT32_C(0x80030002)
#define XDR UINT32_C(0x10000000)
#define WHOLE (FLAG_SOM | FLAG_EOM | FLAG_DAT)

#define TASK_A UINT32_C(0x00040003) /* task 3 on host 1 */
#define TASK_B UINT32_C(0x00080001) /* task 1 on host 2 */
#define ALIAS UINT32_C(0x00020000)

/* What the patch uses of pvmd. */
int pvmmytid;

struct datagram {
    uint8_t bytes[256];
    size_t len;
};

static void add(struct datagram *datagram, uint32_t word)
{
    put_u32(datagram->bytes + datagram->len, word);
    datagram->len += 4;
}

static void add_string(struct datagram *datagram, const char *text)
{
    size_t len = strlen(text) + 1;

    add(datagram, (uint32_t)len);
    memcpy(datagram->bytes + datagram->len, text, len);
    datagram->len += (len + 3) / 4 * 4;
}

/* The headers, as pvmd writes them. */
static struct datagram headers(uint32_t src, uint32_t dst, uint32_t tag, int flags)
{
    struct datagram datagram = {.len = 0};

    add(&datagram, dst);
    add(&datagram, src);
    add(&datagram, 0x00070000); /* sequence number 7 */
    add(&datagram, (uint32_t)flags << 24);
    add(&datagram, XDR);
    add(&datagram, tag);
    add(&datagram, 0x7ffff); /* the context of system messages */
    datagram.len = HEADER_LEN + MESSAGE_HEADER_LEN;
    return datagram;
}

static struct datagram request(const char *address)
{
    struct datagram datagram = headers(TASK_A, TASK_B, CONREQ, WHOLE);

    add(&datagram, 1318);
    add_string(&datagram, address);
    return datagram;
}

static struct datagram answer(uint32_t refusal, const char *address)
{
    struct datagram datagram = headers(TASK_B, TASK_A ^ ALIAS, CONACK, WHOLE);

    add(&datagram, 1318);
    add(&datagram, refusal);
    add_string(&datagram, address);
    return datagram;
}

static bool same(const struct datagram *a, const struct datagram *b)
{
    return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

static bool unchanged(struct datagram datagram)
{
    struct datagram before = datagram;

    return direct_route_decline(datagram.bytes, datagram.len) == ROUTE_NONE
           && same(&datagram, &before);
}

/* Is it withheld, with nothing but the tag altered? */
static bool withheld(struct datagram datagram)
{
    struct datagram expected = datagram;

    put_u32(expected.bytes + OFFSET_TAG, 0x80030004);
    return direct_route_decline(datagram.bytes, datagram.len) == ROUTE_WITHHELD
           && same(&datagram, &expected);
}

static void check_declined(void)
{
    struct datagram datagram = request("0a580001:9c40");
    struct datagram expected = request("/a580001:9c40");

    put_u32(expected.bytes + OFFSET_SRC, TASK_A ^ ALIAS);
    check(direct_route_decline(datagram.bytes, datagram.len) == ROUTE_DECLINED
              && same(&datagram, &expected),
          "a request comes from an alias, and asks for a unix socket");

    datagram = answer(0, "/tmp/pvmtmp001234.0");
    expected = answer(1, "/tmp/pvmtmp001234.0");
    put_u32(expected.bytes + OFFSET_DST, TASK_A);
    check(direct_route_decline(datagram.bytes, datagram.len) == ROUTE_DECLINED
              && same(&datagram, &expected),
          "an answer goes to the task behind the alias, and refuses");

    datagram = answer(1, "");
    expected = answer(1, "");
    put_u32(expected.bytes + OFFSET_DST, TASK_A);
    check(direct_route_decline(datagram.bytes, datagram.len) == ROUTE_DECLINED
              && same(&datagram, &expected),
          "a refusal remains one");
}

static void check_others(void)
{
    struct datagram datagram = headers(TASK_A, TASK_B, 3, WHOLE);

    add(&datagram, 1318);
    add_string(&datagram, "0a580001:9c40");
    check(unchanged(datagram), "a program's message is not touched");
    datagram = request("0a580001:9c40");
    datagram.bytes[OFFSET_FLAGS] = FLAG_EOM | FLAG_DAT;
    check(unchanged(datagram), "a later fragment, where data lies in the tag's place, is not");
    datagram.len = HEADER_LEN;
    datagram.bytes[OFFSET_FLAGS] = FLAG_ACK;
    check(unchanged(datagram), "an acknowledgement is not");
    datagram = request("");
    datagram.len = HEADER_LEN + MESSAGE_HEADER_LEN - 1;
    check(unchanged(datagram), "a header cut short is not");
}

static void check_withheld(void)
{
    struct datagram datagram = request("0a580001:9c40");

    datagram.bytes[OFFSET_FLAGS] = FLAG_SOM | FLAG_DAT;
    check(withheld(datagram), "a request in fragments is withheld");
    datagram = answer(0, "0a580001:9c40");
    datagram.bytes[OFFSET_FLAGS] = FLAG_SOM | FLAG_DAT;
    check(withheld(datagram), "an answer in fragments is withheld");
    check(withheld(request("")), "a request without an address is withheld");
    datagram = request("0a580001:9c40");
    put_u32(datagram.bytes + OFFSET_ENCODING, 1);
    check(withheld(datagram), "another encoding is withheld");
}

/* Every length, and a string length that lies. */
static void check_lengths(void)
{
    struct datagram whole = request("0a580001:9c40");
    struct datagram datagram;
    bool all = true;
    size_t len;

    for (len = HEADER_LEN + MESSAGE_HEADER_LEN; len < whole.len; len++) {
        datagram = whole;
        datagram.len = len;
        all = all && withheld(datagram);
    }
    check(all, "a request cut short anywhere in its data is withheld");
    whole = answer(0, "0a580001:9c40");
    for (all = true, len = HEADER_LEN + MESSAGE_HEADER_LEN; len < whole.len; len++) {
        datagram = whole;
        datagram.len = len;
        all = all && withheld(datagram);
    }
    check(all, "an answer cut short anywhere in its data is withheld");
    datagram = request("0a580001:9c40");
    put_u32(datagram.bytes + HEADER_LEN + MESSAGE_HEADER_LEN + 4, UINT32_C(0xffffffff));
    check(withheld(datagram), "a string of 4294967295 bytes is withheld");
    datagram = request("0a580001:9c40");
    memset(datagram.bytes + datagram.len - 4, 'x', 4);
    check(withheld(datagram), "a string without its NUL is withheld");
}

static struct datagram left(struct datagram datagram, enum direct_route expected)
{
    check(direct_route_leave(datagram.bytes, datagram.len) == expected, "what leaves is judged");
    return datagram;
}

/* Task A of host 1 registers; task B of host 2 does, or does not. */
static void check_registered(void)
{
    struct datagram asked = request("0a580001:9c40"), altered = asked;
    uint8_t task[4];
    size_t none = 0;

    pvmmytid = (int)tid_of_pvmd(1);
    altered = left(asked, ROUTE_DECLINED);
    put_u32(task, TASK_A);
    check(registry_answer(task, sizeof task, NULL, &none) == SERVICE_OK, "a task registers");
    altered = left(asked, ROUTE_NONE);
    check(same(&asked, &altered), "its request leaves as it is");
    asked.bytes[OFFSET_FLAGS] = FLAG_SOM | FLAG_DAT;
    (void)left(asked, ROUTE_WITHHELD);
    asked = altered;

    pvmmytid = (int)tid_of_pvmd(2);
    direct_route_arrive(altered.bytes, altered.len);
    check(get_u32(altered.bytes + OFFSET_SRC) == (TASK_A ^ ALIAS)
              && get_u32(altered.bytes + OFFSET_WAIT_ID) == (ROUTE_MARK | '0')
              && altered.bytes[HEADER_LEN + MESSAGE_HEADER_LEN + 8] == '/',
          "one for a task that has not registered is declined where it arrives, and marked");
    altered = answer(0, "0a580001:9c40");
    check(left(altered, ROUTE_DECLINED).len == altered.len, "so is what that task answers");
    put_u32(task, TASK_B);
    check(registry_answer(task, sizeof task, NULL, &none) == SERVICE_OK, "it registers");
    altered = asked;
    direct_route_arrive(altered.bytes, altered.len);
    check(same(&asked, &altered), "one for a task that has registered arrives as it is");
}

int main(void)
{
    check_registered();
    check_declined();
    check_others();
    check_withheld();
    check_lengths();
    return check_end();
}
