/*
 * The functions that the patch stands in front of: see next.h.
 *
 * Each is looked up at its first call, and not in the constructor, because programs
 * that the preload reaches may call them from constructors that run before.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "next.h"

#include <dlfcn.h>
#include <string.h>
#include <unistd.h>

#include "say.h"

/* ISO C has no cast from an object pointer to a function pointer; POSIX says that
 * the bytes are the same. */
static void look_up(const char *name, void *function, size_t len)
{
    void *symbol = dlsym(RTLD_NEXT, name);

    if (symbol == NULL) {
        say("there is no function %s", name);
        _exit(1);
    }
    memcpy(function, &symbol, len);
}

#define LOOK_UP(function, name)                                                                    \
    do {                                                                                           \
        if ((function) == NULL)                                                                    \
            look_up((name), &(function), sizeof(function));                                        \
    } while (0)

ssize_t next_sendto(int fd, const void *buf, size_t len, int flags, const struct sockaddr *to,
                    socklen_t to_len)
{
    static ssize_t (*function)(int, const void *, size_t, int, const struct sockaddr *, socklen_t);

    LOOK_UP(function, "sendto");
    return function(fd, buf, len, flags, to, to_len);
}

ssize_t next_recvfrom(int fd, void *buf, size_t len, int flags, struct sockaddr *from,
                      socklen_t *from_len)
{
    static ssize_t (*function)(int, void *, size_t, int, struct sockaddr *, socklen_t *);

    LOOK_UP(function, "recvfrom");
    return function(fd, buf, len, flags, from, from_len);
}

int next_execvp(const char *file, char *const argv[])
{
    static int (*function)(const char *, char *const[]);

    LOOK_UP(function, "execvp");
    return function(file, argv);
}

int next_rexec(char **host, int port, const char *user, const char *password,
               const char *command, int *stderr_fd)
{
    static int (*function)(char **, int, const char *, const char *, const char *, int *);

    LOOK_UP(function, "rexec");
    return function(host, port, user, password, command, stderr_fd);
}

char *next_fgets(char *line, int size, FILE *stream)
{
    static char *(*function)(char *, int, FILE *);

    LOOK_UP(function, "fgets");
    return function(line, size, stream);
}

ssize_t next_read(int fd, void *buf, size_t len)
{
    static ssize_t (*function)(int, void *, size_t);

    LOOK_UP(function, "read");
    return function(fd, buf, len);
}

int next_select(int count, fd_set *reads, fd_set *writes, fd_set *exceptions,
                struct timeval *wait)
{
    static int (*function)(int, fd_set *, fd_set *, fd_set *, struct timeval *);

    LOOK_UP(function, "select");
    return function(count, reads, writes, exceptions, wait);
}

int next_pvm_addhosts(char **hosts, int count, int *infos)
{
    static int (*function)(char **, int, int *);

    LOOK_UP(function, "pvm_addhosts");
    return function(hosts, count, infos);
}
