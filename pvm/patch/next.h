/*
 * The functions that the patch stands in front of.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SECPVM_NEXT_H
#define SECPVM_NEXT_H

#include <stdio.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/types.h>

/* For the few functions that replace others. */
#define EXPORTED __attribute__((visibility("default")))

ssize_t next_sendto(int fd, const void *buf, size_t len, int flags, const struct sockaddr *to,
                    socklen_t to_len);
ssize_t next_recvfrom(int fd, void *buf, size_t len, int flags, struct sockaddr *from,
                      socklen_t *from_len);
int next_execvp(const char *file, char *const argv[]);
int next_rexec(char **host, int port, const char *user, const char *password,
               const char *command, int *stderr_fd);
char *next_fgets(char *line, int size, FILE *stream);
ssize_t next_read(int fd, void *buf, size_t len);
int next_select(int count, fd_set *reads, fd_set *writes, fd_set *exceptions,
                struct timeval *wait);
int next_pvm_addhosts(char **hosts, int count, int *infos);

#endif
