// SPDX-License-Identifier: GPL-2.0-or-later
// What both reference consumers share beside the job: arguments, the settings of the netlink socket, the stop flag, the
// last line of output. The harness passes the appliance's own numbers, so that no consumer has a larger buffer or a
// shorter copy than another.

#ifndef IPXXB_BENCH_CONSUMER_H
#define IPXXB_BENCH_CONSUMER_H

#include <errno.h>
#include <inttypes.h>
#include <linux/netlink.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "job.h"

struct arguments {
  const char* image;
  unsigned queue, copy_range, maxlen, receive_buffer;
  int fail_open;
  unsigned gather;
};

static volatile sig_atomic_t stopping;

static void on_signal(int number) {
  (void)number;
  stopping = 1;
}

static struct arguments read_arguments(int argc, char** argv) {
  if (argc != 8) {
    fprintf(stderr, "usage: %s IMAGE QUEUE COPY_RANGE MAXLEN RECEIVE_BUFFER FAIL_OPEN(0|1) GATHER_US\n", argv[0]);
    exit(2);
  }
  // Without SA_RESTART, so that a blocked receive sees the signal.
  struct sigaction action = {.sa_handler = on_signal};
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGINT, &action, NULL);
  return (struct arguments){
      argv[1],       (unsigned)atoi(argv[2]), (unsigned)atoi(argv[3]), (unsigned)atoi(argv[4]), (unsigned)atoi(argv[5]),
      atoi(argv[6]), (unsigned)atoi(argv[7])};
}

static void set_receive_buffer(int fd, unsigned bytes) {
  int value = (int)bytes;
  // Beyond net.core.rmem_max where we may, up to it in a user namespace: as the appliance does.
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &value, sizeof value) < 0)
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &value, sizeof value);
}

static void set_no_enobufs(int fd) {
  int one = 1;
  if (setsockopt(fd, SOL_NETLINK, NETLINK_NO_ENOBUFS, &one, sizeof one) < 0)
    perror("NETLINK_NO_ENOBUFS");
}

static void say_ready(int fd) {
  int bytes = 0;
  socklen_t length = sizeof bytes;
  getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, &length);
  printf("{\"ready\":true,\"receiveBuffer\":%d}\n", bytes);
  fflush(stdout);
}

static void say_done(void) {
  printf("{\"packets\":%" PRIu64 ",\"accepted\":%" PRIu64 ",\"dropped\":%" PRIu64 ",\"batches\":%" PRIu64 "}\n",
         done.packets, done.accepted, done.dropped, done.batches);
}

#endif
