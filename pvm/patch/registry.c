/*
 * Which tasks take nothing but sealed messages: see registry.h.
 *
 * One bit for each task number, 2^18 of them: 32 KiB. PVM counts tasks from 1 upwards
 * and starts again after 2^18, so a number is not another task's before that.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "registry.h"

#include "header.h"
#include "pvmd.h"

#define TASK_COUNT (UINT32_C(1) << TID_HOST_SHIFT)

static uint8_t registered[TASK_COUNT / 8];

static bool is_task_here(uint32_t tid)
{
    return (tid & (TID_PVMD | TID_MULTICAST)) == 0 && tid_host(tid) == pvmd_host()
           && tid % TASK_COUNT != 0;
}

bool registry_has(uint32_t tid)
{
    uint32_t number = tid % TASK_COUNT;

    return is_task_here(tid) && (registered[number / 8] >> number % 8 & 1) != 0;
}

enum service_status registry_answer(const uint8_t *arguments, size_t len, uint8_t *result,
                                    size_t *result_len)
{
    uint32_t number;

    (void)result;
    (void)result_len;
    if (len != 4)
        return SERVICE_MALFORMED;
    if (!is_task_here(get_u32(arguments)))
        return SERVICE_REFUSED;
    number = get_u32(arguments) % TASK_COUNT;
    registered[number / 8] |= (uint8_t)(1u << number % 8);
    return SERVICE_OK;
}
