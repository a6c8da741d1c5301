/*
 * The arguments of this pvmd: see arguments.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "arguments.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Call `look` with each argument until it is true. */
static bool any_argument(bool (*look)(const char *argument, void *found), void *found)
{
    FILE *file = fopen("/proc/self/cmdline", "re");
    char *argument = NULL;
    size_t cap = 0;
    bool done = false;

    if (file == NULL)
        return false;
    while (!done && getdelim(&argument, &cap, '\0', file) > 0)
        done = look(argument, found);
    free(argument);
    fclose(file);
    return done;
}

static bool is_slaves(const char *argument, void *found)
{
    (void)found;
    return argument[0] == '-' && (argument[1] == 's' || argument[1] == 'S');
}

bool arguments_are_slaves(void)
{
    return any_argument(is_slaves, NULL);
}

static bool is_address(const char *argument, void *found)
{
    struct sockaddr_in *address = found;
    unsigned ip, port;
    int len = 0;

    if (sscanf(argument, "%8x:%4x%n", &ip, &port, &len) != 2 || argument[len] != '\0')
        return false;
    memset(address, 0, sizeof *address);
    address->sin_family = AF_INET;
    address->sin_addr.s_addr = htonl(ip);
    address->sin_port = htons((uint16_t)port);
    return true;
}

int arguments_master(struct sockaddr_in *address)
{
    return any_argument(is_address, address) ? 0 : -1;
}
