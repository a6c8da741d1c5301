/*
 * The line in which a new pvmd tells its master who it is: see ddpro.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "ddpro.h"

#include <stdio.h>
#include <string.h>

/* The longest UDP payload over IPv4, and what leaves room for both headers (16 and 32 bytes)
 * and some data. Stock PVM has 4080. */
#define MTU_MIN 256u
#define MTU_MAX 65507u

#define ADDRESS_DIGITS 8
#define PORT_DIGITS 4

bool ddpro_begins(const char *line)
{
    return strncmp(line, "ddpro", 5) == 0;
}

/* The address is the last word of the context, and has a port there that says nothing. */
static bool is_address_of(const char *context, const char *address)
{
    const char *space = strrchr(context, ' ');

    return strlen(address) == ADDRESS_DIGITS && space != NULL
           && strncmp(space + 1, address, ADDRESS_DIGITS) == 0
           && space[1 + ADDRESS_DIGITS] == ':';
}

bool ddpro_is_sound(const char *line, const char *context)
{
    char version[8], arch[33], address[ADDRESS_DIGITS + 1], port[PORT_DIGITS + 1], mtu[6], dsig[12];
    unsigned mtu_value = 0;
    int len = -1;

    if (sscanf(line,
               "ddpro<%7[0-9]> arch<%32[A-Z0-9_]> ip<%8[0-9a-f]:%4[0-9a-f]> mtu<%5[0-9]> "
               "dsig<%11[-0-9]>%n",
               version, arch, address, port, mtu, dsig, &len)
            != 6
        || len == -1 || line[len] != '\0' || sscanf(mtu, "%u", &mtu_value) != 1)
        return false;
    return is_address_of(context, address) && strlen(port) == PORT_DIGITS
           && strcmp(port, "0000") != 0 && mtu_value >= MTU_MIN && mtu_value <= MTU_MAX;
}
