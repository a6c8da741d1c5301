/*
 * Tests of the key log.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "../patch/keylog.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

static char folder[] = "/tmp/secpvm-keylog-XXXXXX";
static char path[64];
static uint8_t session[SECPVM_SESSION_LEN];

static const char line[]
    = "SECPVM_SESSION aes-256-gcm 0 "
      "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";

/* As the daemon's constructor does. */
static void name_file(const char *name)
{
    setenv(KEYLOG_VARIABLE, name, 1);
    if (keylog_open() != NULL)
        abort();
    unsetenv(KEYLOG_VARIABLE);
}

static bool file_holds(const char *text)
{
    char bytes[512];
    int fd = open(path, O_RDONLY);
    ssize_t len = fd == -1 ? -1 : read(fd, bytes, sizeof bytes);

    close(fd);
    return len == (ssize_t)strlen(text) && memcmp(bytes, text, strlen(text)) == 0;
}

static bool is_private(void)
{
    struct stat file;

    return stat(path, &file) == 0 && (file.st_mode & 07777) == 0600;
}

/* Is the file refused, and left as it was? */
static bool refused(mode_t mode)
{
    const char *reason;

    if (chmod(path, mode) == -1)
        return false;
    reason = keylog_append(session);
    return reason != NULL && strstr(reason, KEYLOG_VARIABLE) != NULL && file_holds("");
}

static void make_session(void)
{
    uint8_t entropy[SECPVM_SESSION_ENTROPY_LEN];
    secpvm_suite_info suite;
    size_t i;

    for (i = 0; i < sizeof entropy; i++)
        entropy[i] = (uint8_t)i;
    if (secpvm_suite_by_name("aes-256-gcm", &suite) != SECPVM_OK
        || secpvm_session_generate(suite.id, entropy, session) != SECPVM_OK)
        abort();
}

static void check_refusals(void)
{
    unlink(path);
    close(open(path, O_WRONLY | O_CREAT, 0600));
    check(refused(0644) && refused(0620), "a file that is open to others is refused");
    unlink(path);
    if (mkfifo(path, 0600) == -1)
        abort();
    check(keylog_append(session) != NULL, "a pipe is refused, at once");
    unlink(path);
    if (symlink("/dev/null", path) == -1)
        abort();
    check(keylog_append(session) != NULL, "a symbolic link is refused");
    unlink(path);
    name_file(folder);
    check(keylog_append(session) != NULL, "a folder is refused");
}

static void check_appends(void)
{
    uint8_t next[SECPVM_SESSION_LEN], entropy[SECPVM_SESSION_ENTROPY_LEN];
    char both[2 * sizeof line];

    memset(entropy, 0x11, sizeof entropy);
    if (secpvm_session_next_epoch(session, entropy, next) != SECPVM_OK)
        abort();
    name_file(path);
    check(keylog_append(session) == NULL && keylog_is_on() && file_holds(line), "a line");
    check(is_private(), "in a file that only this user can read");
    check(keylog_append(next) == NULL, "the next epoch");
    snprintf(both, sizeof both, "%sSECPVM_SESSION aes-256-gcm 1 ", line);
    while (strlen(both) < 2 * strlen(line) - 1)
        strcat(both, "1");
    check(file_holds(strcat(both, "\n")), "is a line behind it");
    memset(next, 0xff, sizeof next);
    check(keylog_append(next) != NULL && file_holds(both), "bytes that are no session are none");
}

static void check_relative(void)
{
    unlink(path);
    if (chdir(folder) == -1)
        abort();
    name_file("keys");
    if (chdir("/") == -1)
        abort();
    check(keylog_append(session) == NULL && file_holds(line),
          "a name without a folder means the one where the daemon was started");
}

int main(void)
{
    if (mkdtemp(folder) == NULL)
        return 1;
    snprintf(path, sizeof path, "%s/keys", folder);
    make_session();
    unsetenv(KEYLOG_VARIABLE);
    check(keylog_open() == NULL && keylog_append(session) == NULL && !keylog_is_on(),
          "without the variable it is off");
    name_file("");
    check(keylog_append(session) == NULL && !keylog_is_on(), "an empty one is none");
    name_file(path);
    check_refusals();
    check_appends();
    check_relative();
    unlink(path);
    rmdir(folder);
    return check_end();
}
