/* A sealed UDP echo over the loopback: what one process seals, the other opens and seals again.
 * SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <arpa/inet.h>
#include <secpvm_core.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#define DIE_UNLESS(condition) \
    do { if (!(condition)) { fprintf(stderr, "udp_echo: not so: %s\n", #condition); _exit(1); } } while (0)

/* Open what arrives, say so, seal it for the peer; `first` says something first. */
static void speak(int fd, const uint8_t *session, uint64_t me, uint64_t peer, const char *first)
{
    uint8_t buf[512], *text = buf + SECPVM_RECORD_HEADER_LEN, names[2] = {(uint8_t)me, (uint8_t)peer};
    size_t len = first ? strlen(first) : 0;
    secpvm_sealer *sealer;
    secpvm_opener *opener;
    DIE_UNLESS(secpvm_sealer_new(session, me, &sealer) == SECPVM_OK);
    DIE_UNLESS(secpvm_opener_new(session, 1, &opener) == SECPVM_OK);
    for (int turn = first ? 0 : 1; turn < 2; turn++) {
        if (turn == 1) {
            ssize_t got = recv(fd, buf, sizeof buf, 0);
            DIE_UNLESS(got > 0);
            DIE_UNLESS(secpvm_opener_open_in_place(opener, &names[0], 1, buf, (size_t)got, NULL, &len) == SECPVM_OK);
            printf("%d opened: %.*s\n", (int)me, (int)len, (const char *)text);
        } else {
            memcpy(text, first, len);
        }
        if (turn == 0 || !first) {
            DIE_UNLESS(secpvm_sealer_seal_in_place(sealer, &names[1], 1, buf, sizeof buf, len, &len) == SECPVM_OK);
            DIE_UNLESS(send(fd, buf, len, 0) == (ssize_t)len);
        }
    }
    secpvm_sealer_free(sealer);
    secpvm_opener_free(opener);
}

int main(void)
{
    uint8_t entropy[SECPVM_SESSION_ENTROPY_LEN], session[SECPVM_SESSION_LEN];
    struct sockaddr_in at[2];
    socklen_t at_len = sizeof at[0];
    int fds[2];
    DIE_UNLESS(getrandom(entropy, sizeof entropy, 0) == sizeof entropy);
    DIE_UNLESS(secpvm_session_generate(1, entropy, session) == SECPVM_OK);
    for (int i = 0; i < 2; i++) {
        at[i] = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        DIE_UNLESS((fds[i] = socket(AF_INET, SOCK_DGRAM, 0)) >= 0);
        DIE_UNLESS(bind(fds[i], (struct sockaddr *)&at[i], at_len) == 0);
        DIE_UNLESS(getsockname(fds[i], (struct sockaddr *)&at[i], &at_len) == 0);
    }
    for (int i = 0; i < 2; i++) {
        DIE_UNLESS(connect(fds[i], (struct sockaddr *)&at[1 - i], at_len) == 0);
    }
    pid_t child = fork();
    DIE_UNLESS(child >= 0);
    speak(fds[child == 0], session, child == 0 ? 2 : 1, child == 0 ? 1 : 2, child == 0 ? NULL : "hello");
    secpvm_wipe(session, sizeof session);
    return 0;
}
