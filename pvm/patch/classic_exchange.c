/*
 * The key exchange of 1997: see classic_exchange.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "classic_exchange.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "classic.h"
#include "datagram.h"
#include "entropy.h"
#include "header.h"
#include "next.h"
#include "pvmd.h"
#include "secpvm_core.h"

/* Twice the group's strength (RFC 3526 section 8). */
#define EXPONENT_LEN 32

#define MASTER_HOST 1

/* The two headers that are in front of a body. */
#define OFFSET_CLASSIC_ENCODING (SECPVM_CLASSIC_HEADER_LEN + OFFSET_ENCODING - HEADER_LEN)
#define OFFSET_CLASSIC_TAG (SECPVM_CLASSIC_HEADER_LEN + OFFSET_TAG - HEADER_LEN)
#define OFFSET_BODY (SECPVM_CLASSIC_HEADER_LEN + MESSAGE_HEADER_LEN)
#define MESSAGE_LEN_MAX (OFFSET_BODY + SECPVM_EXCHANGE_1997_BODY_LEN_MAX)

/* pvmd's own encoding of its messages: bytes are themselves. */
#define ENCODING_FOO UINT32_C(0x40000000)

/* The codes follow PVM's last, DM_HOSTSYNCACK (decision 0006). */
#define CODE_FIRST (UINT32_C(0x80020001) + 29)
#define CODE_COUNT 4

/* The longest datagram of PVM. */
#define DATAGRAM_LEN_MAX 4080

/* One end of an exchange. */
struct side {
    secpvm_exchange_1997 *exchange;
    uint32_t code_read;               /* the last one that was read, or 0 */
    uint8_t message[MESSAGE_LEN_MAX]; /* the last one that was written */
    size_t message_len;
};

/* The master's, with a host that has no key yet. */
struct pending {
    struct side side;
    struct sockaddr_in address;
    uint8_t held[DATAGRAM_LEN_MAX];
    size_t held_len;
};

static struct pending *pending[HOST_COUNT];
static bool has_key[HOST_COUNT];

static struct side slave;
static struct sockaddr_in master_address; /* a slave's */

static void log_message(uint32_t host, uint32_t code, const char *what)
{
    static const char *const names[CODE_COUNT]
        = {"DM_MASTER_PUBKEY", "DM_SLAVE_PUBKEY", "DM_SESSKEY", "DM_SESSKEYACK"};
    char line[96];

    (void)snprintf(line, sizeof line, "secpvm: classic-1997, host %u: %s %s", (unsigned)host,
                   names[code - CODE_FIRST], what);
    pvmd_log(line);
}

/* Send the last message that was written. One that is not sent is one that was lost. */
static void transmit(int fd, const struct side *side, const struct sockaddr_in *to)
{
    (void)next_sendto(fd, side->message, side->message_len, 0, (const struct sockaddr *)to,
                      sizeof *to);
}

/* Write the next message, to `host`. */
static secpvm_status write_next(struct side *side, uint32_t host)
{
    uint8_t *message = side->message;
    uint32_t code;
    size_t body_len;
    secpvm_status status
        = secpvm_exchange_1997_write(side->exchange, message + OFFSET_BODY,
                                     SECPVM_EXCHANGE_1997_BODY_LEN_MAX, &code, &body_len);

    if (status != SECPVM_OK)
        return status;
    memset(message, 0, OFFSET_BODY);
    put_u32(message + OFFSET_DST, tid_of_pvmd(host));
    put_u32(message + OFFSET_SRC, tid_of_pvmd(pvmd_host()));
    message[OFFSET_FLAGS] = FLAG_SOM | FLAG_EOM | FLAG_DAT;
    put_u32(message + OFFSET_CLASSIC_ENCODING, ENCODING_FOO);
    put_u32(message + OFFSET_CLASSIC_TAG, code);
    side->message_len = OFFSET_BODY + body_len;
    log_message(host, code, "sent");
    return SECPVM_OK;
}

const char *exchange_begin_slave(void)
{
    uint8_t exponent[EXPONENT_LEN];
    secpvm_status status;

    if (arguments_master(&master_address) == -1)
        return "the arguments name no master";
    entropy_fill(exponent, sizeof exponent);
    status = secpvm_exchange_1997_slave_new(exponent, sizeof exponent, &slave.exchange);
    secpvm_wipe(exponent, sizeof exponent);
    return status == SECPVM_OK ? NULL : secpvm_strerror(status);
}

static void forget(uint32_t host)
{
    if (pending[host] == NULL)
        return;
    secpvm_exchange_1997_free(pending[host]->side.exchange);
    secpvm_wipe(pending[host], sizeof *pending[host]);
    free(pending[host]);
    pending[host] = NULL;
}

void exchange_end(void)
{
    uint32_t host;

    for (host = 0; host < HOST_COUNT; host++)
        forget(host);
    secpvm_exchange_1997_free(slave.exchange);
    slave.exchange = NULL;
}

bool exchange_is_due(uint32_t host)
{
    return pvmd_host() == MASTER_HOST && host > MASTER_HOST && !has_key[host];
}

static secpvm_status begin(uint32_t host, const struct sockaddr_in *to)
{
    uint8_t exponent[EXPONENT_LEN];
    secpvm_status status;

    pending[host] = calloc(1, sizeof *pending[host]);
    if (pending[host] == NULL)
        return SECPVM_ERR_NO_MEMORY;
    pending[host]->address = *to;
    entropy_fill(exponent, sizeof exponent);
    status = secpvm_exchange_1997_master_new(classic_key(), exponent, sizeof exponent,
                                             &pending[host]->side.exchange);
    secpvm_wipe(exponent, sizeof exponent);
    return status;
}

