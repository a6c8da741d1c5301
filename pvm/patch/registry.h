/*
 * Which tasks of this host take nothing but sealed messages: they said so.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_REGISTRY_H
#define SECPVM_REGISTRY_H

#include <stdbool.h>

#include "service.h"

/* Has this task of this host registered? */
bool registry_has(uint32_t tid);

/* Answers SERVICE_REGISTER. */
service_answer registry_answer;

#endif
