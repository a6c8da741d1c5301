/*
 * What belongs to one process: see own.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "own.h"

#include <sys/mman.h>
#include <unistd.h>

#include "entropy.h"

#define SENDER_HOST_SHIFT 48

secpvm_status own_new(own_mark *mark)
{
    size_t len = (size_t)sysconf(_SC_PAGESIZE);
    void *page = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (page == MAP_FAILED || madvise(page, len, MADV_WIPEONFORK) == -1)
        return SECPVM_ERR_NO_MEMORY;
    *mark = page;
    return SECPVM_OK;
}

uint64_t own_sender(uint32_t host)
{
    uint64_t random;

    entropy_fill(&random, sizeof random);
    return (uint64_t)host << SENDER_HOST_SHIFT | random >> (64 - SENDER_HOST_SHIFT);
}

uint32_t own_host(uint64_t sender)
{
    return (uint32_t)(sender >> SENDER_HOST_SHIFT);
}
