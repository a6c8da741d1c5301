/* Known answers as text: one `field value` a line, an empty line after each case. Made from
 * vectors/ by `cargo xtask test`. SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef SECPVM_TESTS_KNOWN_ANSWERS_H
#define SECPVM_TESTS_KNOWN_ANSWERS_H

#include <string.h>

#include "check.h"

enum { FIELDS_MAX = 96 };

/* One case: names and values point into `text`. */
struct known_answer {
    size_t fields;
    const char *name[FIELDS_MAX];
    const char *value[FIELDS_MAX];
};

/* Bytes of their own allocation, so that valgrind sees every step beyond their end. */
struct bytes {
    uint8_t *at;
    size_t len;
};

static inline struct bytes bytes_of_len(size_t len)
{
    struct bytes bytes = {malloc(len > 0 ? len : 1), len};
    CHECK(bytes.at != NULL);
    memset(bytes.at, 0xee, len > 0 ? len : 1);
    return bytes;
}

static inline int has(const struct known_answer *answer, const char *name)
{
    for (size_t i = 0; i < answer->fields; i++) {
        if (strcmp(answer->name[i], name) == 0) {
            return 1;
        }
    }
    return 0;
}

static inline const char *text(const struct known_answer *answer, const char *name)
{
    for (size_t i = 0; i < answer->fields; i++) {
        if (strcmp(answer->name[i], name) == 0) {
            return answer->value[i];
        }
    }
    fprintf(stderr, "no field %s\n", name);
    exit(1);
}

static inline size_t number(const struct known_answer *answer, const char *name)
{
    return (size_t)strtoull(text(answer, name), NULL, 10);
}

static inline struct bytes bytes(const struct known_answer *answer, const char *name)
{
    const char *hex = text(answer, name);
    struct bytes bytes = bytes_of_len(strlen(hex) / 2);
    for (size_t i = 0; i < bytes.len; i++) {
        const char pair[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
        bytes.at[i] = (uint8_t)strtoul(pair, NULL, 16);
    }
    return bytes;
}

static inline int same(struct bytes a, struct bytes b)
{
    return a.len == b.len && memcmp(a.at, b.at, a.len) == 0;
}

static inline int is_valid(const struct known_answer *answer)
{
    CHECK(strcmp(text(answer, "result"), "valid") == 0
          || strcmp(text(answer, "result"), "invalid") == 0);
    return strcmp(text(answer, "result"), "valid") == 0;
}

/* Hand each case of `file` to `check`; returns how many there were. */
static inline size_t each_known_answer(FILE *file, void (*check)(const struct known_answer *))
{
    struct known_answer answer = {0};
    static char text[1 << 20], line[1 << 19];
    size_t used = 0, count = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        size_t len = strcspn(line, "\n");
        CHECK(line[len] == '\n');
        line[len] = '\0';
        if (len == 0) {
            check(&answer);
            count++;
            answer.fields = used = 0;
            continue;
        }
        CHECK(used + len < sizeof text && answer.fields < FIELDS_MAX);
        char *name = strcpy(text + used, line);
        used += len + 1;
        char *space = strchr(name, ' ');
        CHECK(space != NULL);
        *space = '\0';
        answer.name[answer.fields] = name;
        answer.value[answer.fields++] = space + 1;
    }
    CHECK(answer.fields == 0);
    return count;
}

#endif
