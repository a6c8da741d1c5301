/* A sealed UDP echo over the loopback. SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <arpa/inet.h>
#include <secpvm_core.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#define MUST(so) ((so) ? (void)0 : (fprintf(stderr, "udp_echo: not so: %s\n", #so), exit(1)))

static uint8_t session[SECPVM_SESSION_LEN], buf[512], *const text = buf + SECPVM_RECORD_HEADER_LEN;

/* The associated data name the receiver. */
static void put(int fd, secpvm_sealer *sealer, uint8_t to, size_t len)
{
    MUST(secpvm_sealer_seal_in_place(sealer, &to, 1, buf, sizeof buf, len, &len) == SECPVM_OK);
    MUST(send(fd, buf, len, 0) == (ssize_t)len);
}

static size_t get(int fd, secpvm_opener *opener, uint8_t me)
{
    ssize_t got = recv(fd, buf, sizeof buf, 0);
    size_t len = got > 0 ? (size_t)got : 0;
    MUST(secpvm_opener_open_in_place(opener, &me, 1, buf, len, NULL, &len) == SECPVM_OK);
    printf("%d opens: %.*s\n", me, (int)len, (const char *)text);
    return len;
}

int main(void)
{
    struct sockaddr_in at[2] = {{.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}};
    socklen_t at_len = sizeof at[0];
    uint8_t entropy[SECPVM_SESSION_ENTROPY_LEN], me;
    secpvm_sealer *sealer;
    secpvm_opener *opener;
    int fd[2] = {socket(AF_INET, SOCK_DGRAM, 0), socket(AF_INET, SOCK_DGRAM, 0)};
    at[1] = at[0];
    for (int i = 0; i < 2; i++) {
        MUST(bind(fd[i], (struct sockaddr *)&at[i], at_len) == 0);
        MUST(getsockname(fd[i], (struct sockaddr *)&at[i], &at_len) == 0);
        MUST(i == 0 || connect(fd[0], (struct sockaddr *)&at[1], at_len) == 0);
    }
    MUST(connect(fd[1], (struct sockaddr *)&at[0], at_len) == 0);
    MUST(getrandom(entropy, sizeof entropy, 0) == sizeof entropy);
    MUST(secpvm_session_generate(1, entropy, session) == SECPVM_OK);
    me = fork() == 0; /* 1 echoes, 0 asks; each numbers its own packets */
    MUST(secpvm_sealer_new(session, me, &sealer) == SECPVM_OK);
    MUST(secpvm_opener_new(session, 1, &opener) == SECPVM_OK);
    if (me == 1) {
        put(fd[1], sealer, 0, get(fd[1], opener, 1));
    } else {
        memcpy(text, "hello", 5);
        put(fd[0], sealer, 1, 5);
        MUST(get(fd[0], opener, 0) == 5);
    }
    secpvm_sealer_free(sealer);
    secpvm_opener_free(opener);
    return 0;
}
