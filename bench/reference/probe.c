// SPDX-License-Identifier: GPL-2.0-or-later
// How long a packet takes through the router and its queue. This program holds both ends: it sends one frame, spins
// until it has come out behind the router, and rests until the next is due; so neither a second clock nor somebody who
// sends packets back is in the figure.
//
//   probe FRAMES SEND_NAMESPACE SEND_INTERFACE TAKE_NAMESPACE TAKE_INTERFACE PACKETS_PER_SECOND COUNT
//
// Only frames are sent that should live. Prints the nanoseconds of each, in their order, and what was lost.

#define _GNU_SOURCE
#include <inttypes.h>
#include <string.h>

#include "namespaces.h"

/** Beyond it a frame counts as lost. A virtual machine may stand still for a tenth of a second. */
#define PATIENCE_NANOSECONDS 1000000000
#define MOST_FRAMES 1024
#define MOST_BYTES 256
#define LIVES 1
#define ADDRESSES_BYTES 12

struct record {
  uint16_t length, flags;
};

static struct {
  uint8_t bytes[MOST_BYTES];
  size_t length;
} frames[MOST_FRAMES];

static unsigned read_frames(const char* path) {
  FILE* file = fopen(path, "r");
  demand(file != NULL, path);
  unsigned count = 0;
  struct record record;
  while (count < MOST_FRAMES && fread(&record, sizeof record, 1, file) == 1) {
    if (record.length > MOST_BYTES || fread(frames[count].bytes, 1, record.length, file) != record.length)
      abort();
    frames[count].length = record.length;
    count += record.flags & LIVES;
  }
  fclose(file);
  return count;
}

/** Whether it is the frame that was sent: hop count and checksum of the IP header are another by now, the payload is
 * not. */
static int is_sent(const uint8_t* taken, ssize_t bytes, unsigned frame) {
  const size_t payload = ETH_HLEN + ADDRESSES_BYTES;
  return bytes == (ssize_t)frames[frame].length &&
         memcmp(taken + payload, frames[frame].bytes + payload, frames[frame].length - payload) == 0;
}

int main(int argc, char** argv) {
  if (argc != 8) {
    fprintf(stderr, "usage: %s FRAMES SEND_NAMESPACE INTERFACE TAKE_NAMESPACE INTERFACE PACKETS_PER_SECOND COUNT\n",
            argv[0]);
    return 2;
  }
  // All protocols: the sink drops at ingress, and only who asks for all looks before that.
  const unsigned frame_count = read_frames(argv[1]);
  demand(frame_count > 0, "no frames");
  const int out = packet_socket(argv[2], argv[3], 0), in = packet_socket(argv[4], argv[5], ETH_P_ALL);
  const int64_t interval = (int64_t)(1e9 / atof(argv[6]));
  const unsigned count = (unsigned)atoi(argv[7]);
  unsigned lost = 0;
  int64_t due = clock_nanoseconds(CLOCK_MONOTONIC);
  printf("{\"nanoseconds\":[");
  for (unsigned sent = 0; sent < count; sent++) {
    const unsigned frame = sent % frame_count;
    uint8_t taken[MOST_BYTES];
    while (recv(in, taken, sizeof taken, MSG_DONTWAIT) >= 0)
      continue;
    const int64_t start = clock_nanoseconds(CLOCK_MONOTONIC);
    demand(send(out, frames[frame].bytes, frames[frame].length, 0) > 0, "send");
    int64_t now;
    int arrived = 0;
    do {
      const ssize_t bytes = recv(in, taken, sizeof taken, MSG_DONTWAIT | MSG_TRUNC);
      now = clock_nanoseconds(CLOCK_MONOTONIC);
      arrived = bytes > 0 && is_sent(taken, bytes, frame);
    } while (!arrived && now - start < PATIENCE_NANOSECONDS);
    if (arrived)
      printf("%s%" PRId64, sent - lost > 0 ? "," : "", now - start);
    else
      lost++;
    due += interval;
    if (due < now)
      due = now + interval;
    const struct timespec until = {due / 1000000000, due % 1000000000};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
  }
  printf("],\"lost\":%u}\n", lost);
  return 0;
}
