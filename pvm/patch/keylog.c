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
    size_t folder_len;

    path[0] = '\0';
    if (named == NULL || *named == '\0')
        return NULL;
    /* pvmd goes to another folder; later epochs are to stand in the same file. */
    if (*named != '/' && getcwd(path, sizeof path) == NULL)
        return "the folder of the file that " KEYLOG_VARIABLE " names cannot be found";
    folder_len = strlen(path);
    if (folder_len + 1 + strlen(named) >= sizeof path)
        return "the path that " KEYLOG_VARIABLE " names is too long";
    (void)sprintf(path + folder_len, "%s%s", folder_len > 0 ? "/" : "", named);
    return NULL;
}

static void format_secret(const uint8_t secret[SECRET_LEN], char digits[2 * SECRET_LEN + 1])
{
    size_t i;

    for (i = 0; i < SECRET_LEN; i++)
        (void)snprintf(digits + 2 * i, 3, "%02x", secret[i]);
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

/* Append the line, which is wiped. */
static const char *append(char line[KEYLOG_LINE_CAP])
{
    ssize_t len = (ssize_t)strlen(line);
    const char *reason;
    int fd;

    /* Not blocking: a pipe without a reader is told, not waited for. */
    fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
    if (fd == -1)
        reason = "the file that " KEYLOG_VARIABLE " names cannot be opened";
    else
        reason = check_file(fd);
    /* One write, so that the lines of several daemons don't mix. */
    if (reason == NULL && write(fd, line, (size_t)len) != len)
        reason = "the file that " KEYLOG_VARIABLE " names cannot be written";
    if (fd != -1)
        close(fd);
    secpvm_wipe(line, KEYLOG_LINE_CAP);
    return reason;
}

const char *keylog_append(const uint8_t session[SECPVM_SESSION_LEN])
{
    char digits[2 * SECRET_LEN + 1], line[KEYLOG_LINE_CAP];
    secpvm_suite_info suite;

    if (!keylog_is_on())
        return NULL;
    if (secpvm_session_suite(session, &suite) != SECPVM_OK)
        return "the session is none";
    format_secret(session, digits);
    (void)snprintf(line, sizeof line, "SECPVM_SESSION %s %lu %s\n", suite.name,
                   (unsigned long)get_u32(session + SECRET_LEN), digits);
    secpvm_wipe(digits, sizeof digits);
    return append(line);
}

const char *keylog_append_classic(const uint8_t key[SECPVM_CLASSIC_KEY_LEN])
{
    char digits[2 * SECRET_LEN + 1], line[KEYLOG_LINE_CAP];

    if (!keylog_is_on())
        return NULL;
    format_secret(key, digits);
    (void)snprintf(line, sizeof line, "%s\n", digits);
    secpvm_wipe(digits, sizeof digits);
    return append(line);
}
