/*
 * meddle: two tasks on two hosts with a direct route between them, and somebody in its path
 * who has every byte that the first one's PVM writes.
 *
 *     meddle DEED
 *
 * The master sends its partner the messages 1 to 4. What PVM writes of 2 and 3 is held back;
 * then DEED is done, and 4 and the word that this was all follow. The partner tells which
 * messages it has received: the master prints their numbers, and exits with 0 if they were
 * as they had been sent. What the partner says on its standard error is printed, too.
 *
 * For `secpvm run`; linked so that it stands in front of what the libraries call.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "pair.h"

#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

#define FILLING_LEN 10000
#define MESSAGES 4
#define TAG_NUMBER 11
#define TAG_REPORT 12

/* What PVM writes to a direct route: frames. The first one of a message has 32 bytes more. */
#define FRAMES_MAX 8
#define OFFSET_SOURCE 4
#define OFFSET_LEN 8
#define OFFSET_FLAGS 12
#define FRAME_HEADER_LEN 16
#define OFFSET_TAG (FRAME_HEADER_LEN + 4)
#define FLAG_FIRST 1
#define FLAG_LAST 2

/* PVM's word that a task has ended. */
#define TAG_TASKEXIT 0x80030003u

static struct message {
    size_t count;
    struct {
        unsigned char bytes[8192];
        size_t len;
    } frames[FRAMES_MAX];
} second, third;

static const char *deed = "";
static bool is_master;
static int route = -1; /* its socket */

static void *next(const char *name)
{
    void *symbol = dlsym(RTLD_NEXT, name);

    if (symbol == NULL)
        pair_fail(name);
    return symbol;
}

static void put_u32(unsigned char *to, uint32_t value)
{
    value = htonl(value);
    memcpy(to, &value, 4);
}

/* ---- In the path ----------------------------------------------------------- */

static ssize_t send_on(int fd, const void *bytes, size_t len, int flags)
{
    static ssize_t (*function)(int, const void *, size_t, int);
    void *symbol;

    if (function == NULL) {
        symbol = next("send");
        memcpy(&function, &symbol, sizeof function);
    }
    return function(fd, bytes, len, flags);
}

/* All of it, however long that takes. */
static void put(const void *bytes, size_t len)
{
    struct pollfd ready = {.fd = route, .events = POLLOUT};
    const char *at = bytes;
    ssize_t done;

    while (len > 0) {
        done = send_on(route, at, len, MSG_NOSIGNAL);
        if (done == -1 && errno != EAGAIN)
            return; /* the other end does not want it */
        if (done == -1)
            poll(&ready, 1, -1);
        else {
            at += done;
            len -= (size_t)done;
        }
    }
}

static void put_frame(const struct message *message, size_t i)
{
    put(message->frames[i].bytes, message->frames[i].len);
}

static void put_message(const struct message *message)
{
    size_t i;

    for (i = 0; i < message->count; i++)
        put_frame(message, i);
}

/* Wait until the partner closes the route. */
static void await_end(void)
{
    struct pollfd ready = {.fd = route, .events = POLLIN};
    char byte;

    do {
        if (poll(&ready, 1, PAIR_PATIENCE_S * 1000) != 1)
            pair_fail("the route stays open");
    } while (recv(route, &byte, 1, MSG_PEEK) == -1 && errno == EAGAIN);
}

/* ---- Deeds ----------------------------------------------------------------- */

static void nothing(void)
{
    put_message(&second);
    put_message(&third);
}

static void alter(void)
{
    second.frames[1].bytes[1000] ^= 1;
    nothing();
}

static void other_tag(void)
{
    put_u32(second.frames[0].bytes + OFFSET_TAG, TAG_REPORT);
    nothing();
}

static void other_source(void)
{
    size_t i;

    for (i = 0; i < second.count; i++)
        second.frames[i].bytes[OFFSET_SOURCE + 3] ^= 1;
    nothing();
}

static void drop(void)
{
    put_message(&third);
}

static void repeat(void)
{
    put_message(&second);
    nothing();
}

