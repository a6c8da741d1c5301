/*
 * Tests of the patch as it is loaded, in a program that has what it needs of pvmd.
 *
 *     hooks PATH-OF-SECPVM-PVMD.SO
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "as_pvmd.h"

#include <errno.h>
#include <sys/select.h>

#include "pace.h"

/* Not the master, which sends to hosts that it has admitted only. */
#define SENDER 4u

static int a, b; /* two sockets; most datagrams go from a to b */
static struct sockaddr_in address_of_b;
static uint8_t received[8192];

/* Send as SENDER from a to b, by the hook. */
static bool send_hooked(uint32_t src, uint32_t dst)
{
    uint8_t bytes[256], before[256];
    size_t len = datagram(bytes, src, dst);

    memcpy(before, bytes, len);
    be_host(SENDER);
    return sendto(a, bytes, len, 0, (struct sockaddr *)&address_of_b, sizeof address_of_b)
               == (ssize_t)len
           && memcmp(bytes, before, len) == 0;
}

/* Receive as `host` from b, by the hook. */
static ssize_t receive_hooked(uint32_t host, size_t len)
{
    struct sockaddr_in from;
    socklen_t from_len = sizeof from;

    be_host(host);
    return recvfrom(b, received, len, 0, (struct sockaddr *)&from, &from_len);
}

static bool dropped(uint32_t host)
{
    return receive_hooked(host, sizeof received) == -1 && errno == EINTR;
}

static bool nothing_there(void)
{
    return recv(b, received, sizeof received, MSG_DONTWAIT) == -1 && errno == EAGAIN;
}

/* Is there `text` in the `len` bytes? */
static bool contains(const uint8_t *bytes, size_t len, const char *text)
{
    size_t text_len = strlen(text);
    size_t i;

    for (i = 0; i + text_len <= len; i++)
        if (memcmp(bytes + i, text, text_len) == 0)
            return true;
    return false;
}

static void check_round_trip(void)
{
    uint8_t expected[256];
    size_t len = datagram(expected, tid_of_pvmd(SENDER), tid_of_pvmd(2));
    ssize_t record_len;

    check(send_hooked(tid_of_pvmd(SENDER), tid_of_pvmd(2)),
          "a datagram is sent, and the caller's buffer is as it was");
    record_len = recv(b, received, sizeof received, 0);
    check(record_len == (ssize_t)len + 40 && received[0] == 0x73
              && !contains(received, (size_t)record_len, "secret"),
          "on the wire it is a record, without the text");
    send_hooked(tid_of_pvmd(SENDER), tid_of_pvmd(2));
    check(receive_hooked(2, sizeof received) == (ssize_t)len
              && memcmp(received, expected, len) == 0,
          "it is received as it was");
    send_hooked(tid_of_pvmd(SENDER), tid_of_pvmd(2));
    check(receive_hooked(2, 20) == 20 && memcmp(received, expected, 20) == 0 && nothing_there(),
          "a caller with less room gets as much, and the rest is gone");
    send_hooked(tid_of_pvmd(SENDER), tid_of_pvmd(0));
    check(receive_hooked(1, 16) == -1 && errno == EINTR && nothing_there()
              && log_text[0] == '\0',
          "what is drained 16 bytes at a time is neither opened nor counted");
}

static uint64_t log_lines(void)
{
    const char *at;
    uint64_t lines = 0;

    for (at = log_text; (at = strchr(at, '\n')) != NULL; at++)
        lines++;
    return lines;
}

static void check_drops(void)
{
    uint64_t begun_ms = pace_now_ms();
    uint8_t record[256];
    ssize_t len;
    int i;

    send_hooked(tid_of_pvmd(SENDER), tid_of_pvmd(2));
    len = recv(b, record, sizeof record, 0);
    if (len <= 0 || connect(a, (struct sockaddr *)&address_of_b, sizeof address_of_b) == -1)
        abort();
    send(a, record, (size_t)len, 0);
    send(a, record, (size_t)len, 0);
    check(receive_hooked(2, sizeof received) > 0 && dropped(2), "a replayed record is dropped");
    check(strstr(log_text, "secpvm: dropped 1 datagrams (forged 0, replayed 1, ") == log_text,
          "and logged at once");
    send(a, "\x80\x08\x00\x00\x80\x04\x00\x00\x00\x00\x00\x00\x18\x00\x00\x00", 16, 0);
    check(dropped(2), "a plain FIN|ACK is dropped");
    send(a, "", 0, 0);
    check(dropped(2), "an empty datagram is dropped");
    send_hooked(tid_of_pvmd(SENDER), tid_of_pvmd(2));
    check(dropped(3), "a record for another host is dropped");
    send_hooked(tid_of_pvmd(5), tid_of_pvmd(2));
    check(dropped(2), "a datagram that claims to come from another host is dropped");
    for (i = 0; i < 500; i++) {
        send(a, record, (size_t)len - (size_t)(i % 60), 0);
        if (!dropped(2))
            break;
    }
    check(i == 500, "500 more are dropped");
    check(log_lines() <= 1 + (pace_now_ms() - begun_ms) / 1000, "and told once a second at most");
}

