/*
 * What this library uses of PVM's own: see libpvm.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "libpvm.h"

#include <assert.h>
#include <dlfcn.h>
#include <pvm3.h>
#include <string.h>
#include <unistd.h>

#include "say.h"

static_assert(offsetof(struct fragment, data) == 24 && offsetof(struct fragment, len) == 36,
              "a fragment of libpvm on a machine of 64 bits");
static_assert(offsetof(struct message, fragments) == 24 && offsetof(struct message, mid) == 44
                  && offsetof(struct message, encoding) == 72,
              "a message of libpvm on a machine of 64 bits");

/* The end of a direct route, as it begins in libpvm. They are a ring; its head has no task. */
struct route {
    struct route *next;
    struct route *previous;
    int tid;
    int state;
    int fd;
};
#define ROUTE_OPEN 3
#define ROUTE_ENDED 5

/* The head of the ring, or NULL: not known. */
static struct route *routes;

/* The daemon's socket, or -1: not known. */
static int daemon_socket = -1;

/* ISO C has no cast from an object pointer to a function pointer; POSIX says that the
 * bytes are the same. */
static void look_up(void *handle, const char *name, void *pointer)
{
    void *symbol = dlsym(handle, name);

    if (symbol == NULL) {
        say("this is not the libpvm3 of PVM 3.4: it has no %s", name);
        _exit(1);
    }
    memcpy(pointer, &symbol, sizeof symbol);
}

#define LOOK_UP(handle, pointer, name)                                                             \
    do {                                                                                           \
        if ((pointer) == NULL)                                                                     \
            look_up((handle), (name), &(pointer));                                                 \
    } while (0)

bool libpvm_is_here(void)
{
    return dlsym(RTLD_NEXT, "mroute") != NULL;
}

int libpvm_tid(void)
{
    static int *variable;

    LOOK_UP(RTLD_DEFAULT, variable, "pvmmytid");
    return *variable;
}

int libpvm_signature(void)
{
    static int *variable;

    LOOK_UP(RTLD_DEFAULT, variable, "pvmmydsig");
    return *variable;
}

struct message *libpvm_message(int mid)
{
    static struct message *(*function)(int);

    LOOK_UP(RTLD_DEFAULT, function, "midtobuf");
    return function(mid);
}

int libpvm_daemon_socket(void)
{
    static int (*function)(int **);
    int *sockets;

    if (daemon_socket != -1)
        return daemon_socket;
    LOOK_UP(RTLD_DEFAULT, function, "pvm_getfds");
    if (function(&sockets) < 1)
        return -1;
    daemon_socket = sockets[0];
    return daemon_socket;
}

static struct route *find_route(int tid)
{
    static struct route *(*function)(int);

    LOOK_UP(RTLD_DEFAULT, function, "ttpcb_find");
    return function(tid);
}

bool libpvm_goes_direct(int tid)
{
    static int *option;
    const struct route *route = find_route(tid);

    LOOK_UP(RTLD_DEFAULT, option, "pvmrouteopt");
    return route != NULL ? route->state == ROUTE_OPEN : *option == PvmRouteDirect;
}

/* In an empty ring the one without a task is the head. */
void libpvm_find_routes(void)
{
    if (routes == NULL && libpvm_tid() > 0)
        routes = find_route(0);
}

static const struct route *route_at(int fd)
{
    const struct route *route;

    if (routes != NULL)
        for (route = routes->next; route != routes; route = route->next)
            if (route->fd == fd)
                return route;
    return NULL;
}

int libpvm_route_tid(int fd)
{
    const struct route *route = route_at(fd);

    return route != NULL ? route->tid : 0;
}

void libpvm_clear_ended_route(int tid)
{
    static void (*function)(struct route *);
    struct route *route = find_route(tid);

    if (route == NULL || route->state != ROUTE_ENDED)
        return;
    LOOK_UP(RTLD_DEFAULT, function, "ttpcb_delete");
    function(route);
}

void libpvm_forget(void)
{
    routes = NULL;
    daemon_socket = -1;
}

struct message *libpvm_message_new(void)
{
    static struct message *(*function)(void);

    LOOK_UP(RTLD_DEFAULT, function, "umbuf_new");
    return function();
}

void libpvm_message_free(struct message *message)
{
    static int (*function)(struct message *);

    LOOK_UP(RTLD_DEFAULT, function, "umbuf_free");
    (void)function(message);
}

void libpvm_set_encoding(struct message *message, int encoding)
{
    static int (*function)(struct message *, int);

    LOOK_UP(RTLD_DEFAULT, function, "pmsg_setenc");
    (void)function(message, encoding);
}

struct fragment *libpvm_extend(struct message *message)
{
    static int (*function)(struct message *);

    LOOK_UP(RTLD_DEFAULT, function, "pmsg_extend");
    return function(message) == 0 ? message->fragments->previous : NULL;
}

