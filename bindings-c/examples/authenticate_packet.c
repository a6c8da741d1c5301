/* Authenticate a packet with keyed MD5 (RFC 1828), as the daemons of 1997 did: the digest covers
 * source, destination, sequence number and data. No heap is used.
 * SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <secpvm_core.h>
#include <stdio.h>
#include <string.h>

struct packet {
    uint8_t src[4], dst[4], seq[2];
    uint8_t digest[16];
    uint8_t data[24];
};

/* Begin a MAC in `memory` and give it all that the digest covers. */
static secpvm_status begin(void *memory, size_t memory_len, const uint8_t key[16],
                           const struct packet *packet, secpvm_mac **mac)
{
    secpvm_status status = secpvm_mac_init(memory, memory_len, SECPVM_KEYED_MD5_RFC1828, key, 16,
                                           sizeof packet->digest, mac);
    if (status != SECPVM_OK) {
        return status;
    }
    secpvm_mac_update(*mac, packet->src, sizeof packet->src);
    secpvm_mac_update(*mac, packet->dst, sizeof packet->dst);
    secpvm_mac_update(*mac, packet->seq, sizeof packet->seq);
    return secpvm_mac_update(*mac, packet->data, sizeof packet->data);
}

int main(void)
{
    static const uint8_t key[16] = "a shared secret";
    SECPVM_MEMORY(memory, SECPVM_MAC_SIZE);
    struct packet packet = {{0, 4, 0, 2}, {0, 8, 0, 1}, {0, 7}, {0}, "attack at dawn"};
    secpvm_mac *mac = NULL;

    /* The sender. */
    if (begin(memory, sizeof memory, key, &packet, &mac) != SECPVM_OK
        || secpvm_mac_finish(mac, packet.digest, sizeof packet.digest) != SECPVM_OK) {
        return 1;
    }
    /* The receiver; then somebody on the way. */
    for (int altered = 0; altered < 2; altered++) {
        packet.data[10] = altered ? 'n' : packet.data[10];
        if (begin(memory, sizeof memory, key, &packet, &mac) != SECPVM_OK) {
            return 1;
        }
        secpvm_status status = secpvm_mac_verify(mac, packet.digest, sizeof packet.digest);
        printf("%s: %s\n", (const char *)packet.data, secpvm_strerror(status));
        if ((status == SECPVM_OK) == altered) {
            return 1;
        }
    }
    return 0;
}
