/* A caller that lies about a length: AddressSanitizer must see it inside the library, or it does not
 * look there. SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <stdlib.h>

#include "secpvm_core.h"

int main(void)
{
    uint8_t digest[16], *data = calloc(16, 1);
    if (data == NULL) {
        return 1;
    }
    secpvm_digest_once(SECPVM_MD5, data, 17, digest, sizeof digest);
    free(data);
    return 0;
}
