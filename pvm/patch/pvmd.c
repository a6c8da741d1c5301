/*
 * What the patch uses of the pvmd that it is loaded into: see pvmd.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "pvmd.h"

#include <stddef.h>
#include <unistd.h>

#include "header.h"

__attribute__((weak)) extern int pvmmytid;
__attribute__((weak)) extern int pvmmyupid;
__attribute__((weak)) extern int pvmlogprintf(const char *format, ...);
__attribute__((weak)) extern void pvmbailout(int status);

/* NULL until this process is secured. */
static const struct mode *own_mode;

bool pvmd_is_secured(void)
{
    return own_mode != NULL;
}

void pvmd_secure(const struct mode *mode)
{
    own_mode = mode;
}

const struct mode *pvmd_mode(void)
{
    return own_mode;
}

bool pvmd_guards_datagrams(void)
{
    return own_mode != NULL && own_mode->kind != MODE_CLEAR;
}

bool pvmd_has_symbols(void)
{
    return &pvmmytid != NULL && &pvmmyupid != NULL && pvmlogprintf != NULL;
}

uint32_t pvmd_host(void)
{
    return tid_host((uint32_t)pvmmytid);
}

void pvmd_end(void)
{
    if (pvmbailout != NULL)
        pvmbailout(0);
    _exit(1);
}

pid_t pvmd_process(void)
{
    return pvmmyupid;
}

void pvmd_log(const char *line)
{
    /* pvmd stamps the next line only if the format of this one ends in a newline. */
    (void)pvmlogprintf("%s\n", line);
}
