/*
 * Loaded into a pvmd by LD_PRELOAD: its clock goes ten times as fast.
 *
 * PVM gives a host up after three minutes without an answer, and looks for one once a minute. With
 * this library that takes tens of seconds, in the stock daemon and the secured one. Everywhere else
 * the library does nothing, so all other processes keep their time.
 *
 *     cc -shared -fPIC -o hasten.so hasten.c
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/select.h>
#include <sys/time.h>
#include <sys/types.h>

#define FACTOR 10
#define SECOND_US 1000000

typedef int select_function(int, fd_set *, fd_set *, fd_set *, struct timeval *);
typedef int clock_function(struct timeval *, void *);

static int64_t to_us(const struct timeval *time)
{
    return (int64_t)time->tv_sec * SECOND_US + time->tv_usec;
}

static void from_us(int64_t us, struct timeval *time)
{
    time->tv_sec = us / SECOND_US;
    time->tv_usec = us % SECOND_US;
}

static int is_pvmd(void)
{
    return strcmp(program_invocation_short_name, "pvmd") == 0;
}

/* The function behind this one. ISO C has no conversion of an object's address to it. */
static void find(const char *name, void *function, size_t len)
{
    void *symbol = dlsym(RTLD_NEXT, name);

    memcpy(function, &symbol, len);
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    static clock_function *next;
    int result;

    if (next == NULL)
        find("gettimeofday", &next, sizeof next);
    result = next(now, zone);
    if (is_pvmd())
        from_us(to_us(now) * FACTOR, now);
    return result;
}

/* Linux leaves in `wait` what is left of it. */
int select(int count, fd_set *reads, fd_set *writes, fd_set *exceptions, struct timeval *wait)
{
    static select_function *next;
    int result;

    if (next == NULL)
        find("select", &next, sizeof next);
    if (wait == NULL || !is_pvmd())
        return next(count, reads, writes, exceptions, wait);
    /* Rounded up: a wait that is not over is not to be none. */
    from_us((to_us(wait) + FACTOR - 1) / FACTOR, wait);
    result = next(count, reads, writes, exceptions, wait);
    from_us(to_us(wait) * FACTOR, wait);
    return result;
}
