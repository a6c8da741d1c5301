/*
 * spy: what a process writes, also appended to the file that SPY_FILE names. For LD_PRELOAD:
 * what passes between tasks of one host goes through no network.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

ssize_t write(int fd, const void *bytes, size_t len)
{
    static ssize_t (*next)(int, const void *, size_t);
    const char *path = getenv("SPY_FILE");
    int file;

    if (next == NULL) {
        void *symbol = dlsym(RTLD_NEXT, "write");

        memcpy(&next, &symbol, sizeof next);
    }
    file = path == NULL ? -1 : open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (file != -1) {
        if (next(file, bytes, len) != (ssize_t)len)
            abort();
        close(file);
    }
    return next(fd, bytes, len);
}
