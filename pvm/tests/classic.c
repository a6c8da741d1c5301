/*
 * Tests of machines of other modes, with the patch as it is loaded: `--level none`, and
 * master and slave of classic-1997. The far end is core's.
 *
 *     classic PATH-OF-SECPVM-PVMD.SO
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "as_pvmd.h"

#include <errno.h>

#include "secpvm_core.h"

#define MESSAGE_LEN_MAX 192
#define BODY_AT 64
#define TAG_AT 36

/* The patch's end, of which the host is `own`, and the other end, in nobody's hands. */
static int own_fd, far_fd;
static struct sockaddr_in own_address, far_address;
static uint8_t received[8192];

static void open_sockets(void)
{
    own_fd = udp_socket(&own_address);
    far_fd = udp_socket(&far_address);
    if (connect(far_fd, (struct sockaddr *)&own_address, sizeof own_address) == -1)
        abort();
}

/* Send a datagram from one host to another, by the hook. */
static bool sends(uint32_t from, uint32_t to)
{
    uint8_t bytes[256];
    size_t len = datagram(bytes, tid_of_pvmd(from), tid_of_pvmd(to));

    be_host(from);
    return sendto(own_fd, bytes, len, 0, (struct sockaddr *)&far_address, sizeof far_address)
           == (ssize_t)len;
}

/* What comes out of the hook for `host`, -1 for nothing. */
static ssize_t receives(uint32_t host)
{
    struct sockaddr_in from;
    socklen_t from_len = sizeof from;

    be_host(host);
    return recvfrom(own_fd, received, sizeof received, 0, (struct sockaddr *)&from, &from_len);
}

static bool ignores(uint32_t host)
{
    return receives(host) == -1 && errno == EINTR;
}

/* What is on the wire. */
static ssize_t heard(void)
{
    return recv(far_fd, received, sizeof received, MSG_DONTWAIT);
}

/* Nothing comes of the message at any length that is not its own. */
static bool ignores_parts(uint32_t host, const uint8_t *message, size_t message_len)
{
    uint8_t longer[MESSAGE_LEN_MAX + 1] = {0};
    size_t len;

    memcpy(longer, message, message_len);
    for (len = 0; len <= message_len + 1; len++) {
        if (len == message_len)
            continue;
        send(far_fd, longer, len, 0);
        if (!ignores(host) || heard() != -1)
            return false;
    }
    return true;
}

static bool is_ours(ssize_t len, uint32_t from, uint32_t to)
{
    uint8_t expected[256];
    size_t expected_len = datagram(expected, tid_of_pvmd(from), tid_of_pvmd(to));

    return len == (ssize_t)expected_len && memcmp(received, expected, expected_len) == 0;
}

/* ---- In clear ------------------------------------------------------------ */

static int run_in_clear(void)
{
    open_sockets();
    check(sends(1, 2) && is_ours(heard(), 1, 2), "at --level none a datagram leaves as it is");
    check(send(far_fd, received, 60, 0) == 60 && receives(1) == 60, "and comes in as it is");
    return check_end();
}

/* ---- The far end of an exchange ------------------------------------------ */

/* Write what the far end has to say next, as the host `from`, and return its length. */
static size_t write_next(secpvm_exchange_1997 *exchange, uint32_t from, uint32_t to,
                         uint8_t message[MESSAGE_LEN_MAX])
{
    uint32_t code;
    size_t body_len;

    memset(message, 0, MESSAGE_LEN_MAX);
    if (secpvm_exchange_1997_write(exchange, message + BODY_AT, MESSAGE_LEN_MAX - BODY_AT, &code,
                                   &body_len)
        != SECPVM_OK)
        abort();
    put_u32(message + OFFSET_DST, tid_of_pvmd(to));
    put_u32(message + OFFSET_SRC, tid_of_pvmd(from));
    message[OFFSET_FLAGS] = FLAG_SOM | FLAG_EOM | FLAG_DAT;
    put_u32(message + TAG_AT, code);
    return BODY_AT + body_len;
}

/* And send it. */
static size_t say_next(int fd, secpvm_exchange_1997 *exchange, uint32_t from, uint32_t to,
                       uint8_t message[MESSAGE_LEN_MAX])
{
    size_t len = write_next(exchange, from, to, message);

    send(fd, message, len, 0);
    return len;
}

/* Is what is heard the next message, of `len` bytes, for the far end? */
static bool hears_next(secpvm_exchange_1997 *exchange, size_t len)
{
    return heard() == (ssize_t)len
           && secpvm_exchange_1997_read(exchange, get_u32(received + TAG_AT), received + BODY_AT,
                                        len - BODY_AT)
                  == SECPVM_OK;
}

