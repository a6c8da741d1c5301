/*
 * This user's static keys: see keys.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "keys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hex.h"

#define OWN_FILE "key"
#define HOSTS_FILE "known-hosts"
#define MASTERS_FILE "known-masters"

#define OWN_PREFIX "secpvm-private-key "
#define DIGITS (2 * SECPVM_NOISE_KEY_LEN)

/* A name of PVM's, spaces and a key; longer lines are no such lines. */
#define LINE_LEN_MAX 512

#define SPACES " \t\r\n"

/* The path of one of the files. -1 and the reason. */
static int path_of(const char *file, char path[4096], char reason[REASON_CAP])
{
    const char *config = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");
    int len;

    /* A relative path is none, says the XDG Base Directory Specification. */
    if (config != NULL && config[0] == '/')
        len = snprintf(path, 4096, "%s/secpvm/%s", config, file);
    else if (home != NULL && home[0] == '/')
        len = snprintf(path, 4096, "%s/.config/secpvm/%s", home, file);
    else
        len = -1;
    if (len >= 0 && len < 4096)
        return 0;
    (void)snprintf(reason, REASON_CAP, "HOME is no absolute path, and keys are kept below it");
    return -1;
}

/* Open a file in which only those can have a hand who may: nobody else has a permission
 * of `forbidden`. -1 and the reason; errno is ENOENT if there is no such file. */
