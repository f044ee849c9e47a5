// SPDX-License-Identifier: GPL-2.0-or-later
// How fast consumers empty queues that were filled while they were stopped. This program lets them go on, sleeps until
// the queues are empty, and then reads when packets came out behind the router, as the kernel stamped them: while the
// consumers work, nobody else does.
//
//   drain NAMESPACE INTERFACE QUEUE...
//
// Says "ready"; then each line with the processes to let go on, separated by spaces, is answered with the number of
// packets that were looked at, the nanoseconds from the first to the last of them, and from going on to the first.
// Of the packets one in SAMPLE is looked at (destinations are random), so that looking costs next to nothing.

#define _GNU_SOURCE
#include <inttypes.h>
#include <linux/filter.h>
#include <signal.h>
#include <string.h>

#include "namespaces.h"

#define SAMPLE 16
#define LAST_BYTE_OF_DESTINATION (ETH_HLEN + 19)
#define MOST_QUEUES 8
/** A look at the queues takes a part of this, and the time of whoever has the same core. */
#define STEP_NANOSECONDS 8000000
/** Whoever has not emptied the queues by then never will. */
#define MOST_STEPS 500

static unsigned queues[MOST_QUEUES];
static int queue_count;

static int is_ours(unsigned queue) {
  for (int i = 0; i < queue_count; i++)
    if (queues[i] == queue)
      return 1;
  return 0;
}

/** Packets that wait in all of the queues. */
static unsigned waiting(void) {
  FILE* file = fopen("/proc/net/netfilter/nfnetlink_queue", "r");
  demand(file != NULL, "nfnetlink_queue");
  char line[256];
  unsigned sum = 0, queue, port, packets;
  while (fgets(line, sizeof line, file))
    if (sscanf(line, "%u %u %u", &queue, &port, &packets) == 3 && is_ours(queue))
      sum += packets;
  fclose(file);
  return sum;
}

static void step(void) {
  const struct timespec pause = {0, STEP_NANOSECONDS};
  nanosleep(&pause, NULL);
}

static int open_tap(const char* namespace, const char* interface) {
  const int fd = packet_socket(namespace, interface, ETH_P_ALL);
  struct sock_filter steps[] = {
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, LAST_BYTE_OF_DESTINATION),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, SAMPLE - 1, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, 0),
      BPF_STMT(BPF_RET | BPF_K, ETH_HLEN),
  };
  const struct sock_fprog program = {sizeof steps / sizeof *steps, steps};
  demand(setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0, "SO_ATTACH_FILTER");
  const int one = 1, room = 4 << 20;
  demand(setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof one) == 0, "SO_TIMESTAMPNS");
  demand(setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room) == 0, "SO_RCVBUFFORCE");
  return fd;
}

/** The stamp of the next packet, or 0 where there is none. */
static int64_t next_stamp(int fd) {
  uint8_t bytes[ETH_HLEN];
  char control[256];
  struct iovec piece = {bytes, sizeof bytes};
  struct msghdr message = {
      .msg_iov = &piece, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  if (recvmsg(fd, &message, MSG_DONTWAIT) < 0)
    return 0;
  for (struct cmsghdr* each = CMSG_FIRSTHDR(&message); each; each = CMSG_NXTHDR(&message, each))
    if (each->cmsg_level == SOL_SOCKET && each->cmsg_type == SCM_TIMESTAMPNS) {
      struct timespec stamp;
      memcpy(&stamp, CMSG_DATA(each), sizeof stamp);
      return nanoseconds_of(stamp);
    }
  fputs("a packet came without its time\n", stderr);
  exit(1);
}

static void drain(int fd, char* processes) {
  while (next_stamp(fd) != 0)
    continue;
  // Who asked goes to sleep meanwhile.
  step();
  const int64_t begun = clock_nanoseconds(CLOCK_REALTIME);
  for (char* word = strtok(processes, " \n"); word; word = strtok(NULL, " \n"))
    demand(kill((pid_t)atoi(word), SIGCONT) == 0, "SIGCONT");
  unsigned steps = 0;
  do
    step();
  while (waiting() > 0 && ++steps < MOST_STEPS);
  // What has left the queue last is still on its way.
  step();
  int64_t first = 0, last = 0;
  unsigned seen = 0;
  for (int64_t stamp; (stamp = next_stamp(fd)) != 0; seen++) {
    // Two processors deliver: the stamps are not in the order of the socket.
    if (seen == 0 || stamp < first)
      first = stamp;
    if (seen == 0 || stamp > last)
      last = stamp;
  }
  printf("{\"seen\":%u,\"nanoseconds\":%" PRId64 ",\"untilFirst\":%" PRId64 "}\n", seen, last - first, first - begun);
  fflush(stdout);
}

int main(int argc, char** argv) {
  if (argc < 4 || argc - 3 > MOST_QUEUES) {
    fprintf(stderr, "usage: %s NAMESPACE INTERFACE QUEUE...\n", argv[0]);
    return 2;
  }
  const int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  demand(home >= 0, "namespace");
  const int fd = open_tap(argv[1], argv[2]);
  demand(setns(home, CLONE_NEWNET) == 0, "setns");
  for (; queue_count < argc - 3; queue_count++)
    queues[queue_count] = (unsigned)atoi(argv[3 + queue_count]);
  // So that the first that goes on cannot keep the next from it.
  const struct sched_param first = {.sched_priority = 3};
  demand(sched_setscheduler(0, SCHED_FIFO, &first) == 0, "SCHED_FIFO");
  puts("ready");
  fflush(stdout);
  char line[256];
  while (fgets(line, sizeof line, stdin))
    drain(fd, line);
  return 0;
}
