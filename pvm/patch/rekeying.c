/*
 * What `secpvm rekey` asks of the daemon on its host: see rekeying.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "rekeying.h"

#include "group.h"
#include "header.h"
#include "member.h"

enum service_status rekeying_look_answer(const uint8_t *arguments, size_t len, uint8_t *result,
                                         size_t *result_len)
{
    (void)arguments;
    if (len != 0)
        return SERVICE_MALFORMED;
    put_u32(result, member_epoch());
    result[4] = (uint8_t)group_waits_for();
    *result_len = 5;
    return SERVICE_OK;
}

enum service_status rekeying_begin_answer(const uint8_t *arguments, size_t len, uint8_t *result,
                                          size_t *result_len)
{
    enum service_status status = rekeying_look_answer(arguments, len, result, result_len);

    if (status == SERVICE_OK && group_rekey() != SECPVM_OK)
        return SERVICE_REFUSED;
    return status;
}
