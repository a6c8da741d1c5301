/*
 * The five messages of a join: see messages.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "messages.h"

#include <string.h>

#include "entropy.h"

static const char label[] = "secpvm join 2";

secpvm_status messages_initiator(struct messages *messages, const char *context,
                                 const struct grant *grant)
{
    uint8_t entropy[SECPVM_JOIN_INITIATOR_ENTROPY_LEN];
    secpvm_status status;

    *messages = (struct messages){.version = MESSAGES_CHANNEL, .grant = *grant};
    entropy_fill(entropy, sizeof entropy);
    status = secpvm_join_initiator_new(grant->session, (const uint8_t *)context, strlen(context),
                                       entropy, &messages->join);
    secpvm_wipe(entropy, sizeof entropy);
    return status;
}

secpvm_status messages_responder(struct messages *messages, const char *context)
{
    uint8_t entropy[SECPVM_JOIN_RESPONDER_ENTROPY_LEN];
    secpvm_status status;

    *messages = (struct messages){.version = MESSAGES_CHANNEL};
    entropy_fill(entropy, sizeof entropy);
    status = secpvm_join_responder_new((const uint8_t *)context, strlen(context), entropy,
                                       &messages->join);
    secpvm_wipe(entropy, sizeof entropy);
    return status;
}

static secpvm_status new_noise(struct messages *messages, const char *context,
                               secpvm_noise_setup *setup)
{
    uint8_t prologue[sizeof label + SECPVM_JOIN_CONTEXT_LEN_MAX];
    uint8_t ephemeral[SECPVM_NOISE_KEY_LEN];
    size_t context_len = strlen(context);
    secpvm_status status;

    *messages = (struct messages){.version = MESSAGES_KEYS};
    if (context_len > SECPVM_JOIN_CONTEXT_LEN_MAX)
        return SECPVM_ERR_LENGTH;
    memcpy(prologue, label, sizeof label);
    memcpy(prologue + sizeof label, context, context_len);
    entropy_fill(ephemeral, sizeof ephemeral);
    setup->pattern = SECPVM_NOISE_IK;
    setup->cipher = SECPVM_NOISE_AESGCM;
    setup->prologue = prologue;
    setup->prologue_len = sizeof label + context_len;
    setup->ephemeral = ephemeral;
    status = secpvm_noise_new(setup, &messages->noise);
    secpvm_wipe(ephemeral, sizeof ephemeral);
    return status;
}

secpvm_status messages_initiator_keyed(struct messages *messages, const char *context,
                                       const struct grant *grant,
                                       const uint8_t own_private[SECPVM_NOISE_KEY_LEN],
                                       const uint8_t host_public[SECPVM_NOISE_KEY_LEN])
{
    secpvm_noise_setup setup = {.role = SECPVM_NOISE_INITIATOR,
                                .local_static = own_private,
                                .remote_static = host_public};
    secpvm_status status = new_noise(messages, context, &setup);

    messages->grant = *grant;
    return status;
}

secpvm_status messages_responder_keyed(struct messages *messages, const char *context,
                                       const uint8_t own_private[SECPVM_NOISE_KEY_LEN])
{
    secpvm_noise_setup setup = {.role = SECPVM_NOISE_RESPONDER, .local_static = own_private};

    return new_noise(messages, context, &setup);
}

/* Behind message 2 both sides go on as a transport. */
static secpvm_status go_on(struct messages *messages)
{
    secpvm_status status = secpvm_transport_new(messages->noise, &messages->transport);

    secpvm_noise_free(messages->noise);
    messages->noise = NULL;
    return status;
}

/* What message `number` carries, encrypted, and its length; the others carry nothing. */
static uint8_t *payload_of(struct messages *messages, int number, size_t *len)
{
    *len = 0;
    if (number == 3) {
        *len = sizeof messages->grant.session;
        return messages->grant.session;
    }
    if (number == MESSAGES_LAST) {
        *len = sizeof messages->grant.member_key;
        return messages->grant.member_key;
    }
    return NULL;
}

secpvm_status messages_write(struct messages *messages, int number,
                             uint8_t message[MESSAGES_LEN_MAX], size_t *message_len)
{
    size_t payload_len;
    const uint8_t *payload = payload_of(messages, number, &payload_len);
    secpvm_status status;

    if (messages->version == MESSAGES_CHANNEL && number == MESSAGES_LAST)
        return secpvm_join_write_member_key(messages->join, payload, message, MESSAGES_LEN_MAX,
                                            message_len);
    if (messages->version == MESSAGES_CHANNEL)
        return secpvm_join_write(messages->join, message, MESSAGES_LEN_MAX, message_len);
    if (number > 2)
        return secpvm_transport_write(messages->transport, payload, payload_len, message,
                                      MESSAGES_LEN_MAX, message_len);
    status = secpvm_noise_write(messages->noise, NULL, 0, message, MESSAGES_LEN_MAX,
                                message_len);
    return status == SECPVM_OK && number == 2 ? go_on(messages) : status;
}

/* The payload of a message has one length; another is not of this protocol. */
static secpvm_status read_payload(struct messages *messages, int number,
                                  const uint8_t *message, size_t message_len)
{
    uint8_t payload[MESSAGES_LEN_MAX];
    size_t payload_len, expected_len;
    uint8_t *place = payload_of(messages, number, &expected_len);
    secpvm_status status;

    if (number > 2)
        status = secpvm_transport_read(messages->transport, message, message_len, payload,
                                       sizeof payload, &payload_len);
    else
        status = secpvm_noise_read(messages->noise, message, message_len, payload,
                                   sizeof payload, &payload_len);
    if (status == SECPVM_OK && payload_len != expected_len)
        status = SECPVM_REJECTED_MALFORMED;
    if (status == SECPVM_OK && place != NULL)
        memcpy(place, payload, expected_len);
    secpvm_wipe(payload, sizeof payload);
    return status;
}

secpvm_status messages_read(struct messages *messages, int number, const uint8_t *message,
                            size_t message_len)
{
    secpvm_status status;

    if (messages->version == MESSAGES_CHANNEL && number == MESSAGES_LAST)
        return secpvm_join_read_member_key(messages->join, message, message_len,
                                           messages->grant.member_key);
    if (messages->version == MESSAGES_CHANNEL)
        return secpvm_join_read(messages->join, message, message_len);
    status = read_payload(messages, number, message, message_len);
    return status == SECPVM_OK && number == 2 ? go_on(messages) : status;
}

secpvm_status messages_peer(const struct messages *messages,
                            uint8_t public_key[SECPVM_NOISE_KEY_LEN])
{
    return secpvm_noise_remote_static(messages->noise, public_key);
}

secpvm_status messages_finish(const struct messages *messages, struct grant *grant)
{
    secpvm_suite_info suite;

    *grant = messages->grant;
    if (messages->version == MESSAGES_CHANNEL)
        return secpvm_join_finish(messages->join, grant->session);
    return secpvm_session_suite(grant->session, &suite);
}

void messages_free(struct messages *messages)
{
    secpvm_join_free(messages->join);
    secpvm_noise_free(messages->noise);
    secpvm_transport_free(messages->transport);
    secpvm_wipe(messages, sizeof *messages);
}