/* Is what is heard a packet under the key, with the datagram in it? */
static bool hears_sealed(const uint8_t *key, uint32_t from, uint32_t to)
{
    secpvm_classic_opener *opener;
    secpvm_classic_header header;
    ssize_t len = heard();
    size_t data_len = 0;
    bool as_sent;

    if (secpvm_classic_opener_new(key, SECPVM_CLASSIC_ENCRYPTED, &opener) != SECPVM_OK)
        abort();
    as_sent = len > 0
              && secpvm_classic_opener_open_in_place(opener, received, (size_t)len, &header,
                                                     &data_len)
                     == SECPVM_OK
              && header.cipher == SECPVM_CLASSIC_3DES && header.pvm.src == tid_of_pvmd(from)
              && header.pvm.dst == tid_of_pvmd(to) && data_len == sizeof TEXT
              && memcmp(received + SECPVM_CLASSIC_HEADER_LEN, TEXT, sizeof TEXT) == 0;
    secpvm_classic_opener_free(opener);
    return as_sent;
}

/* ---- As the master ------------------------------------------------------- */

/* With its own shadow, pvmd', which has the key. */
static void check_packets(void)
{
    uint8_t packet[256];
    secpvm_classic_header header;
    ssize_t len = sends(1, 0) ? heard() : 0;

    check(len == 32 + 48
              && secpvm_classic_parse(received, (size_t)len, &header) == SECPVM_OK
              && header.level == SECPVM_CLASSIC_ENCRYPTED && header.cipher == SECPVM_CLASSIC_3DES
              && header.padding_len == 48 - sizeof TEXT,
          "a datagram to pvmd' leaves as a packet, without an exchange");
    if (len != 32 + 48)
        return;
    memcpy(packet, received, (size_t)len);
    send(far_fd, packet, (size_t)len, 0);
    check(is_ours(receives(0), 1, 0), "and is received as it was");
    packet[OFFSET_FLAGS] = FLAG_FIN | FLAG_ACK;
    send(far_fd, packet, (size_t)len, 0);
    check(receives(0) > 0 && received[OFFSET_FLAGS] == (FLAG_FIN | FLAG_ACK),
          "its flags are not authenticated, as documented");
    packet[40] ^= 1;
    send(far_fd, packet, (size_t)len, 0);
    check(ignores(0), "one with other data is dropped");
    memset(packet + OFFSET_FLAGS + 1, 0, 19);
    send(far_fd, packet, (size_t)len, 0);
    check(ignores(0), "one that says it is plain is dropped");
    send(far_fd, packet, HEADER_LEN, 0);
    check(ignores(0), "PVM's own datagram is dropped");
}

static void check_exchange_of_master(void)
{
    uint8_t exponent[32] = {3}, key[SECPVM_CLASSIC_KEY_LEN];
    uint8_t first[MESSAGE_LEN_MAX], message[MESSAGE_LEN_MAX];
    struct sockaddr_in address_of_stranger;
    int stranger = udp_socket(&address_of_stranger);
    secpvm_exchange_1997 *slave;
    size_t len;

    if (secpvm_exchange_1997_slave_new(exponent, sizeof exponent, &slave) != SECPVM_OK
        || connect(stranger, (struct sockaddr *)&own_address, sizeof own_address) == -1)
        abort();
    check(sends(1, 2) && heard() == MESSAGE_LEN_MAX, "a new host gets the exchange first");
    memcpy(first, received, sizeof first);
    check(sends(1, 2) && heard() == MESSAGE_LEN_MAX
              && memcmp(received, first, sizeof first) == 0,
          "as often as PVM sends again, and the same");
    sends(1, 2);
    check(hears_next(slave, MESSAGE_LEN_MAX), "core's slave takes it");
    len = say_next(stranger, slave, 2, 1, message);
    check(ignores(1) && heard() == -1, "an answer from elsewhere is dropped");
    send(far_fd, message, len, 0);
    check(ignores(0) && heard() == -1, "one to pvmd', too: it has no exchange");
    check(ignores_parts(1, message, len), "one of another length, too");
    send(far_fd, message, len, 0);
    check(ignores(1) && hears_next(slave, BODY_AT + 32), "the answer gets the session key");
    send(far_fd, message, len, 0);
    check(ignores(1) && heard() == BODY_AT + 32, "and gets it again");
    say_next(far_fd, slave, 2, 1, message);
    check(ignores(1) && secpvm_exchange_1997_finish(slave, key) == SECPVM_OK
              && hears_sealed(key, 1, 2),
          "PVM's datagram leaves when the key is acknowledged, sealed");
    check(sends(1, 2) && hears_sealed(key, 1, 2), "and so do others");
    secpvm_exchange_1997_free(slave);
    close(stranger);
}

