// SPDX-License-Identifier: GPL-2.0-or-later
// Sends prebuilt Ethernet frames from one interface, over and over in the order of the file, as fast as it can or
// paced. What the frames hold is bench/mixes.ts's business. Bounded in packets and in seconds, whatever happens to the
// harness.
//
// Paced means a bucket that is emptied every TICK microseconds, like a network card that raises an interrupt that
// often: 100,000 packets a second with 50 us arrive as 5 back to back. A sender that fell behind by more than 10 ms
// forgets the debt instead of bursting.
//
// CPU time per packet is told as the median of chunks of CHUNK packets: with what the kernel does inside a
// transmission, which here is the whole way of a packet, and without what interrupted it for long.
//
// The file: for each frame two 16-bit little-endian words, length and flags (1: a packet that should live), then the
// frame.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "demand.h"

#define BATCH 64
#define CHUNK 512
#define LIVES 1
#define FORGIVEN_NANOSECONDS 10000000.0

struct record {
  uint16_t length, flags;
};

static volatile sig_atomic_t stopping;

static void on_signal(int number) {
  (void)number;
  stopping = 1;
}

static double read_clock(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static double now(void) { return read_clock(CLOCK_MONOTONIC); }

static int ascending(const void* a, const void* b) {
  double left = *(const double*)a, right = *(const double*)b;
  return (left > right) - (left < right);
}

static double median_of(double* values, uint64_t count) {
  if (count == 0)
    return 0;
  qsort(values, count, sizeof *values, ascending);
  return values[count / 2];
}

static unsigned read_frames(const char* path, struct iovec** frames, uint8_t** lives) {
  FILE* file = fopen(path, "r");
  demand(file != NULL, path);
  unsigned count = 0, room = 0;
  struct record record;
  while (fread(&record, sizeof record, 1, file) == 1) {
    if (count == room) {
      room = room ? room * 2 : 1024;
      *frames = realloc(*frames, room * sizeof **frames);
      *lives = realloc(*lives, room);
      if (!*frames || !*lives)
        abort();
    }
    uint8_t* frame = malloc(record.length);
    if (!frame || fread(frame, 1, record.length, file) != record.length)
      abort();
    (*frames)[count] = (struct iovec){frame, record.length};
    (*lives)[count++] = record.flags & LIVES;
  }
  fclose(file);
  return count;
}

int main(int argc, char** argv) {
  if (argc != 7) {
    fprintf(stderr, "usage: %s FRAMES INTERFACE PACKETS_PER_SECOND(0: no limit) TICK_US COUNT SECONDS\n", argv[0]);
    return 2;
  }
  struct iovec* frames = NULL;
  uint8_t* lives = NULL;
  unsigned frame_count = read_frames(argv[1], &frames, &lives);
  demand(frame_count > 0, "no frames");
  double per_nanosecond = atof(argv[3]) / 1e9, tick = atof(argv[4]) * 1e3;
  uint64_t limit = strtoull(argv[5], NULL, 10);
  struct sigaction action = {.sa_handler = on_signal};
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGINT, &action, NULL);
  prctl(PR_SET_TIMERSLACK, 1UL, 0, 0, 0);

  int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
  demand(fd >= 0, "AF_PACKET");
  struct sockaddr_ll address = {
      .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP), .sll_ifindex = (int)if_nametoindex(argv[2])};
  demand(address.sll_ifindex > 0, argv[2]);
  demand(bind(fd, (struct sockaddr*)&address, sizeof address) == 0, "bind");
  int one = 1;
  demand(setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof one) == 0, "PACKET_QDISC_BYPASS");

  struct mmsghdr messages[BATCH];
  uint64_t sent = 0, living = 0, refused = 0, chunks = 0, chunk_begin = 0;
  double* costs = calloc(limit / CHUNK + 1, sizeof *costs);
  if (!costs)
    abort();
  unsigned next = 0;
  double start = now(), end = start + atof(argv[6]) * 1e9, paid = start, wake = start;
  double used = read_clock(CLOCK_THREAD_CPUTIME_ID);
  while (!stopping && sent < limit) {
    double time = now();
    if (time >= end)
      break;
    uint64_t due = BATCH;
    if (per_nanosecond > 0) {
      if (time - paid > FORGIVEN_NANOSECONDS)
        paid = time;
      due = (uint64_t)((time - paid) * per_nanosecond);
      paid += (double)due / per_nanosecond;
    }
    if (due > limit - sent)
      due = limit - sent;
    while (due > 0) {
      unsigned count = due < BATCH ? (unsigned)due : BATCH;
      for (unsigned i = 0; i < count; i++)
        messages[i].msg_hdr = (struct msghdr){.msg_iov = &frames[(next + i) % frame_count], .msg_iovlen = 1};
      int gone = sendmmsg(fd, messages, count, 0);
      if (gone <= 0) {
        // Anything but a full buffer will not mend itself.
        demand(errno == ENOBUFS || errno == EAGAIN || errno == EINTR, "sendmmsg");
        refused++;
        break;
      }
      for (unsigned i = 0; i < (unsigned)gone; i++)
        living += lives[(next + i) % frame_count];
      next = (next + (unsigned)gone) % frame_count;
      sent += (uint64_t)gone;
      due -= (unsigned)gone;
    }
    if (sent - chunk_begin >= CHUNK) {
      double now_used = read_clock(CLOCK_THREAD_CPUTIME_ID);
      costs[chunks++] = (now_used - used) / (double)(sent - chunk_begin);
      chunk_begin = sent;
      used = now_used;
    }
    if (per_nanosecond > 0) {
      wake += tick;
      if (wake < time)
        wake = time + tick;
      struct timespec until = {(time_t)(wake / 1e9), (long)(wake - (double)(time_t)(wake / 1e9) * 1e9)};
      clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
    }
  }
  printf("{\"sent\":%" PRIu64 ",\"living\":%" PRIu64 ",\"refused\":%" PRIu64
         ",\"seconds\":%.6f,\"nanosecondsPerPacket\":%.1f}\n",
         sent, living, refused, (now() - start) / 1e9, median_of(costs, chunks));
  return 0;
}