static void reverse(void)
{
    put_message(&third);
    put_message(&second);
}

/* The last two frames of a message change their places. */
static void swap(void)
{
    second.frames[1].bytes[OFFSET_FLAGS] = FLAG_LAST;
    second.frames[2].bytes[OFFSET_FLAGS] = 0;
    put_frame(&second, 0);
    put_frame(&second, 2);
    put_frame(&second, 1);
    put_message(&third);
}

/* Two messages change their frames. */
static void mix(void)
{
    put_frame(&second, 0);
    put_frame(&third, 1);
    put_frame(&second, 2);
    put_frame(&third, 0);
    put_frame(&second, 1);
    put_frame(&third, 2);
}

static void cut(void)
{
    second.frames[1].bytes[OFFSET_FLAGS] = FLAG_LAST;
    put_frame(&second, 0);
    put_frame(&second, 1);
    put_message(&third);
}

/* A frame of no message. */
static void orphan(void)
{
    put_frame(&second, 1);
    put_message(&third);
}

/* A message of PVM's own making, of one number, that nobody has sealed. */
static void forge(uint32_t tag)
{
    unsigned char frame[FRAME_HEADER_LEN + 32 + 4] = {0};

    memcpy(frame, second.frames[0].bytes, FRAME_HEADER_LEN);
    put_u32(frame + OFFSET_LEN, sizeof frame - FRAME_HEADER_LEN);
    frame[OFFSET_FLAGS] = FLAG_FIRST | FLAG_LAST;
    put_u32(frame + FRAME_HEADER_LEN, 0x10000000);
    put_u32(frame + OFFSET_TAG, tag);
    memcpy(frame + FRAME_HEADER_LEN + 32, second.frames[0].bytes + OFFSET_SOURCE, 4);
    put(frame, sizeof frame);
    nothing();
}

static void forge_message(void)
{
    forge(TAG_NUMBER);
}

static void forge_control(void)
{
    forge(TAG_TASKEXIT);
}

/* A frame that says it is of this length. */
static void of_length(uint32_t len)
{
    put_u32(second.frames[0].bytes + OFFSET_LEN, len);
    nothing();
    await_end();
}

static void too_long(void)
{
    of_length(INT32_MAX);
}

static void long_for_pvm(void)
{
    of_length(64 << 20);
}

static void negative(void)
{
    of_length((uint32_t)INT32_MIN);
}

/* The route is gone before the last frame of the third message. */
static void end_route(void)
{
    shutdown(route, SHUT_RDWR);
}

static const struct {
    const char *name;
    void (*act)(void);
} deeds[] = {
    {"nothing", nothing},
    {"alter", alter},
    {"tag", other_tag},
    {"source", other_source},
    {"drop", drop},
    {"repeat", repeat},
    {"reverse", reverse},
    {"swap", swap},
    {"mix", mix},
    {"cut", cut},
    {"orphan", orphan},
    {"forge", forge_message},
    {"control", forge_control},
    {"long", too_long},
    {"longer-than-sealed", long_for_pvm},
    {"negative", negative},
    {"end", end_route},
    {"stranger", nothing},
};

static void act(void)
{
    size_t i;

    for (i = 0; i < sizeof deeds / sizeof deeds[0]; i++)
        if (strcmp(deeds[i].name, deed) == 0) {
            deeds[i].act();
            return;
        }
}

/* ---- In front of the libraries ----------------------------------------------- */

static bool is_route(int fd)
{
    struct sockaddr_in address;
    socklen_t len = sizeof address;

    return is_master && getpeername(fd, (void *)&address, &len) == 0
           && address.sin_family == AF_INET;
}

static void hold(struct message *message, const void *bytes, size_t len)
{
    size_t i = message->count++;

    if (i == FRAMES_MAX || len > sizeof message->frames[i].bytes)
        pair_fail("longer than expected");
    memcpy(message->frames[i].bytes, bytes, len);
    message->frames[i].len = len;
}