static int run_as_master(void)
{
    open_sockets();
    check_packets();
    check_exchange_of_master();
    check(strstr(log_text, "host 2: DM_MASTER_PUBKEY sent\n") != NULL
              && strstr(log_text, "host 2: DM_SLAVE_PUBKEY received\n") != NULL
              && strstr(log_text, "host 2: DM_SESSKEY sent\n") != NULL
              && strstr(log_text, "host 2: DM_SESSKEYACK received\n") != NULL,
          "the log has the report's names");
    return check_end();
}

/* ---- As a slave ----------------------------------------------------------- */

/* The master's socket is `far_fd`, opened by the parent, which has named its address. */
static int run_as_slave(const char *fd)
{
    uint8_t exponent[32] = {2}, key[SECPVM_CLASSIC_KEY_LEN];
    uint8_t first[MESSAGE_LEN_MAX], message[MESSAGE_LEN_MAX];
    secpvm_exchange_1997 *master;
    socklen_t len = sizeof far_address;
    size_t message_len, i;

    for (i = 0; i < sizeof key; i++)
        key[i] = (uint8_t)i;
    far_fd = atoi(fd);
    own_fd = udp_socket(&own_address);
    if (getsockname(far_fd, (struct sockaddr *)&far_address, &len) == -1
        || connect(far_fd, (struct sockaddr *)&own_address, sizeof own_address) == -1
        || secpvm_exchange_1997_master_new(key, exponent, sizeof exponent, &master) != SECPVM_OK)
        abort();
    check(!sends(2, 1) && errno == EINTR && heard() == -1, "without the key nothing is sent");
    send(far_fd, "a datagram of 16", 16, 0);
    check(ignores(2), "and nothing taken");
    message_len = say_next(far_fd, master, 1, 2, message);
    check(ignores(2) && hears_next(master, MESSAGE_LEN_MAX), "it answers the master");
    send(far_fd, message, message_len, 0);
    check(ignores(2) && heard() == MESSAGE_LEN_MAX, "and again");
    memcpy(first, message, sizeof first);
    first[OFFSET_SRC] &= 0x7f;
    send(far_fd, first, sizeof first, 0);
    check(ignores(2) && heard() == -1, "not a task");
    first[OFFSET_SRC] |= 0x80;
    message_len = write_next(master, 1, 2, message);
    check(ignores_parts(2, message, message_len), "a key of another length is none");
    send(far_fd, message, message_len, 0);
    check(ignores(2) && hears_next(master, BODY_AT), "it acknowledges the key");
    send(far_fd, message, message_len, 0);
    check(ignores(2) && heard() == BODY_AT, "and again");
    send(far_fd, first, sizeof first, 0);
    check(ignores(2) && heard() == -1, "an earlier message that comes late is not answered");
    check(sends(2, 1) && hears_sealed(key, 2, 1), "from then on it seals");
    secpvm_exchange_1997_free(master);
    return check_end();
}

static int start_slave(const char *patch)
{
    char address[16], fd[16];
    char run[] = "slave", s[] = "-s", mtu[] = "4080", host[] = "2", own[] = "7f000001:0000";
    int master = udp_socket(&far_address);

    snprintf(address, sizeof address, "7f000001:%04x", (unsigned)ntohs(far_address.sin_port));
    snprintf(fd, sizeof fd, "%d", master);
    return run_copy("pvmd", patch, "SECPVM_MODE=classic-1997:3des",
                    WORDS(run, fd, s, address, mtu, host, own));
}

int main(int argc, char *argv[])
{
    char clear[] = "clear", master[] = "master", slave[] = "-s";

    if (argc > 2)
        return run_as_slave(argv[2]);
    if (argc == 2 && strcmp(argv[1], clear) == 0)
        return run_in_clear();
    if (argc == 2 && strcmp(argv[1], master) == 0)
        return run_as_master();
    if (argc != 2) {
        fprintf(stderr, "usage: classic PATH-OF-SECPVM-PVMD.SO\n");
        return 2;
    }
    check(run_copy("pvmd", argv[1], "SECPVM_MODE=none", WORDS(clear)) == 0, "in clear");
    check(run_copy("pvmd", argv[1], "SECPVM_MODE=classic-1997:3des", WORDS(master)) == 0,
          "as a master of 1997");
    check(start_slave(argv[1]) == 0, "as a slave of 1997");
    check(run_copy("pvmd", argv[1], "SECPVM_MODE=classic-1997:3des", WORDS(slave)) == 1,
          "a slave that is told of no master: not started");
    check(run_copy("pvmd", argv[1], "SECPVM_MODE=classic-1997", WORDS(master)) == 1,
          "an unknown mode: not started");
    return check_end();
}