ssize_t exchange_hold(int fd, uint32_t host, const uint8_t *datagram, size_t len,
                      const struct sockaddr_in *to)
{
    secpvm_status status;

    if (len > DATAGRAM_LEN_MAX)
        return datagram_not_sent(to, "its length is none of a PVM datagram");
    if (pending[host] == NULL) {
        status = begin(host, to);
        if (status == SECPVM_OK)
            status = write_next(&pending[host]->side, host);
        if (status != SECPVM_OK) {
            forget(host);
            return datagram_not_sent(to, secpvm_strerror(status));
        }
        memcpy(pending[host]->held, datagram, len);
        pending[host]->held_len = len;
    }
    transmit(fd, &pending[host]->side, to);
    return (ssize_t)len;
}

/* Its last message has come: PVM's datagram can go. */
static void conclude(int fd, uint32_t host)
{
    struct pending *done = pending[host];

    has_key[host] = true;
    (void)classic_send(fd, done->held, done->held_len, 0, &done->address);
    forget(host);
}

static bool is_pvmd(uint32_t tid)
{
    return tid == tid_of_pvmd(tid_host(tid));
}

bool exchange_is_message(const uint8_t *packet, size_t len)
{
    secpvm_classic_header header;

    if (len < OFFSET_BODY || secpvm_classic_parse(packet, len, &header) != SECPVM_OK
        || header.level != SECPVM_CLASSIC_PLAIN
        || !is_pvmd(header.pvm.src) || !is_pvmd(header.pvm.dst)
        || header.pvm.flags != (SECPVM_PVM_SOM | SECPVM_PVM_EOM | SECPVM_PVM_DAT))
        return false;
    return get_u32(packet + OFFSET_CLASSIC_TAG) - CODE_FIRST < CODE_COUNT;
}

static bool same_address(const struct sockaddr_in *one, const struct sockaddr_in *other)
{
    return one->sin_addr.s_addr == other->sin_addr.s_addr && one->sin_port == other->sin_port;
}

/* Read a message, or find that it is the last one once more: then `*again`, and it gets
 * the same answer. */
static secpvm_status read_message(struct side *side, uint32_t host, const uint8_t *packet,
                                  size_t len, bool *again)
{
    uint32_t code = get_u32(packet + OFFSET_CLASSIC_TAG);
    secpvm_status status;

    *again = code == side->code_read;
    if (*again)
        return SECPVM_OK;
    if (code < side->code_read)
        return SECPVM_REJECTED_REPLAYED;
    status = secpvm_exchange_1997_read(side->exchange, code, packet + OFFSET_BODY,
                                       len - OFFSET_BODY);
    if (status == SECPVM_OK) {
        side->code_read = code;
        log_message(host, code, "received");
    }
    return status;
}

/* As the master, from `host`. */
static secpvm_status receive_as_master(int fd, uint32_t host, const uint8_t *packet, size_t len,
                                       const struct sockaddr_in *from)
{
    struct pending *with = pending[host];
    secpvm_status status;
    bool again;

    /* pvmd' has the master's memory, and no exchange. */
    if (pvmd_host() != MASTER_HOST || with == NULL || !same_address(from, &with->address))
        return SECPVM_REJECTED_REPLAYED;
    status = read_message(&with->side, host, packet, len, &again);
    if (status != SECPVM_OK)
        return status;
    if (secpvm_exchange_1997_finish(with->side.exchange, NULL) == SECPVM_OK) {
        conclude(fd, host);
        return SECPVM_OK;
    }
    if (!again)
        status = write_next(&with->side, host);
    if (status == SECPVM_OK)
        transmit(fd, &with->side, from);
    return status;
}

/* The key, if it has come and is not taken yet. */
static secpvm_status take_key(void)
{
    uint8_t key[SECPVM_CLASSIC_KEY_LEN];
    secpvm_status status;

    if (classic_key() != NULL || secpvm_exchange_1997_finish(slave.exchange, key) != SECPVM_OK)
        return SECPVM_OK;
    status = classic_take_key(key);
    secpvm_wipe(key, sizeof key);
    return status;
}

/* As a slave, from its master. */
static secpvm_status receive_as_slave(int fd, uint32_t host, const uint8_t *packet, size_t len,
                                      const struct sockaddr_in *from)
{
    secpvm_status status;
    bool again;

    if (!same_address(from, &master_address))
        return SECPVM_REJECTED_FORGED;
    status = read_message(&slave, host, packet, len, &again);
    if (status == SECPVM_OK && !again)
        status = write_next(&slave, host);
    /* What is acknowledged is there. */
    if (status == SECPVM_OK)
        status = take_key();
    if (status == SECPVM_OK)
        transmit(fd, &slave, from);
    return status;
}

ssize_t exchange_receive(int fd, const uint8_t *packet, size_t len,
                         const struct sockaddr_in *from)
{
    uint32_t host = tid_host(get_u32(packet + OFFSET_SRC));
    secpvm_status status
        = slave.exchange == NULL ? receive_as_master(fd, host, packet, len, from)
                                 : receive_as_slave(fd, host, packet, len, from);

    return status == SECPVM_OK ? datagram_not_there() : datagram_drop(drop_of_status(status), from);
}
