/*
 * PVM's group server, where it does not seal: see group_server.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "group_server.h"

#include <pvm3.h>
#include <pvmproto.h>

#include "../patch/header.h"
#include "say.h"

/* The tags of questions to the server are 1 to 16; all are answered with the same one, but
 * that of a barrier of many. */
#define TAG_BARRIER 3
#define TAG_BARRIER_OF_MANY 16
#define TAG_MAX 16

/* The last question. PVM asks one at a time. */
static struct {
    int server; /* 0: none */
    int tag;
} asked;

void group_server_asked(int server, int tag, int context)
{
    if (context != SYSCTX_DG || !tid_is_task(server) || tag > TAG_MAX)
        return;
    asked.server = server;
    asked.tag = tag == TAG_BARRIER_OF_MANY ? TAG_BARRIER : tag;
}

bool group_server_answers(const struct message *message)
{
    return asked.server != 0 && message->source == asked.server && message->tag == asked.tag
           && message->context == SYSCTX_DG;
}

const char *group_server_refuse(struct message *answer)
{
    struct fragment *fragment = libpvm_fragment_new(4);

    if (fragment == NULL)
        return "no memory";
    say("the group server t%x cannot read what is sealed, for a plain task has started it:"
        " `reset` in the console ends it",
        (unsigned)answer->source);
    put_u32((uint8_t *)fragment->data, (uint32_t)PvmSysErr);
    while (answer->fragments->next != answer->fragments)
        libpvm_remove_first(answer);
    libpvm_append(answer, fragment);
    answer->len = fragment->len;
    libpvm_set_encoding(answer, ENCODING_XDR);
    asked.server = 0;
    return NULL;
}
