/* One suite, sealed and opened, with no allocator: linked with the freestanding library, and
 * measured. SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <string.h>

#include "secpvm_core.h"

int main(void)
{
    static SECPVM_MEMORY(sealer_memory, SECPVM_SEALER_SIZE);
    static SECPVM_MEMORY(opener_memory, SECPVM_OPENER_SIZE(4));
    static const uint8_t entropy[SECPVM_SESSION_ENTROPY_LEN] = {1, 2, 3};
    uint8_t session[SECPVM_SESSION_LEN], buf[SECPVM_RECORD_OVERHEAD_MAX + 5];
    secpvm_sealer *sealer;
    secpvm_opener *opener;
    size_t len;
    if (secpvm_session_generate(1, entropy, session) != SECPVM_OK
        || secpvm_sealer_init(sealer_memory, sizeof sealer_memory, session, 7, &sealer) != SECPVM_OK
        || secpvm_opener_init(opener_memory, sizeof opener_memory, session, 4, &opener)
               != SECPVM_OK) {
        return 1;
    }
    memcpy(buf + SECPVM_RECORD_HEADER_LEN, "hello", 5);
    if (secpvm_sealer_seal_in_place(sealer, NULL, 0, buf, sizeof buf, 5, &len) != SECPVM_OK
        || secpvm_opener_open_in_place(opener, NULL, 0, buf, len, NULL, &len) != SECPVM_OK
        || len != 5 || memcmp(buf + SECPVM_RECORD_HEADER_LEN, "hello", 5) != 0) {
        return 1;
    }
    secpvm_sealer_free(sealer);
    secpvm_opener_free(opener);
    return 0;
}
