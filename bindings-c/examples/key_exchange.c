/* A master hands a session to a slave over a socketpair: the join of secpvm, which needs a channel
 * that is already trusted. SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <secpvm_core.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const uint8_t context[] = "key_exchange, version 1";

/* Messages keep their boundaries on a SOCK_SEQPACKET socket. */
static int write_message(secpvm_join *join, int fd)
{
    uint8_t message[SECPVM_JOIN_MESSAGE_LEN_MAX];
    size_t len;
    return secpvm_join_write(join, message, sizeof message, &len) == SECPVM_OK
           && send(fd, message, len, 0) == (ssize_t)len;
}

static int read_message(secpvm_join *join, int fd)
{
    uint8_t message[SECPVM_JOIN_MESSAGE_LEN_MAX];
    ssize_t len = recv(fd, message, sizeof message, 0);
    return len > 0 && secpvm_join_read(join, message, (size_t)len) == SECPVM_OK;
}

static int master(int fd, const uint8_t session[SECPVM_SESSION_LEN])
{
    uint8_t entropy[SECPVM_JOIN_INITIATOR_ENTROPY_LEN];
    secpvm_join *join = NULL;
    int done = getrandom(entropy, sizeof entropy, 0) == sizeof entropy
               && secpvm_join_initiator_new(session, context, sizeof context, entropy, &join)
                      == SECPVM_OK
               && write_message(join, fd) && read_message(join, fd) && write_message(join, fd)
               && read_message(join, fd) && secpvm_join_finish(join, NULL) == SECPVM_OK;
    secpvm_wipe(entropy, sizeof entropy);
    secpvm_join_free(join);
    return done;
}

static int slave(int fd, uint8_t session[SECPVM_SESSION_LEN])
{
    uint8_t entropy[SECPVM_JOIN_RESPONDER_ENTROPY_LEN];
    secpvm_join *join = NULL;
    int done = getrandom(entropy, sizeof entropy, 0) == sizeof entropy
               && secpvm_join_responder_new(context, sizeof context, entropy, &join) == SECPVM_OK
               && read_message(join, fd) && write_message(join, fd) && read_message(join, fd)
               && write_message(join, fd) && secpvm_join_finish(join, session) == SECPVM_OK;
    secpvm_wipe(entropy, sizeof entropy);
    secpvm_join_free(join);
    return done;
}

int main(void)
{
    uint8_t entropy[SECPVM_SESSION_ENTROPY_LEN], session[SECPVM_SESSION_LEN];
    int fds[2], status;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds) != 0) {
        perror("key_exchange: socketpair");
        return 1;
    }
    pid_t child = fork();
    if (child == 0) {
        secpvm_suite_info suite;
        if (!slave(fds[1], session) || secpvm_session_suite(session, &suite) != SECPVM_OK) {
            fprintf(stderr, "key_exchange: the slave has no session\n");
            return 1;
        }
        printf("the slave has a session of %s\n", suite.name);
        return 0;
    }
    if (child < 0 || getrandom(entropy, sizeof entropy, 0) != sizeof entropy
        || secpvm_session_generate(1, entropy, session) != SECPVM_OK || !master(fds[0], session)) {
        fprintf(stderr, "key_exchange: the master failed\n");
        return 1;
    }
    return waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
