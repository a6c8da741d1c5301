/*
 * Tests of secpvm-join: its two ends, over a remote shell that plays tricks.
 *
 *     join PATH-OF-SECPVM-JOIN
 *
 * The program plays three parts beside its own. Executed as the remote shell (the
 * variable TEST_RSH says which one), it does what that one does. Executed with -s, as
 * the slave pvmd, it checks the grant that it was handed and copies its input.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "handoff.h"
#include "started.h"

#include "../join/context.h"
#include "../join/hex.h"
#include "../join/keys.h"
#include "../join/line.h"
#include "../join/messages.h"

#define TAIL "-s -d0x0 -nhost2 1 0a580001:9c40 4080 2 0a580002:0000"
#define PLAIN_LINE "ddpro<2316> arch<LINUX64> ip<0a580002:9c41> mtu<4080> dsig<1>\n"

static const char *join_path;
static char self[4096];
static struct grant grant;
static bool keyed; /* join by static keys */

/* ---- The slave pvmd ------------------------------------------------------ */

static void grant_in_hex(const struct grant *of, char text[2 * GRANT_LEN + 1])
{
    uint8_t bytes[GRANT_LEN];
    size_t i;

    memcpy(bytes, of, sizeof bytes);
    for (i = 0; i < GRANT_LEN; i++)
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
}

static int play_pvmd(void)
{
    struct grant taken;
    char text[2 * GRANT_LEN + 1];
    const char *expected = getenv("TEST_GRANT");
    const char *preload = getenv("LD_PRELOAD");
    char byte;

    if (handoff_take(&taken) != NULL || expected == NULL)
        return 1;
    grant_in_hex(&taken, text);
    if (strcmp(text, expected) != 0 || preload == NULL
        || strstr(preload, "/secpvm-pvmd.so") == NULL)
        return 1;
    if (getenv("TEST_PLAIN") == NULL)
        printf(STARTED_LINE "\n");
    printf(PLAIN_LINE);
    fflush(stdout);
    while (read(STDIN_FILENO, &byte, 1) == 1)
        putchar(byte);
    printf("input ended\n");
    return 0;
}

/* ---- The remote shells --------------------------------------------------- */

static int run_command(const char *command)
{
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    return 126;
}

/* Replace the first `from` in `text` by `to`, of the same length. */
static void replace(char *text, const char *from, const char *to)
{
    char *at = strstr(text, from);

    if (at != NULL)
        memcpy(at, to, strlen(to));
}

/* Run the command with another role than `responder`, as somebody on the way would. */
static int run_as_role(const char *command, const char *role)
{
    static const char responder[] = "' responder ";
    const char *at = strstr(command, responder);
    char other[8192];

    if (at == NULL)
        return 126;
    snprintf(other, sizeof other, "%.*s' %s %s", (int)(at - command), command, role,
             at + sizeof responder - 1);
    return run_command(other);
}

/* Copy lines, and alter a digit in the middle of the message `number`. */
static void copy_altering(FILE *from, FILE *to, char number)
{
    char text[1024];

    while (fgets(text, sizeof text, from) != NULL) {
        size_t len = strlen(text);

        if (strncmp(text, "secpvm-join ", 12) == 0 && text[14] == number)
            text[len / 2] = text[len / 2] == '0' ? '1' : '0';
        fputs(text, to);
        fflush(to);
    }
    fclose(to);
}

/* What somebody on the way, or a host that means ill, could make of pvmd's line. */
static int play_liar(const char *part, const char *command)
{
    char script[8192];

    snprintf(script, sizeof script, "%s | sed -u '%s'", command, part);
    return run_command(script);
}

