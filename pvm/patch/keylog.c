/*
 * The key log: see keylog.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "keylog.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "header.h"

#define SECRET_LEN 32
#define PATH_CAP 4096

/* The file; empty if there is none. Nothing stays open: pvmd closes descriptors that it
 * does not know. */
static char path[PATH_CAP];

bool keylog_is_on(void)
{
    return path[0] != '\0';
}

const char *keylog_open(void)
{
    const char *named = getenv(KEYLOG_VARIABLE);

    if (named == NULL)
        return NULL;
    if (strlen(named) >= sizeof path)
        return "the path that " KEYLOG_VARIABLE " names is too long";
    memcpy(path, named, strlen(named) + 1);
    return NULL;
}

/* The line, or -1 if the bytes are no session. */
static int format(const uint8_t session[SECPVM_SESSION_LEN], char line[KEYLOG_LINE_CAP])
{
    char digits[2 * SECRET_LEN + 1];
    secpvm_suite_info suite;
    size_t i;
    int len;

    if (secpvm_session_suite(session, &suite) != SECPVM_OK)
        return -1;
    for (i = 0; i < SECRET_LEN; i++)
        (void)snprintf(digits + 2 * i, 3, "%02x", session[i]);
    len = snprintf(line, KEYLOG_LINE_CAP, "SECPVM_SESSION %s %lu %s\n", suite.name,
                   (unsigned long)get_u32(session + SECRET_LEN), digits);
    secpvm_wipe(digits, sizeof digits);
    return len < KEYLOG_LINE_CAP ? len : -1;
}

/* A file that nobody else can read: or the secret would be out without a warning. */
static const char *check_file(int fd)
{
    struct stat file;

    if (fstat(fd, &file) == -1 || !S_ISREG(file.st_mode))
        return KEYLOG_VARIABLE " does not name a regular file";
    if (file.st_uid != geteuid() || (file.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return "the file that " KEYLOG_VARIABLE " names is open to others: chmod 600";
    return NULL;
}

const char *keylog_append(const uint8_t session[SECPVM_SESSION_LEN])
{
    const char *reason;
    char line[KEYLOG_LINE_CAP];
    int fd, len;

    if (!keylog_is_on())
        return NULL;
    /* Not blocking: a pipe without a reader is told, not waited for. */
    fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
    if (fd == -1)
        return "the file that " KEYLOG_VARIABLE " names cannot be opened";
    reason = check_file(fd);
    if (reason == NULL) {
        len = format(session, line);
        /* One write, so that the lines of several daemons don't mix. */
        if (len == -1 || write(fd, line, (size_t)len) != len)
            reason = "the file that " KEYLOG_VARIABLE " names cannot be written";
        secpvm_wipe(line, sizeof line);
    }
    close(fd);
    return reason;
}