struct fragment *libpvm_fragment_new(int len)
{
    static struct fragment *(*function)(int);
    struct fragment *fragment;

    LOOK_UP(RTLD_DEFAULT, function, "fr_new");
    fragment = function(FRAGMENT_HEADROOM + len);
    if (fragment != NULL) {
        fragment->data += FRAGMENT_HEADROOM;
        fragment->len = len;
    }
    return fragment;
}

void libpvm_append(struct message *message, struct fragment *fragment)
{
    struct fragment *head = message->fragments;

    fragment->next = head;
    fragment->previous = head->previous;
    head->previous->next = fragment;
    head->previous = fragment;
}

void libpvm_remove_first(struct message *message)
{
    static void (*function)(struct fragment *);
    struct fragment *fragment = message->fragments->next;

    LOOK_UP(RTLD_DEFAULT, function, "fr_unref");
    fragment->previous->next = fragment->next;
    fragment->next->previous = fragment->previous;
    fragment->next = fragment->previous = NULL;
    function(fragment);
}

int next_endtask(void)
{
    static int (*function)(void);

    LOOK_UP(RTLD_NEXT, function, "pvmendtask");
    return function();
}

int next_mkbuf(int encoding)
{
    static int (*function)(int);

    LOOK_UP(RTLD_NEXT, function, "pvm_mkbuf");
    return function(encoding);
}

int next_mroute(int mid, int destination, int tag, struct timeval *wait)
{
    static int (*function)(int, int, int, struct timeval *);

    LOOK_UP(RTLD_NEXT, function, "mroute");
    return function(mid, destination, tag, wait);
}

int next_mesg_input(struct message *message)
{
    static int (*function)(struct message *);

    LOOK_UP(RTLD_NEXT, function, "mesg_input");
    return function(message);
}

ssize_t next_read(int fd, void *buf, size_t len)
{
    static ssize_t (*function)(int, void *, size_t);

    LOOK_UP(RTLD_NEXT, function, "read");
    return function(fd, buf, len);
}

ssize_t next_write(int fd, const void *buf, size_t len)
{
    static ssize_t (*function)(int, const void *, size_t);

    LOOK_UP(RTLD_NEXT, function, "write");
    return function(fd, buf, len);
}

int next_listen(int fd, int backlog)
{
    static int (*function)(int, int);

    LOOK_UP(RTLD_NEXT, function, "listen");
    return function(fd, backlog);
}

/* Are the fields of `message` where pvm_getminfo sees them? */
static bool fields_agree(struct message *message)
{
    static int (*function)(int, struct pvmminfo *);
    struct pvmminfo seen;

    LOOK_UP(RTLD_DEFAULT, function, "pvm_getminfo");
    message->len = 101;
    message->context = 102;
    message->tag = 103;
    message->wait_id = 104;
    message->source = 105;
    message->destination = 106;
    return function(message->mid, &seen) == PvmOk && seen.len == 101 && seen.ctx == 102
           && seen.tag == 103 && seen.wid == 104 && seen.src == 105 && seen.dst == 106
           && seen.enc == ENCODING_XDR;
}

/* Does a fragment look as pmsg_extend makes it, and pmsg_setlen see its length? */
static bool fragments_agree(struct message *message)
{
    static int (*function)(struct message *);
    struct fragment *fragment = libpvm_extend(message);

    LOOK_UP(RTLD_DEFAULT, function, "pmsg_setlen");
    if (fragment == NULL || message->fragments->next != fragment
        || fragment->next != message->fragments || fragment->previous != message->fragments
        || message->fragments->buffer != NULL || fragment->len != 0
        || fragment->data - fragment->buffer != FRAGMENT_HEADROOM
        || fragment->capacity <= FRAGMENT_HEADROOM)
        return false;
    fragment->len = 4;
    return function(message) == 4 && message->len == 4;
}

/* Is the end of a route that has just been made as it is declared? */
static bool routes_agree(void)
{
    static struct route *(*make)(void);
    static void (*delete)(struct route *);
    struct route *route;
    bool agree;

    LOOK_UP(RTLD_DEFAULT, make, "ttpcb_new");
    LOOK_UP(RTLD_DEFAULT, delete, "ttpcb_delete");
    route = make();
    if (route == NULL)
        return false;
    agree = route->fd == -1 && route->tid == 0 && route->state == 0;
    delete(route);
    return agree;
}

void libpvm_check(void)
{
    static bool checked;
    struct message *message;

    if (checked)
        return;
    message = libpvm_message_new();
    if (message == NULL || libpvm_message(message->mid) != message || !routes_agree())
        goto differs;
    libpvm_set_encoding(message, ENCODING_XDR);
    if (!fields_agree(message) || !fragments_agree(message))
        goto differs;
    libpvm_message_free(message);
    checked = true;
    return;
differs:
    say("this libpvm3 is not that of PVM 3.4.6: its structures lie otherwise in memory");
    _exit(1);
}
