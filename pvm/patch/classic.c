/*
 * The datagrams between daemons as packets of 1997: see classic.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "classic.h"

#include <string.h>

#include "classic_exchange.h"
#include "datagram.h"
#include "direct_route.h"
#include "entropy.h"
#include "header.h"
#include "keylog.h"
#include "locked.h"
#include "next.h"
#include "pvmd.h"
#include "status.h"
#include "task_sessions.h"

/* NULL unless this is a classic machine. */
static const struct mode *own;

static uint8_t key[SECPVM_CLASSIC_KEY_LEN];
static secpvm_classic_sealer *sealer;
static secpvm_classic_opener *opener;

/* pvmd sends again from its own buffer, so sealing needs another. */
static uint8_t outgoing[SECPVM_CLASSIC_OVERHEAD_MAX + SECPVM_CLASSIC_DATA_LEN_MAX];

bool classic_is_on(void)
{
    return own != NULL;
}

const uint8_t *classic_key(void)
{
    return opener == NULL ? NULL : key;
}

static void free_keys(void)
{
    secpvm_classic_sealer_free(sealer);
    secpvm_classic_opener_free(opener);
    sealer = NULL;
    opener = NULL;
}

/* What tasks seal their own messages with, as on any machine: as good as the key. */
static secpvm_status make_task_session(const uint8_t fresh[SECPVM_CLASSIC_KEY_LEN])
{
    uint8_t session[SECPVM_SESSION_LEN];
    secpvm_suite_info suite;
    secpvm_status status = secpvm_suite_by_name("aes-256-gcm", &suite);

    if (status == SECPVM_OK)
        status = secpvm_session_generate(suite.id, fresh, session);
    if (status == SECPVM_OK)
        status = task_sessions_add(session);
    secpvm_wipe(session, sizeof session);
    return status;
}

secpvm_status classic_take_key(const uint8_t fresh[SECPVM_CLASSIC_KEY_LEN])
{
    secpvm_status status = secpvm_classic_sealer_new(fresh, own->level, own->cipher, &sealer);

    /* The report's daemon takes packets of any level. Ours takes none of less than the
     * machine's, so that nobody can leave the protection out. */
    if (status == SECPVM_OK)
        status = secpvm_classic_opener_new(fresh, own->level, &opener);
    if (status == SECPVM_OK)
        status = make_task_session(fresh);
    if (status != SECPVM_OK) {
        free_keys();
        return status;
    }
    locked_add(key, sizeof key);
    memcpy(key, fresh, sizeof key);
    return SECPVM_OK;
}

/* The report draws the key when the first slave answers. pvmd' talks to its master
 * before that, so ours is there from the start. */
static const char *draw_key(void)
{
    uint8_t fresh[SECPVM_CLASSIC_KEY_LEN];
    secpvm_status status;

    do {
        entropy_fill(fresh, sizeof fresh);
        status = classic_take_key(fresh);
    } while (status == SECPVM_ERR_WEAK_KEY);
    secpvm_wipe(fresh, sizeof fresh);
    return status == SECPVM_OK ? keylog_append_classic(key) : secpvm_strerror(status);
}

const char *classic_begin(const struct mode *mode, bool slave)
{
    own = mode;
    return slave ? exchange_begin_slave() : draw_key();
}

void classic_end(void)
{
    exchange_end();
    free_keys();
    secpvm_wipe(key, sizeof key);
}

/* Seal the datagram of `len` bytes that lies in `outgoing`, and send it to `host`. */
static ssize_t send_sealed(int fd, size_t len, int flags, uint32_t host,
                           const struct sockaddr_in *to)
{
    const uint8_t *datagram = outgoing + CLASSIC_ADDED_LEN;
    secpvm_pvm_header pvm = {.dst = get_u32(datagram + OFFSET_DST),
                             .src = get_u32(datagram + OFFSET_SRC),
                             .seq = get_u16(datagram + OFFSET_SEQ),
                             .ack = get_u16(datagram + OFFSET_ACK),
                             .flags = datagram[OFFSET_FLAGS]};
    size_t packet_len;
    secpvm_status status
        = secpvm_classic_sealer_seal_in_place(sealer, &pvm, outgoing, sizeof outgoing,
                                              len - HEADER_LEN, &packet_len);

    if (status != SECPVM_OK)
        return datagram_not_sent(to, secpvm_strerror(status));
    if (next_sendto(fd, outgoing, packet_len, flags, (const struct sockaddr *)to, sizeof *to)
        == -1)
        return -1;
    status_sealed(host, to, len);
    return (ssize_t)len;
}

ssize_t classic_send(int fd, const void *buf, size_t len, int flags, const struct sockaddr_in *to)
{
    /* Its data are where those of the packet will be. */
    uint8_t *datagram = outgoing + CLASSIC_ADDED_LEN;
    int receiver;

    if (len < HEADER_LEN || len > HEADER_LEN + SECPVM_CLASSIC_DATA_LEN_MAX)
        return datagram_not_sent(to, "its length is none of a PVM datagram");
    if (sealer == NULL)
        return datagram_not_sent(to, "the session key has not come yet");
    memcpy(datagram, buf, len);
    receiver = datagram_receiver(datagram, to);
    if (receiver < 0)
        return datagram_not_sent(to, "no host is known there");
    if (exchange_is_due((uint32_t)receiver))
        return exchange_hold(fd, (uint32_t)receiver, datagram, len, to);
    /* The report leaves direct routes in clear. Ours says nothing in clear unless told. */
    if (own->level != SECPVM_CLASSIC_PLAIN
        && direct_route_decline(datagram, len) == ROUTE_WITHHELD)
        (void)datagram_not_sent(to, "a direct route was asked for in fragments (see PvmFragSize)");
    return send_sealed(fd, len, flags, (uint32_t)receiver, to);
}

ssize_t classic_open(int fd, uint8_t *packet, size_t packet_len, void *buf, size_t cap,
                     const struct sockaddr_in *from)
{
    secpvm_classic_header header;
    size_t data_len, len;
    uint8_t *datagram;
    secpvm_status status;

    if (exchange_is_message(packet, packet_len))
        return exchange_receive(fd, packet, packet_len, from);
    if (opener == NULL)
        return datagram_drop(DROP_FORGED, from);
    status = secpvm_classic_opener_open_in_place(opener, packet, packet_len, &header, &data_len);
    if (status != SECPVM_OK)
        return datagram_drop(drop_of_status(status), from);
    status_opened(tid_host(header.pvm.src), from, data_len + HEADER_LEN);
    /* PVM's own header, right in front of the data. */
    datagram = packet + CLASSIC_ADDED_LEN;
    memmove(datagram, packet, HEADER_LEN);
    memset(datagram + OFFSET_FLAGS + 1, 0, HEADER_LEN - OFFSET_FLAGS - 1);
    len = data_len + HEADER_LEN < cap ? data_len + HEADER_LEN : cap;
    memcpy(buf, datagram, len);
    return (ssize_t)len;
}
