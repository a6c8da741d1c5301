/*
 * Tests of the codes that people carry.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "../join/code.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check.h"

static uint8_t code[CODE_LEN_MAX], got[CODE_LEN_MAX];
static char said[4096];
static char other;
static size_t len;

static int file_of(const char *text)
{
    int fd = memfd_create("test", 0);

    if (fd == -1 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
        abort();
    lseek(fd, 0, SEEK_SET);
    return fd;
}

static void slurp(int fd, char *text, size_t cap)
{
    ssize_t read_len;

    lseek(fd, 0, SEEK_SET);
    read_len = read(fd, text, cap - 1);
    text[read_len > 0 ? read_len : 0] = '\0';
    close(fd);
}

static void print(char letter, size_t code_len, char *text, size_t cap)
{
    int fd = file_of("");

    if (code_write(fd, letter, code, code_len) == -1)
        abort();
    slurp(fd, text, cap);
}

static enum code_result paste(const char *text, char letter)
{
    int in = file_of(text), out = file_of("");
    enum code_result result = code_read(in, out, letter, got, &len, &other);

    close(in);
    slurp(out, said, sizeof said);
    return result;
}

static bool comes_back(size_t code_len)
{
    static char text[16384];

    print('B', code_len, text, sizeof text);
    return paste(text, 'B') == CODE_OK && len == code_len && memcmp(got, code, len) == 0
           && said[0] == '\0';
}

/* Line `number` (from 1) of a printed code, with its newline. */
static const char *line_of(const char *text, int number, char line[128])
{
    text++;
    while (--number > 0)
        text = strchr(text, '\n') + 1;
    snprintf(line, 128, "%.*s", (int)(strchr(text, '\n') + 1 - text), text);
    return line;
}

static void check_mistakes(void)
{
    char text[1024], pasted[2048], first[128], second[128], third[128], wrong[128];
    size_t at;
    bool all = true;

    print('A', 100, text, sizeof text);
    line_of(text, 1, first);
    line_of(text, 2, second);
    line_of(text, 3, third);
    check(strlen(first) <= 64 && strncmp(first, "A1/3 ", 5) == 0, "a line is short");

    snprintf(pasted, sizeof pasted, "\n  %s\r\n%s%s\n%s", first, first, second, third);
    check(paste(pasted, 'A') == CODE_OK && len == 100 && memcmp(got, code, len) == 0,
          "spaces, empty lines and a line twice do no harm");
    for (at = 0; at + 1 < strlen(second); at++) {
        strcpy(wrong, second);
        wrong[at] = wrong[at] == 'x' ? 'y' : 'x';
        snprintf(pasted, sizeof pasted, "%s%s%s%s", first, wrong, second, third);
        all = all && paste(pasted, 'A') == CODE_OK && memcmp(got, code, 100) == 0
              && strstr(said, "paste line A2/... again") != NULL;
    }
    check(all, "one wrong character is told, and the line can be pasted again");
    snprintf(pasted, sizeof pasted, "%s%s%s%s%s", second, first, third, second, third);
    check(paste(pasted, 'A') == CODE_OK && len == 100 && strstr(said, "A1/... comes first")
              && strstr(said, "A2/... comes first"),
          "lines in another order are told");
    snprintf(pasted, sizeof pasted, "pvm> add host2\n%s", text);
    check(paste(pasted, 'A') == CODE_OK && strstr(said, "again") != NULL,
          "what is pasted along is told and passed over");
    check(paste(text, 'B') == CODE_OTHER && other == 'A', "another code is told apart");
    check(paste(first, 'A') == CODE_END && paste("", 'A') == CODE_END, "the end");
}

int main(void)
{
    size_t i, tried[] = {1, 2, 35, 36, 37, 71, 72, 73, 500, CODE_LEN_MAX};
    bool all = true;

    for (i = 0; i < sizeof code; i++)
        code[i] = (uint8_t)(i * 151 + i / 256);
    for (i = 0; i < sizeof tried / sizeof tried[0]; i++)
        all = all && comes_back(tried[i]);
    check(all, "codes come back as they were");
    check(code_write(1, 'A', code, 0) == -1 && code_write(1, 'A', code, CODE_LEN_MAX + 1) == -1,
          "none, and too long a one, are not written");
    check_mistakes();
    return check_end();
}