static int open_guarded(const char *path, mode_t forbidden, char reason[REASON_CAP])
{
    struct stat file;
    /* Of a fifo nothing is to be waited for. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

    if (fd == -1 || fstat(fd, &file) == -1) {
        int failure = errno;

        (void)snprintf(reason, REASON_CAP, "%s: %s", path, strerror(failure));
        if (fd != -1)
            close(fd);
        errno = failure;
        return -1;
    }
    if (S_ISREG(file.st_mode) && (file.st_uid == getuid() || file.st_uid == 0)
        && (file.st_mode & forbidden) == 0)
        return fd;
    (void)snprintf(reason, REASON_CAP,
                   "%s is not yours alone (mode %04o): make it so, chmod go= and chown",
                   path, (unsigned)(file.st_mode & 07777));
    close(fd);
    errno = EPERM;
    return -1;
}

int keys_read_own(uint8_t own_private[SECPVM_NOISE_KEY_LEN], char reason[REASON_CAP])
{
    char path[4096];
    char text[sizeof OWN_PREFIX + DIGITS + 1] = "";
    size_t expected_len = sizeof OWN_PREFIX - 1 + DIGITS + 1;
    ssize_t got;
    int fd, failed;

    if (path_of(OWN_FILE, path, reason) == -1)
        return -1;
    fd = open_guarded(path, S_IRWXG | S_IRWXO, reason);
    if (fd == -1) {
        if (errno == ENOENT)
            (void)snprintf(reason, REASON_CAP, "there is no %s: make one, secpvm keygen", path);
        return -1;
    }
    got = read(fd, text, sizeof text);
    close(fd);
    failed = got != (ssize_t)expected_len || text[expected_len - 1] != '\n'
             || strncmp(text, OWN_PREFIX, sizeof OWN_PREFIX - 1) != 0;
    if (!failed) {
        text[expected_len - 1] = '\0';
        failed = hex_decode(text + sizeof OWN_PREFIX - 1, own_private,
                                    SECPVM_NOISE_KEY_LEN)
                 == -1;
    }
    secpvm_wipe(text, sizeof text);
    if (failed)
        (void)snprintf(reason, REASON_CAP, "%s holds no key of secpvm keygen", path);
    return failed ? -1 : 0;
}

/* Read a line of a known-... file. 1 and name and key, 0 if it says nothing, -1 if it is
 * not of this format. */
static int parse_known(char *line, const char **name, uint8_t key[SECPVM_NOISE_KEY_LEN])
{
    char *position = NULL;
    const char *digits, *more;

    *name = strtok_r(line, SPACES, &position);
    if (*name == NULL || (*name)[0] == '#')
        return 0;
    digits = strtok_r(NULL, SPACES, &position);
    more = strtok_r(NULL, SPACES, &position);
    if (digits == NULL || more != NULL
        || hex_decode(digits, key, SECPVM_NOISE_KEY_LEN) == -1)
        return -1;
    return 1;
}

/* Look through all of a file for a name, or where that is NULL for a key. 1 and where it
 * stands if it is there, 0 if not, -1 and the reason if the file is bad anywhere. */
static int search(FILE *file, const char *name, const uint8_t *key, struct known *known,
                  char reason[REASON_CAP])
{
    char text[LINE_LEN_MAX + 2];
    int line = 0, found = 0;

    while (fgets(text, sizeof text, file) != NULL) {
        uint8_t its_key[SECPVM_NOISE_KEY_LEN];
        const char *its_name;
        int kind = strlen(text) > LINE_LEN_MAX ? -1 : parse_known(text, &its_name, its_key);

        line++;
        if (kind == -1) {
            (void)snprintf(reason, REASON_CAP, "%s:%d: not a name and a key of 64 digits",
                           known->file, line);
            return -1;
        }
        if (kind == 0 || (name != NULL && strcmp(its_name, name) != 0)
            || (key != NULL && memcmp(its_key, key, sizeof its_key) != 0))
            continue;
        if (found && name != NULL) {
            (void)snprintf(reason, REASON_CAP, "%s:%d: %s stands in line %d already",
                           known->file, line, name, known->line);
            return -1;
        }
        memcpy(known->key, its_key, sizeof its_key);
        known->line = line;
        found = 1;
    }
    return found;
}

/* The same for a file that is yet to be opened; one that is not there has nothing. */
static int search_file(const char *name_of_file, const char *name, const uint8_t *key,
                       struct known *known, char reason[REASON_CAP])
{
    FILE *file;
    int fd, found;

    if (path_of(name_of_file, known->file, reason) == -1)
        return -1;
    fd = open_guarded(known->file, S_IWGRP | S_IWOTH, reason);
    if (fd == -1)
        return errno == ENOENT ? 0 : -1;
    file = fdopen(fd, "r");
    if (file == NULL) {
        close(fd);
        (void)snprintf(reason, REASON_CAP, "no memory");
        return -1;
    }
    found = search(file, name, key, known, reason);
    fclose(file);
    return found;
}

int keys_find_host(const char *name, struct known *known, char reason[REASON_CAP])
{
    int found = search_file(HOSTS_FILE, name, NULL, known, reason);

    if (found == 0)
        (void)snprintf(reason, REASON_CAP,
                       "its key is not known here; `secpvm keygen --show` there prints it, "
                       "then here: secpvm known-hosts add %s KEY",
                       name);
    return found == 1 ? 0 : -1;
}

bool keys_lists_masters(void)
{
    char path[4096], reason[REASON_CAP];

    /* Where it can't be told, the answer is the one that refuses more. */
    return path_of(MASTERS_FILE, path, reason) == -1 || access(path, F_OK) == 0
           || errno != ENOENT;
}

int keys_check_master(const uint8_t key[SECPVM_NOISE_KEY_LEN], char reason[REASON_CAP])
{
    struct known known;
    char fingerprint[FINGERPRINT_CAP];
    int found = search_file(MASTERS_FILE, NULL, key, &known, reason);

    if (found == 0) {
        keys_fingerprint(key, fingerprint);
        (void)snprintf(reason, REASON_CAP,
                       "the master's key %s is not known here; `secpvm keygen --show` there "
                       "prints it, then here: secpvm known-masters add NAME KEY",
                       fingerprint);
    }
    return found == 1 ? 0 : -1;
}

secpvm_status keys_public(const uint8_t own_private[SECPVM_NOISE_KEY_LEN],
                          uint8_t public_key[SECPVM_NOISE_KEY_LEN])
{
    secpvm_agreement *agreement;
    secpvm_status status = secpvm_agreement_new(SECPVM_X25519, own_private,
                                                SECPVM_NOISE_KEY_LEN, &agreement);

    if (status == SECPVM_OK) {
        status = secpvm_agreement_public_value(agreement, public_key, SECPVM_NOISE_KEY_LEN);
        secpvm_agreement_free(agreement);
    }
    return status;
}

void keys_fingerprint(const uint8_t public_key[SECPVM_NOISE_KEY_LEN],
                      char text[FINGERPRINT_CAP])
{
    uint8_t digest[32];
    size_t i;

    (void)secpvm_digest_once(SECPVM_SHA256, public_key, SECPVM_NOISE_KEY_LEN, digest,
                             sizeof digest);
    for (i = 0; i < 8; i++) {
        hex_encode(digest + 2 * i, 2, text + 5 * i);
        text[5 * i + 4] = i < 7 ? '-' : '\0';
    }
}