/* Stand between the two ends and alter one message. */
static int run_altering(const char *command, char number)
{
    int in[2], out[2], status;
    pid_t far, copier;

    if (pipe(in) == -1 || pipe(out) == -1 || (far = fork()) == -1)
        return 126;
    if (far == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        close(in[0]);
        close(in[1]);
        close(out[0]);
        close(out[1]);
        return run_command(command);
    }
    close(in[0]);
    close(out[1]);
    copier = fork();
    if (copier == 0) {
        close(out[0]);
        copy_altering(stdin, fdopen(in[1], "w"), number);
        _exit(0);
    }
    close(in[1]);
    copy_altering(fdopen(out[0], "r"), stdout, number);
    waitpid(far, &status, 0);
    kill(copier, SIGTERM);
    return WEXITSTATUS(status);
}

/* Answer with `text`, then wait for the end of the input. */
static int play_text(const char *text, int times)
{
    char byte;

    while (times-- > 0)
        fputs(text, stdout);
    fflush(stdout);
    while (read(STDIN_FILENO, &byte, 1) == 1)
        continue;
    return 0;
}

static int play_echo(void)
{
    char text[1024];

    while (fgets(text, sizeof text, stdin) != NULL) {
        fputs(text, stdout);
        fflush(stdout);
    }
    return 0;
}

/* An attacker who can read and change everything between the two ends, and knows how
 * all of this works: joins with the master as if it were the host, and prints what it
 * gets. With a session from that it would join the host as if it were the master. */
static int play_in_the_middle(const char *command)
{
    struct messages messages;
    struct line line;
    struct grant got;
    uint8_t message[MESSAGES_LEN_MAX];
    uint8_t own[SECPVM_NOISE_KEY_LEN] = {64};
    char text[LINE_CAP], context[CONTEXT_CAP];
    size_t len;
    int number;

    if (context_of_command(mode_by_word("sealed"), command, context) == -1)
        return 1;
    for (number = 1; number <= MESSAGES_LAST; number++) {
        if (number % 2 == 1) {
            if (fgets(text, sizeof text, stdin) == NULL)
                return 1;
            text[strcspn(text, "\n")] = '\0';
            line_parse(text, &line);
            if (number == 1
                && (line.version == MESSAGES_CHANNEL
                        ? messages_responder(&messages, context)
                        : messages_responder_keyed(&messages, context, own))
                       != SECPVM_OK)
                return 1;
            /* What can't be read can still be answered, and so it goes on. */
            (void)messages_read(&messages, number, line.message, line.message_len);
        } else {
            len = 48;
            memset(message, 0, sizeof message);
            (void)messages_write(&messages, number, message, &len);
            line_format((int)messages.version, number, message, len, text);
            fputs(text, stdout);
            fflush(stdout);
        }
    }
    if (messages_finish(&messages, &got) == SECPVM_OK && memcmp(&got, &grant, sizeof got) == 0)
        printf("the attacker has the session\n");
    fflush(stdout);
    return 0;
}

static int play_rsh(const char *part, char *command)
{
    int i;

    if (strcmp(part, "honest") == 0)
        return run_command(command);
    if (strcmp(part, "talkative") == 0) {
        for (i = 0; i < 100; i++)
            printf("Welcome to host2, where each login shows a hundred lines like this one, "
                   "of which some are so long that they exceed the room for a line of ours, "
                   "which is a quarter of a kilobyte, and go on, and on, and on, and on, and "
                   "on, until nobody reads them any more.\n");
        fflush(stdout);
        return run_command(command);
    }
    if (strcmp(part, "flooding") == 0)
        return play_text("A line of text that is none of ours, again and again.\n", 100000);
    if (strcmp(part, "plain") == 0)
        return play_text(PLAIN_LINE, 1);
    if (strcmp(part, "garbage") == 0)
        return play_text("secpvm-join 1 2 not hex\n", 1);
    if (strcmp(part, "wrong number") == 0)
        return play_text("secpvm-join 1 4 00\n", 1);
    if (strcmp(part, "forged") == 0)
        return play_text("secpvm-join 1 2 00112233445566778899aabbccddeeff00112233445566778899aabb"
                         "ccddeeff00112233445566778899aabbccddeeff\n",
                         1);
    if (strcmp(part, "error") == 0)
        return play_text("secpvm-join error it is \033[31mraining\n", 1);
    if (strcmp(part, "silent") == 0)
        return play_text("", 1);
    if (strcmp(part, "echo") == 0)
        return play_echo();
    if (strcmp(part, "man in the middle") == 0)
        return play_in_the_middle(command);
    if (strcmp(part, "unreachable") == 0)
        return 255;
    if (strcmp(part, "other slave") == 0) {
        replace(command, "-nhost2", "-nhost3");
        return run_command(command);
    }
    if (strcmp(part, "talking down") == 0)
        return run_as_role(command, "responder --level none");
    if (strcmp(part, "back to 1997") == 0)
        return run_as_role(command, "slave-1997 classic-1997:3des");
    if (strncmp(part, "s/", 2) == 0)
        return play_liar(part, command);
    if (strncmp(part, "altering ", 9) == 0)
        return run_altering(command, part[9]);
    return 125;
}