static void check_sends(void)
{
    uint8_t bytes[256];
    size_t len = datagram(bytes, tid_of_pvmd(SENDER), tid_of_pvmd(2));
    struct sockaddr_in elsewhere;
    int c = udp_socket(&elsewhere);
    uint32_t multicast = TID_MULTICAST | SENDER << TID_HOST_SHIFT | 9;

    be_host(SENDER);
    datagram(bytes, tid_of_pvmd(SENDER), multicast);
    check(sendto(a, bytes, len, 0, (struct sockaddr *)&elsewhere, sizeof elsewhere) == -1
              && errno == EINTR && recv(c, received, sizeof received, MSG_DONTWAIT) == -1
              && strstr(log_text, "was not sent: no host is known there\n") != NULL,
          "a multicast datagram to an unknown address is not sent, and that is logged");
    check(send_hooked(tid_of_pvmd(SENDER), multicast) && receive_hooked(2, sizeof received) > 0,
          "one to an address that has been sent to is sealed for the host there");
    close(c);
    check(sendto(a, bytes, 8, 0, (struct sockaddr *)&address_of_b, sizeof address_of_b) == -1
              && errno == EINTR,
          "what is no PVM datagram is not sent");
    check(sendto(a, bytes, len, 0, NULL, 0) == -1 && nothing_there(),
          "nothing is sent without an address");
}

static void check_stranger(void)
{
    uint8_t bytes[256], expected[HEADER_LEN] = {0};
    size_t len = datagram(bytes, tid_of_pvmd(1), tid_of_pvmd(2));
    struct sockaddr_in from = {0}, address;
    socklen_t from_len = sizeof from;
    int master = udp_socket(&address);

    put_u32(expected + OFFSET_DST, tid_of_pvmd(1));
    put_u32(expected + OFFSET_SRC, tid_of_pvmd(2));
    expected[OFFSET_FLAGS] = FLAG_FIN | FLAG_ACK;
    be_host(1);
    check(sendto(master, bytes, len, 0, (struct sockaddr *)&address_of_b, sizeof address_of_b)
                  == (ssize_t)len
              && nothing_there() && strstr(log_text, "127.0.0.1 is given up: a task of yours"),
          "the master sends nothing to a host that it has not admitted, and says why");
    check(recv(master, received, sizeof received, MSG_PEEK | MSG_DONTWAIT) == 0,
          "it has itself look for datagrams");
    check(recvfrom(master, received, sizeof received, 0, (struct sockaddr *)&from, &from_len)
                  == HEADER_LEN
              && memcmp(received, expected, HEADER_LEN) == 0
              && from.sin_port == address_of_b.sin_port,
          "and finds that the host has ended");
    log_text[0] = '\0';
    check(recvfrom(master, received, sizeof received, 0, (struct sockaddr *)&from, &from_len) == -1
              && errno == EINTR && recv(master, received, 1, MSG_DONTWAIT) == -1
              && log_text[0] == '\0',
          "once, and nothing else");
    close(master);
}

static void check_announcement(void)
{
    static const char line[] = "secpvm: sealing with aes-256-gcm\n";
    struct timeval none = {0};
    const char *first;

    check(select(0, NULL, NULL, NULL, &none) == 0 && select(0, NULL, NULL, NULL, &none) == 0
              && (first = strstr(log_text, line)) != NULL && strstr(first + 1, line) == NULL,
          "the log says once what the records are sealed with");
}

static void check_others(void)
{
    const char *preload = getenv("LD_PRELOAD");
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) == -1)
        abort();
    check(sendto(ends[0], "plain", 5, 0, NULL, 0) == 5
              && recvfrom(ends[1], received, sizeof received, 0, NULL, NULL) == 5
              && memcmp(received, "plain", 5) == 0,
          "unix sockets are left alone");
    check(preload != NULL && strstr(preload, "libm.so.6") != NULL
              && strstr(preload, "secpvm-pvmd.so") == NULL && getenv("SECPVM_SUITE") == NULL
              && getenv("SECPVM_DPATH") != NULL,
          "the patch has left the environment, others are still there");
}

static int run_as_pvmd(void)
{
    struct sockaddr_in address_of_a;

    a = udp_socket(&address_of_a);
    b = udp_socket(&address_of_b);
    check_round_trip();
    check_drops();
    check_sends();
    check_stranger();
    check_announcement();
    check_others();
    return check_end();
}

/* In a program that is no pvmd the patch does nothing. */
static int run_as_another(void)
{
    struct sockaddr_in address_of_a;

    a = udp_socket(&address_of_a);
    b = udp_socket(&address_of_b);
    check(send_hooked(tid_of_pvmd(SENDER), tid_of_pvmd(2))
              && recv(b, received, sizeof received, 0) == (ssize_t)(HEADER_LEN + sizeof TEXT)
              && contains(received, sizeof received, "secret") && getenv("SECPVM_SUITE") != NULL,
          "in another program the patch does nothing");
    return check_end();
}

int main(int argc, char *argv[])
{
    char run[] = "run", slave[] = "-s";
    static const char gcm[] = "SECPVM_SUITE=aes-256-gcm";

    if (argc == 2 && strcmp(argv[1], run) == 0)
        return strcmp(strrchr(argv[0], '/'), "/pvmd") == 0 ? run_as_pvmd() : run_as_another();
    if (argc != 2) {
        fprintf(stderr, "usage: hooks PATH-OF-SECPVM-PVMD.SO\n");
        return 2;
    }
    check(run_copy("pvmd", argv[1], gcm, WORDS(run)) == 0, "in a pvmd");
    check(run_copy("other", argv[1], gcm, WORDS(run)) == 0, "in another program");
    check(run_copy("pvmd", argv[1], "SECPVM_SUITE=no-such-suite", WORDS(run)) == 1,
          "an unknown suite: not started");
    check(run_copy("pvmd", argv[1], gcm, WORDS(slave)) == 1,
          "a slave without a session: not started");
    check(run_copy("pvmd", argv[1], "SECPVM_REKEY_PACKETS=none", WORDS(run)) == 1
              && run_copy("pvmd", argv[1], "SECPVM_REKEY_SECONDS=0", WORDS(run)) == 1,
          "a limit that is none: not started");
    check(run_copy("pvmd", argv[1], "SECPVM_REKEY_PACKETS=7", WORDS(run)) == 0, "with a limit");
    return check_end();
}
