// SPDX-License-Identifier: GPL-2.0-or-later
// Packet sockets in the two ends of the bench's network, for a program that holds both and has one clock for them.

#ifndef IPXXB_BENCH_NAMESPACES_H
#define IPXXB_BENCH_NAMESPACES_H

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "demand.h"

static void enter(const char* namespace) {
  char path[64];
  snprintf(path, sizeof path, "/run/netns/%s", namespace);
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  demand(file >= 0 && setns(file, CLONE_NEWNET) == 0, path);
  close(file);
}

/** A packet socket on an interface of a namespace, which it stays in wherever the process goes. Protocol 0 receives
 * nothing. */
static int packet_socket(const char* namespace, const char* interface, uint16_t protocol) {
  enter(namespace);
  const int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
  demand(fd >= 0, "AF_PACKET");
  const struct sockaddr_ll address = {
      .sll_family = AF_PACKET, .sll_protocol = htons(protocol), .sll_ifindex = (int)if_nametoindex(interface)};
  demand(address.sll_ifindex > 0, interface);
  demand(bind(fd, (const struct sockaddr*)&address, sizeof address) == 0, "bind");
  return fd;
}

static inline int64_t nanoseconds_of(struct timespec time) { return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec; }

static inline int64_t clock_nanoseconds(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return nanoseconds_of(time);
}

#endif