/* ---- Running secpvm-join ------------------------------------------------- */

struct run {
    pid_t pid;
    int in, out, err;
    int code;
    double seconds;
    char output[65536];
    char errors[4096];
};

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* A memory file of `text`, to be read from its start. */
static int file_of(const char *text)
{
    int fd = memfd_create("test", 0);

    if (fd == -1 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
        abort();
    lseek(fd, 0, SEEK_SET);
    return fd;
}

static void slurp(int fd, char *text, size_t cap)
{
    ssize_t len;

    lseek(fd, 0, SEEK_SET);
    len = read(fd, text, cap - 1);
    text[len > 0 ? len : 0] = '\0';
    close(fd);
}

/* Start secpvm-join with `arguments`, its input from `in`, as remote shell `part`. */
static void begin(struct run *run, const char *part, char *const arguments[], int in)
{
    run->seconds = now();
    run->in = in;
    run->out = file_of("");
    run->err = file_of("");
    run->pid = fork();
    if (run->pid != 0)
        return;
    dup2(run->in, 0);
    dup2(run->out, 1);
    dup2(run->err, 2);
    setenv("TEST_RSH", part, 1);
    execv(join_path, arguments);
    _exit(125);
}

static void finish(struct run *run)
{
    int status;

    waitpid(run->pid, &status, 0);
    run->seconds = now() - run->seconds;
    run->code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    slurp(run->out, run->output, sizeof run->output);
    slurp(run->err, run->errors, sizeof run->errors);
    close(run->in);
}

/* Start the initiator against the remote shell `part`. */
static void begin_initiator(struct run *run, const char *part, const char *command, int in)
{
    char *const by_channel[] = {"secpvm-join", "initiator", self, "host2", (char *)command, NULL};
    char *const by_keys[]
        = {"secpvm-join", "initiator", "--keys", self, "host2", (char *)command, NULL};
    char *const *arguments = keyed ? by_keys : by_channel;

    if (handoff_give(&grant) != NULL)
        abort();
    begin(run, part, arguments, in);
    close(atoi(getenv(HANDOFF_VARIABLE)));
    unsetenv(HANDOFF_VARIABLE);
}

static const char *pvmd_command(void)
{
    static char command[sizeof self + sizeof TAIL + 1];

    snprintf(command, sizeof command, "%s %s", self, TAIL);
    return command;
}

static struct run *initiate(const char *part, const char *input)
{
    static struct run run;

    begin_initiator(&run, part, pvmd_command(), file_of(input));
    finish(&run);
    return &run;
}

/* Has it ended in time with one line, that has `reason`, and no start of a pvmd? */
static bool fails(const struct run *run, const char *reason, double seconds_max)
{
    bool failed = run->code != 0 && strncmp(run->errors, "secpvm: ", 8) == 0
                  && strstr(run->errors, reason) != NULL
                  && strchr(run->errors, '\n') == run->errors + strlen(run->errors) - 1
                  && strstr(run->output, "ddpro") == NULL && run->seconds < seconds_max;

    if (!failed)
        printf("exit status %d after %.1f s\n%s%s", run->code, run->seconds, run->output,
               run->errors);
    return failed;
}

/* ---- The tests ----------------------------------------------------------- */

static void check_joins(void)
{
    struct run *run = initiate("honest", "some input\n");

    check(run->code == 0 && run->errors[0] == '\0'
              && strcmp(run->output, PLAIN_LINE "some input\ninput ended\n") == 0,
          "a join: session and member key arrive, input, output and their ends are passed on");
    run = initiate("honest", "");
    check(run->code == 0 && strcmp(run->output, PLAIN_LINE "input ended\n") == 0,
          "a join without input");
    run = initiate("talkative", "x\n");
    check(run->code == 0 && strncmp(run->output, "Welcome", 7) == 0
              && strstr(run->output, PLAIN_LINE "x\ninput ended\n") != NULL,
          "lines of the login are passed on and skipped");
    setenv("LD_PRELOAD", "", 1);
    run = initiate("honest", "");
    check(run->code == 0, "an empty LD_PRELOAD at the far end");
    unsetenv("LD_PRELOAD");
}

static void check_tricks(void)
{
    check(fails(initiate("plain", ""), "host host2 runs a plain pvmd", 2), "a plain slave");
    check(fails(initiate("garbage", ""), "something else than a join", 2), "garbage");
    check(fails(initiate("wrong number", ""), "something else than a join", 2),
          "a message out of turn");
    check(fails(initiate("forged", ""), "not authentic", 2), "a forged answer");
    check(fails(initiate("echo", ""), "something else than a join", 2),
          "its own message comes back");
    check(fails(initiate("flooding", ""), "something else than a join", 2),
          "100000 lines of something else");
    check(fails(initiate("error", ""), "host host2: it is ?[31mraining", 2),
          "the other end's reason is told, without its control characters");
    check(fails(initiate("unreachable", ""), "exit status 255", 2), "an unreachable host");
}

/* The responder runs here too and writes its reason to the same place. */
static bool both_fail(const struct run *run, const char *reason)
{
    bool failed = run->code != 0 && strstr(run->errors, reason) != NULL
                  && strstr(run->errors, "secpvm: host host2: ") != NULL
                  && strstr(run->output, "ddpro") == NULL && run->seconds < 2;

    if (!failed)
        printf("exit status %d after %.1f s\n%s%s", run->code, run->seconds, run->output,
               run->errors);
    return failed;
}

static void check_attacks(void)
{
    const struct run *run;

    check(both_fail(initiate("other slave", ""), "the join failed"),
          "the two ends have different commands");
    check(both_fail(initiate("talking down", ""), "the join failed"),
          "a slave that was told to protect nothing");
    run = initiate("back to 1997", "");
    check(run->code != 0 && strstr(run->output, "ddpro") == NULL,
          "a slave that was told to be one of 1997");
    check(both_fail(initiate("altering 1", ""), "the join failed"), "message 1 altered");
    check(both_fail(initiate("altering 2", ""), "not authentic"), "message 2 altered");
    check(both_fail(initiate("altering 3", ""), "the join failed"), "message 3 altered");
    run = initiate("altering 4", "");
    check(run->code != 0 && strstr(run->errors, "not authentic") != NULL
              && strstr(run->output, "ddpro") == NULL,
          "message 4 altered");
    run = initiate("altering 5", "");
    check(run->code != 0 && strstr(run->errors, "the join failed") != NULL
              && strstr(run->output, "ddpro") == NULL,
          "message 5 altered");
}

/* What PVM would believe, to its end. Behind the join nothing authenticates it. */
static void check_lies(void)
{
    static const char *const lies[] = {
        "s/:9c41/:0000/",          "s/:9c41/:0x1f/",
        "s/0a580002:9/0a580003:9/", "s/0a580002:9/zzzzzzzz:9/",
        "s/mtu<4080>/mtu<0>/",     "s/mtu<4080>/mtu<-16>/",
        "s/arch<LINUX64>/arch<>/", "s/arch<[^>]*>/arch<AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA>/",
        "s/dsig<1>/dsig<>/",       "s/ddpro</ddpro <2316> ddpro</",
    };
    const struct run *run;
    char lie[512];
    size_t i;

    for (i = 0; i < sizeof lies / sizeof lies[0]; i++)
        check(fails(initiate(lies[i], ""), "refused: what tells pvmd's address", 4), lies[i]);
    run = initiate("s/^secpvm-join 1 2/ddpro <2316> arch<X>\\n&/", "");
    check(run->code != 0 && strstr(run->errors, "runs a plain pvmd") != NULL
              && strstr(run->output, "ddpro") == NULL,
          "one in front of the join, to somebody who looks at five letters");
    /* PVM reads 255 bytes at a time, and would take what follows for a line. */
    snprintf(lie, sizeof lie, "s/^secpvm-join started/%0255dddpro<2316> arch<X>\\n&/", 0);
    run = initiate(lie, "");
    check(run->code == 0 && strstr(run->output, "000") != NULL
              && strstr(run->output, "ddpro") == strstr(run->output, PLAIN_LINE "input ended\n"),
          "pvmd's line at the end of a long one");
}

static void check_paths(void)
{
    const struct run *run;

    setenv("SECPVM_DPATH", "/nonexistent/it's here/secpvm-join", 1);
    run = initiate("honest", "");
    check(run->code != 0
              && strstr(run->errors, "secpvm: host host2: secpvm-join was not found there "
                                     "(/nonexistent/it's here/secpvm-join); set SECPVM_DPATH\n")
                     != NULL,
          "a missing remote program is told, with its path");
    setenv("SECPVM_DPATH", join_path, 1);
    check(initiate("honest", "")->code == 0, "SECPVM_DPATH is followed");
    unsetenv("SECPVM_DPATH");
}

static struct run *run_with(char *const arguments[], const char *input)
{
    static struct run run;

    begin(&run, "honest", arguments, file_of(input));
    finish(&run);
    return &run;
}

static void check_arguments(void)
{
    char *const none[] = {"secpvm-join", NULL};
    char *const wrong[] = {"secpvm-join", "both", "rsh", "host", "pvmd " TAIL, NULL};
    char *const level[]
        = {"secpvm-join", "initiator", "--level", "encrypt", "rsh", "host", "pvmd " TAIL, NULL};
    char *const classic[] = {"secpvm-join", "start-1997", "none", "rsh", "host", "pvmd", NULL};
    char *const by_hand[] = {"secpvm-join", "manual-1997", "sealed", "pvmd " TAIL, NULL};
    char *const few[] = {"secpvm-join", "initiator", "rsh", "host", NULL};
    char *const help[] = {"secpvm-join", "--help", NULL};
    char *const no_session[] = {"secpvm-join", "initiator", self, "host2", "pvmd " TAIL, NULL};
    char *const no_rsh[]
        = {"secpvm-join", "initiator", "/nonexistent/rsh", "host2", "pvmd " TAIL, NULL};
    struct run run;

    check(run_with(none, "")->code == 2 && run_with(wrong, "")->code == 2
              && run_with(few, "")->code == 2 && run_with(level, "")->code == 2
              && run_with(classic, "")->code == 2 && run_with(by_hand, "")->code == 2,
          "bad arguments end with status 2");
    check(strncmp(run_with(few, "")->errors, "usage: ", 7) == 0, "and the usage");
    check(run_with(help, "")->code == 0 && strstr(run_with(help, "")->output, "SECPVM_DPATH"),
          "--help explains");
    check(fails(run_with(no_session, ""), "no keys were handed over", 2),
          "an initiator without a session");
    if (handoff_give(&grant) != NULL)
        abort();
    check(fails(run_with(no_rsh, ""), "cannot execute the remote shell /nonexistent/rsh", 2),
          "a remote shell that does not exist");
    begin_initiator(&run, "honest", "pvmd -t", file_of(""));
    finish(&run);
    check(fails(&run, "does not start a slave pvmd", 2), "a command that starts no slave");
    begin_initiator(&run, "honest", "pvmd -s -d0x0 -nhost2 1 7f000101:9c40 4080 2 0a580002:0000",
                    file_of(""));
    finish(&run);
    check(fails(&run, "stands for 127.x.x.x", 2),
          "a master at an address from which the host cannot be reached");
}

/* What dx= may name that is no pvmd with the patch. */
static void check_other_programs(void)
{
    struct run run;

    setenv("TEST_PLAIN", "1", 1);
    check(fails(initiate("honest", ""), "is something else, and not secured", 2),
          "a pvmd without the patch, behind a good join");
    unsetenv("TEST_PLAIN");
    begin_initiator(&run, "honest", "true " TAIL, file_of(""));
    finish(&run);
    check(fails(&run, "what should be a pvmd has ended", 2), "a program that ends at once");
    begin_initiator(&run, "honest", "echo " TAIL, file_of(""));
    finish(&run);
    check(fails(&run, "what should be a pvmd has ended", 2)
              && strcmp(run.output, TAIL "\n") == 0,
          "one that says something: PVM gets that for its log");
}

/* The responder alone, where a plain master would have started it. */
static void check_plain_master(void)
{
    char *const arguments[]
        = {"secpvm-join", "responder", self, "-s", "-d0x0", "-nhost2", "1", "0a580001:9c40",
           "4080", "2", "0a580002:0000", NULL};
    char *const no_slave[] = {"secpvm-join", "responder", self, "-t", NULL};
    struct run run;
    int ends[2];

    check(fails(run_with(arguments, ""), "the master is a plain pvmd", 1),
          "a plain master that closes its end");
    check(fails(run_with(arguments, "PVM_VMID=x\n"), "the master is a plain pvmd", 1),
          "a plain master that sends its own line");
    check(fails(run_with(no_slave, ""), "not one that starts a slave", 1),
          "a responder for something else than a slave");
    if (pipe(ends) == -1)
        abort();
    begin(&run, "honest", arguments, ends[0]);
    finish(&run);
    close(ends[1]);
    check(fails(&run, "the master is a plain pvmd", 4) && run.seconds > 1.5
              && strncmp(run.output, "secpvm-join error ", 18) == 0,
          "a plain master that says nothing, for two seconds");
}

/* ---- By static keys -------------------------------------------------------- */

static char folder[] = "/tmp/secpvm-join-XXXXXX";

static void put(const char *file, const char *format, const uint8_t *key)
{
    char path[128], digits[2 * SECPVM_NOISE_KEY_LEN + 1];
    FILE *to;

    snprintf(path, sizeof path, "%s/secpvm/%s", folder, file);
    unlink(path);
    if (key == NULL)
        return;
    hex_encode(key, SECPVM_NOISE_KEY_LEN, digits);
    to = fopen(path, "w");
    if (to == NULL || fprintf(to, format, digits) < 0 || fclose(to) != 0
        || chmod(path, 0600) == -1)
        abort();
}

/* This user is on both hosts, and has one key. */
static void know(const uint8_t *host, const uint8_t *master)
{
    put("known-hosts", "host2 %s\n", host);
    put("known-masters", "host1 %s\n", master);
}

static void check_refusals(const uint8_t own[32], const uint8_t other[32])
{
    char expected[FINGERPRINT_CAP], found[FINGERPRINT_CAP];
    const struct run *run;

    keys_fingerprint(own, found);
    keys_fingerprint(other, expected);
    know(NULL, own);
    check(fails(initiate("honest", ""), "secpvm known-hosts add host2 KEY", 2),
          "a host whose key is not known");
    know(other, own);
    run = initiate("honest", "");
    check(both_fail(run, "host host2: this host's key is ") && strstr(run->errors, found) != NULL
              && strstr(run->errors, expected) != NULL
              && strstr(run->errors, "/known-hosts:1)") != NULL,
          "a host whose key has changed: both fingerprints");
    know(own, other);
    run = initiate("honest", "");
    check(both_fail(run, "is not known here") && strstr(run->errors, found) != NULL,
          "a master whose key is not known there");
    know(own, NULL);
    check(both_fail(initiate("honest", ""), "known-masters add NAME KEY"),
          "a host that lists no masters");
    keyed = false;
    know(own, own);
    check(both_fail(initiate("honest", ""), "joins by static keys only"),
          "a host that lists masters, and a master without keys");
    keyed = true;
}

/* A man in the middle who has everything but the keys. Without keys he is a host. */
static void check_in_the_middle(void)
{
    const struct run *run = initiate("man in the middle", "");

    check(run->code != 0 && strstr(run->errors, "its answer is not authentic") != NULL
              && strstr(run->errors, "the key expected is ") != NULL
              && strstr(run->output, "the attacker has the session") == NULL,
          "by keys a man in the middle gets nothing");
    keyed = false;
    know(NULL, NULL);
    run = initiate("man in the middle", "");
    check(strstr(run->output, "the attacker has the session") != NULL,
          "by the channel he gets the session: that is why it has to be ssh");
    keyed = true;
}

static void check_keys(void)
{
    uint8_t own[SECPVM_NOISE_KEY_LEN] = {8}, other[SECPVM_NOISE_KEY_LEN] = {16};
    char path[64];
    struct run *run;

    if (mkdtemp(folder) == NULL)
        abort();
    snprintf(path, sizeof path, "%s/secpvm", folder);
    mkdir(path, 0700);
    setenv("XDG_CONFIG_HOME", folder, 1);
    keyed = true;
    check(fails(initiate("honest", ""), "host2", 2), "no key of the master's");
    put("key", "secpvm-private-key %s\n", own);
    keys_public(own, own);
    keys_public(other, other);
    know(own, own);
    run = initiate("honest", "some input\n");
    check(run->code == 0 && run->errors[0] == '\0'
              && strcmp(run->output, PLAIN_LINE "some input\ninput ended\n") == 0,
          "a join by static keys");
    check(both_fail(initiate("altering 1", ""), ABOUT_KEY)
              && both_fail(initiate("altering 3", ""), "the join failed"),
          "its messages altered");
    check_refusals(own, other);
    know(own, own);
    check_in_the_middle();
    keyed = false;
    put("key", "", NULL);
    know(NULL, NULL);
    rmdir(path);
    rmdir(folder);
    unsetenv("XDG_CONFIG_HOME");
}

int main(int argc, char *argv[])
{
    const char *part = getenv("TEST_RSH");
    char text[2 * GRANT_LEN + 1];
    uint8_t entropy[SECPVM_SESSION_ENTROPY_LEN] = {7};
    static struct run silent;
    secpvm_suite_info suite;
    int ends[2];

    if (argc > 1 && strcmp(argv[1], "-s") == 0)
        return play_pvmd();
    if (secpvm_suite_at(0, &suite) != SECPVM_OK
        || secpvm_session_generate(suite.id, entropy, grant.session) != SECPVM_OK)
        return 1;
    memset(grant.member_key, 0x5a, sizeof grant.member_key);
    if (part != NULL)
        return play_rsh(part, argv[argc - 1]);
    if (argc != 2) {
        fprintf(stderr, "usage: join PATH-OF-SECPVM-JOIN\n");
        return 2;
    }
    join_path = argv[1];
    unsetenv("SECPVM_DPATH");
    unsetenv("LD_PRELOAD");
    if (readlink("/proc/self/exe", self, sizeof self - 1) <= 0 || pipe(ends) == -1)
        return 1;
    grant_in_hex(&grant, text);
    setenv("TEST_GRANT", text, 1);

    /* This one waits for half a minute; the others run meanwhile. */
    begin_initiator(&silent, "silent", pvmd_command(), ends[0]);
    check_joins();
    check_tricks();
    check_attacks();
    check_lies();
    check_paths();
    check_arguments();
    check_other_programs();
    check_plain_master();
    check_keys();
    finish(&silent);
    check(fails(&silent, "no answer to the join", 34) && silent.seconds > 25,
          "a silent slave, for half a minute");
    return check_end();
}
