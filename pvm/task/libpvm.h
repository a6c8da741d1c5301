/*
 * What this library uses of PVM's own, libpvm3.so of PVM 3.4.6.
 *
 * Messages and their fragments are structures that PVM's headers don't declare. Their
 * beginnings are declared here as they lie in memory, and libpvm_check holds that
 * against what PVM's functions say before anything relies on it.
 *
 * Nothing of it may be needed to load this library, which LD_PRELOAD brings into shells
 * and other programs, too: every function is looked up when it is first used.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_LIBPVM_H
#define SECPVM_LIBPVM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/time.h>
#include <sys/types.h>

/* For the few functions that replace others, and those that programs call. */
#define EXPORTED __attribute__((visibility("default")))

/* A ring: the first one belongs to the message and has no buffer. */
struct fragment {
    struct fragment *next;
    struct fragment *previous;
    char *buffer;
    char *data; /* in the buffer, or the program's own (PvmDataInPlace) */
    int capacity;
    int len;
};

struct message {
    struct message *next;
    struct message *previous;
    void *coders;
    struct fragment *fragments;
    struct fragment *position;
    int references;
    int mid;
    int len; /* of all fragments' data; right in received messages */
    int context;
    int tag;
    int wait_id;
    int source;
    int destination;
    int encoding;
};

/* How the wire names the encodings; native data bear a signature of their machine. */
#define ENCODING_XDR 0x10000000
#define ENCODING_IN_PLACE 0x20000000

/* Room that libpvm wants before the data of a fragment, for headers: 16 and 32. */
#define FRAGMENT_HEADROOM 48

/* A task id: bit 31 a daemon, bit 30 a multicast address. */
static inline bool tid_is_daemon(int tid)
{
    return tid < 0;
}

static inline bool tid_is_group(int tid)
{
    return tid > 0 && (tid & 0x40000000) != 0;
}

static inline bool tid_is_task(int tid)
{
    return tid > 0 && (tid & 0x40000000) == 0 && (tid & 0x3ffff) != 0;
}

/* Programs have tags from 0 on; PVM's own messages negative ones. This one asks for a
 * direct route. */
#define TAG_CONREQ ((int)0x80030001)

/* Is there a libpvm3.so in this process? */
bool libpvm_is_here(void);

/* End the process with a line on stderr unless the structures are as declared. */
void libpvm_check(void);

/* The id of this task, -1 before it has enrolled. */
int libpvm_tid(void);

/* The encoding of this machine's native data. */
int libpvm_signature(void);

/* The message in the buffer with this number. NULL: none. */
struct message *libpvm_message(int mid);

/* The socket to the daemon, of a task that has enrolled. */
int libpvm_daemon_socket(void);

/* Does a message to the task `tid` go by a direct route, or ask for one? */
bool libpvm_goes_direct(int tid);

/* Find where libpvm keeps its direct routes: before there is one. */
void libpvm_find_routes(void);

/* The task at the other end of a direct route's socket. 0: it is no route's. */
int libpvm_route_tid(int fd);

/* PVM answers no request of a task to which it had a route that has ended, until it has
 * cleared that away: do so. */
void libpvm_clear_ended_route(int tid);

/* What was learnt of this task: it has left PVM. */
void libpvm_forget(void);

struct message *libpvm_message_new(void);
void libpvm_message_free(struct message *message);
void libpvm_set_encoding(struct message *message, int encoding);

/* Append a fragment: of the user's size (PvmFragSize); of `len` bytes. NULL: no memory. */
struct fragment *libpvm_extend(struct message *message);
struct fragment *libpvm_fragment_new(int len);
void libpvm_append(struct message *message, struct fragment *fragment);
void libpvm_remove_first(struct message *message);

/* The functions that this library stands in front of. */
int next_endtask(void);
int next_mkbuf(int encoding);
int next_mroute(int mid, int destination, int tag, struct timeval *wait);
int next_mesg_input(struct message *message);
ssize_t next_read(int fd, void *buf, size_t len);
ssize_t next_write(int fd, const void *buf, size_t len);
int next_listen(int fd, int backlog);

#endif