/* PVM writes a frame at a time, and what it writes here is less than a socket takes. */
ssize_t send(int fd, const void *bytes, size_t len, int flags)
{
    static int messages;
    unsigned char frame_flags;

    if (messages > 3 || !is_route(fd))
        return send_on(fd, bytes, len, flags);
    route = fd;
    frame_flags = ((const unsigned char *)bytes)[OFFSET_FLAGS];
    if (frame_flags & FLAG_FIRST)
        messages++;
    if (messages != 2 && messages != 3)
        return send_on(fd, bytes, len, flags);
    hold(messages == 2 ? &second : &third, bytes, len);
    if (messages != 3 || (frame_flags & FLAG_LAST) == 0)
        return (ssize_t)len;
    messages++;
    act();
    return strcmp(deed, "end") == 0 ? send_on(fd, bytes, len, flags) : (ssize_t)len;
}

/* The partner's: somebody else connects, or tries to, before the master can. */
int listen(int fd, int backlog)
{
    static int (*function)(int, int);
    void *symbol = next("listen");
    struct sockaddr_in address;
    socklen_t len = sizeof address;
    int result;

    memcpy(&function, &symbol, sizeof function);
    result = function(fd, backlog);
    if (strcmp(deed, "stranger") == 0 && getsockname(fd, (void *)&address, &len) == 0
        && address.sin_family == AF_INET
        && connect(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), (void *)&address, len) == -1
        && errno != EINPROGRESS)
        pair_fail("the stranger cannot connect");
    return result;
}

/* ---- The tasks ------------------------------------------------------------- */

static char filling[FILLING_LEN];

/* 0: that was all. */
static void send_number(int to, int number)
{
    memset(filling, 'a' + number, sizeof filling);
    pvm_initsend(PvmDataDefault);
    pvm_pkint(&number, 1, 1);
    pvm_pkbyte(filling, sizeof filling, 1);
    if (pvm_send(to, TAG_NUMBER) != 0)
        pair_fail("cannot send");
}

static int receive_number(int from)
{
    struct timeval patience = {PAIR_PATIENCE_S, 0};
    int number, tag;
    size_t i;

    if (pvm_trecv(from, -1, &patience) <= 0)
        pair_fail("the messages do not end");
    pvm_bufinfo(pvm_getrbuf(), NULL, &tag, NULL);
    if (tag != TAG_NUMBER || pvm_upkint(&number, 1, 1) != 0
        || pvm_upkbyte(filling, sizeof filling, 1) != 0)
        pair_fail("a message that was not sent");
    for (i = 0; i < sizeof filling; i++)
        if (filling[i] != 'a' + number)
            pair_fail("a message that was altered");
    return number;
}

static void be_partner(void)
{
    int master = pvm_parent(), number;
    char report[100] = "";

    while ((number = receive_number(master)) != 0 && strlen(report) < sizeof report - 20)
        sprintf(report + strlen(report), " %d", number);
    pvm_initsend(PvmDataDefault);
    pvm_pkstr(report);
    pvm_send(master, TAG_REPORT);
    pvm_exit();
}

static void be_master(char *program)
{
    char *arguments[] = {(char *)deed, NULL}, report[100];
    struct timeval patience = {PAIR_PATIENCE_S, 0};
    int partner, number;

    is_master = true;
    pvm_setopt(PvmRoute, PvmRouteDirect);
    pvm_catchout(stdout);
    if (pvm_spawn(program, arguments, PvmTaskHost | PvmHostCompl, ".", 1, &partner) != 1)
        pair_fail("cannot spawn the partner");
    for (number = 1; number <= MESSAGES; number++)
        send_number(partner, number);
    send_number(partner, 0);
    if (route == -1)
        pair_fail("there was no direct route");
    if (pvm_trecv(partner, TAG_REPORT, &patience) <= 0)
        pair_fail("no report");
    pvm_upkstr(report);
    pvm_exit();
    printf("received:%s\n", report);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        pair_fail("usage: meddle DEED");
    deed = argv[1];
    if (pvm_mytid() < 0)
        pair_fail("cannot enrol in PVM: is a machine running?");
    if (pair_is_partner())
        be_partner();
    else
        be_master("meddle");
    return 0;
}
