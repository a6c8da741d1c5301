/*
 * The only hook of select, where pvmd waits for everything.
 *
 * The first time, the daemon announces itself and opens its files: its log is open and
 * its standard error closed by then, the slave has forked and knows PVM_VMID, and nobody
 * closes its descriptors any more. Written any earlier, a line would come out on the
 * terminal. A master with a hostfile forks pvmd' before it waits; pvmd', which is nobody's
 * daemon, is not to take its place.
 *
 * From then on the daemon waits for requests to its service and for the timer too. pvmd
 * does not see them: it wakes for its own events, or when its own time is over.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "wait.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/select.h>
#include <sys/time.h>

#include "announce.h"
#include "member.h"
#include "next.h"
#include "pace.h"
#include "pvmd.h"
#include "service.h"
#include "status.h"

static uint64_t (*timer)(uint64_t now_ms);

void wait_set_timer(uint64_t (*function)(uint64_t now_ms))
{
    timer = function;
}

/* A daemon without counters, or without a service, does its work between hosts. */
static void open_files(void)
{
    const char *reason = status_open(pvmd_mode(), member_session());
    char line[128];

    if (reason == NULL) {
        status_announce(pvmd_host());
    } else {
        (void)snprintf(line, sizeof line, "secpvm: `secpvm status` will show nothing: %s",
                       reason);
        pvmd_log(line);
    }
    reason = service_open();
    if (reason != NULL) {
        (void)snprintf(line, sizeof line, "secpvm: no keys for tasks: %s", reason);
        pvmd_log(line);
    }
}

/* Nothing before the daemon has its number, in the slave's parent and in pvmd'. */
static void begin_once(void)
{
    static bool begun;

    if (begun || !pvmd_is_secured() || pvmd_host() == 0)
        return;
    begun = true;
    open_files();
    announce();
}

void wait_begin_before_fork(void)
{
    (void)pthread_atfork(begin_once, NULL, NULL);
}

/* A daemon that waits more often than this between two ticks of the clock passes messages on. It
 * does not watch the service then, until the next tick: each time would cost 0.2 us, 2 % of a small
 * message's way. */
#define BUSY_WAITS 4

/* The longest wait that does not watch, so that who asks just when all falls silent is
 * heard. A timer that is due before the kernel's next tick would cost more than it saves. */
#define UNWATCHED_US 20000

static bool is_busy(uint64_t now_ms)
{
    static uint64_t tick_ms;
    static unsigned waits;

    if (now_ms != tick_ms) {
        tick_ms = now_ms;
        waits = 0;
    }
    return ++waits > BUSY_WAITS;
}

/* Is `*wait`, or `*slice` if that cuts it, too long for a wait that does not watch? Then
 * `*slice` cuts it. */
static bool unwatched_cuts(const struct timeval *wait, bool cut, struct timeval *slice)
{
    static const struct timeval longest = {.tv_usec = UNWATCHED_US};
    const struct timeval *bound = cut ? slice : wait;

    if (bound != NULL && !timercmp(&longest, bound, <))
        return cut;
    *slice = longest;
    return true;
}

/* Run the timer. Is it due before `*wait` is over (NULL: for ever)? Then `*slice` is how
 * long that is. */
static bool timer_cuts(uint64_t now_ms, const struct timeval *wait, struct timeval *slice)
{
    uint64_t due_ms, rest_ms;

    if (timer == NULL)
        return false;
    due_ms = timer(now_ms);
    if (due_ms == WAIT_NEVER)
        return false;
    rest_ms = due_ms > now_ms ? due_ms - now_ms : 0;
    slice->tv_sec = (time_t)(rest_ms / 1000);
    slice->tv_usec = (suseconds_t)(rest_ms % 1000 * 1000);
    return wait == NULL || timercmp(slice, wait, <);
}

/* One wait of pvmd's, in as many of ours as it takes. Linux leaves in a timeout what is
 * left of it; what a slice has used is taken from pvmd's own. */
static int wait_for(int count, fd_set *reads, fd_set *writes, fd_set *exceptions,
                    struct timeval *wait)
{
    fd_set all_reads, some_writes, some_exceptions;
    struct timeval slice, asked;
    uint64_t now_ms;
    bool cut, watched;
    int ready;

    for (;;) {
        FD_ZERO(&all_reads);
        if (reads != NULL)
            all_reads = *reads;
        if (writes != NULL)
            some_writes = *writes;
        if (exceptions != NULL)
            some_exceptions = *exceptions;
        now_ms = pace_now_ms();
        cut = timer_cuts(now_ms, wait, &slice);
        watched = !is_busy(now_ms);
        if (!watched)
            cut = unwatched_cuts(wait, cut, &slice);
        asked = slice;
        ready = next_select(watched ? service_watch(&all_reads, count) : count, &all_reads,
                            writes != NULL ? &some_writes : NULL,
                            exceptions != NULL ? &some_exceptions : NULL, cut ? &slice : wait);
        if (ready == -1)
            return -1;
        if (cut && wait != NULL) {
            timersub(&asked, &slice, &asked);
            timersub(wait, &asked, wait);
        }
        if (ready > 0 && watched)
            ready -= service_serve(&all_reads);
        else if (ready == 0 && !cut)
            break;
        if (ready > 0)
            break;
    }
    if (reads != NULL)
        *reads = all_reads;
    if (writes != NULL)
        *writes = some_writes;
    if (exceptions != NULL)
        *exceptions = some_exceptions;
    return ready;
}

EXPORTED int select(int count, fd_set *reads, fd_set *writes, fd_set *exceptions,
                    struct timeval *wait)
{
    if (!pvmd_is_secured())
        return next_select(count, reads, writes, exceptions, wait);
    begin_once();
    return wait_for(count, reads, writes, exceptions, wait);
}
