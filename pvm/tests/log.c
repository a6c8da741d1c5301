/*
 * Tests of moving an old log aside.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "../join/log.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"

static char folder[] = "/tmp/secpvm-log-XXXXXX";

static char *file(const char *kind, const char *end)
{
    static char path[128];

    snprintf(path, sizeof path, "%s/%s.%u%s", folder, kind, (unsigned)getuid(), end);
    return path;
}

static void write_file(const char *path, const char *text)
{
    FILE *to = fopen(path, "w");

    if (to == NULL || fputs(text, to) < 0 || fclose(to) != 0)
        abort();
}

static bool holds(const char *path, const char *text)
{
    char line[64] = "";
    FILE *from = fopen(path, "r");

    if (from == NULL)
        return false;
    if (fgets(line, sizeof line, from) == NULL)
        line[0] = '\0';
    fclose(from);
    return strcmp(line, text) == 0;
}

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

static void check_moves(void)
{
    log_move_aside();
    check(!exists(file("pvml", ".old")), "where there is no log, there is nothing to move");
    write_file(file("pvml", ""), "first");
    log_move_aside();
    check(!exists(file("pvml", "")) && holds(file("pvml", ".old"), "first"),
          "an old log is moved aside");
    write_file(file("pvml", ""), "second");
    log_move_aside();
    check(holds(file("pvml", ".old"), "second"), "in the place of an older one");
    write_file(file("pvmd", ""), "/tmp/pvmtmp000001.0");
    write_file(file("pvml", ""), "third");
    log_move_aside();
    check(holds(file("pvml", ""), "third") && holds(file("pvml", ".old"), "second"),
          "the log of a pvmd that may run stays");
}

static void check_virtual_machine_id(void)
{
    setenv("PVM_VMID", "7", 1);
    write_file(file("pvml", ".7"), "fourth");
    log_move_aside();
    check(holds(file("pvml", ".7.old"), "fourth") && holds(file("pvml", ""), "third"),
          "a machine with an id of its own has a log of its own");
    unsetenv("PVM_VMID");
}

int main(void)
{
    static const char *const ends[] = {"", ".old", ".7.old"};
    size_t i;

    if (mkdtemp(folder) == NULL || setenv("PVM_TMP", folder, 1) == -1)
        return 1;
    check_moves();
    check_virtual_machine_id();
    unlink(file("pvmd", ""));
    for (i = 0; i < sizeof ends / sizeof ends[0]; i++)
        unlink(file("pvml", ends[i]));
    rmdir(folder);
    return check_end();
}
