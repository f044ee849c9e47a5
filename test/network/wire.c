// SPDX-License-Identifier: GPL-2.0-or-later
// Both ends of a router at once: puts IP packets, byte by byte as they are given, on the links to its two sides, and
// says which of them the router passed on. Nobody answers here: the ends have no IP stack. Bounded by its input, and in
// seconds where it floods.
//
//   wire exchange same|id OUTSIDE ROUTERS_ADDRESS INSIDE ROUTERS_ADDRESS   one byte out for each record: 0 or 1
//   wire flood PACKETS SECONDS OUTSIDE ROUTERS_ADDRESS                     the records again and again, as fast as can
//   be;
//                                                                          prints the number of packets and the seconds
//
// Standard input holds records: the side it is put on (0 outside, 1 inside), the length in two bytes, the packet.
// A packet has come through where one comes out with its identification (IPv4) or flow label (IPv6) and its addresses,
// and, for `same`, with all its bytes but those that a router changes. After every round a marker of a protocol that no
// rule names follows on each way. All of it runs on one processor, so what was sent before the marker is there or lost.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define LARGEST 2048
// Fits the receive buffer that an ordinary kernel grants, and the backlog of a processor.
#define ROUND 32
#define BATCH 64
#define IDS (1u << 20)
#define PATIENCE_MS 5000
// RFC 3692: for experiments.
#define MARKER 253

struct record {
  uint8_t side;
  uint16_t length;
  int32_t next;
  uint8_t frame[ETH_HLEN + LARGEST];
};

static struct record* records;
static int32_t count;
// The records of an identification, chained; of both families.
static int32_t first_of[2][IDS];
static uint8_t* arrived;

static void demand(int ok, const char* what) {
  if (ok)
    return;
  perror(what);
  exit(1);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int is_ipv6(const uint8_t* packet) { return packet[0] >> 4 == 6; }

// IPv4: bytes that a shorter packet lacks are zero in its record.
static uint32_t id_of(const uint8_t* packet) {
  if (is_ipv6(packet))
    return (uint32_t)(packet[1] & 15) << 16 | (uint32_t)packet[2] << 8 | packet[3];
  return (uint32_t)packet[4] << 8 | packet[5];
}

static void read_records(void) {
  int32_t room = 0;
  uint8_t head[3];
  memset(first_of, -1, sizeof first_of);
  while (fread(head, 1, 3, stdin) == 3) {
    if (count == room)
      records = realloc(records, (size_t)(room = room ? 2 * room : 1024) * sizeof *records);
    demand(records != NULL, "records");
    struct record* one = &records[count];
    memset(one, 0, sizeof *one);
    one->side = head[0] & 1;
    one->length = (uint16_t)(head[1] << 8 | head[2]);
    demand(one->length <= LARGEST && fread(one->frame + ETH_HLEN, 1, one->length, stdin) == one->length, "a record");
    const uint8_t* packet = one->frame + ETH_HLEN;
    int32_t* chain = &first_of[is_ipv6(packet)][id_of(packet)];
    one->next = *chain;
    *chain = count++;
  }
}

struct end {
  int fd;
  uint8_t header[ETH_ALEN * 2];
};

static struct end open_end(const char* name, const char* router) {
  struct end end = {.fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0)};
  demand(end.fd >= 0, "AF_PACKET");
  struct ifreq request = {0};
  strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  demand(ioctl(end.fd, SIOCGIFHWADDR, &request) == 0, name);
  unsigned part[6];
  demand(sscanf(router, "%x:%x:%x:%x:%x:%x", part, part + 1, part + 2, part + 3, part + 4, part + 5) == 6, router);
  for (int index = 0; index < ETH_ALEN; index++)
    end.header[index] = (uint8_t)part[index];
  memcpy(end.header + ETH_ALEN, request.ifr_hwaddr.sa_data, ETH_ALEN);
  int one = 1, room = 4 << 20;
  demand(setsockopt(end.fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof one) == 0, "PACKET_IGNORE_OUTGOING");
  demand(setsockopt(end.fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof one) == 0, "PACKET_QDISC_BYPASS");
  setsockopt(end.fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  struct sockaddr_ll address = {
      .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = (int)if_nametoindex(name)};
  demand(bind(end.fd, (struct sockaddr*)&address, sizeof address) == 0, "bind");
  return end;
}

static void address_frame(uint8_t* frame, const struct end* end) {
  memcpy(frame, end->header, sizeof end->header);
  uint16_t type = htons(is_ipv6(frame + ETH_HLEN) ? ETH_P_IPV6 : ETH_P_IP);
  memcpy(frame + 2 * ETH_ALEN, &type, sizeof type);
}

static void put(const struct end* end, const uint8_t* frame, size_t length) {
  while (send(end->fd, frame, length, 0) < 0)
    demand(errno == ENOBUFS || errno == EAGAIN || errno == EINTR, "send");
}

static int same_addresses(const uint8_t* one, const uint8_t* other) {
  return is_ipv6(one) ? memcmp(one + 8, other + 8, 32) == 0 : memcmp(one + 12, other + 12, 8) == 0;
}

// A router counts hops down, mends the checksum for that, and cuts off what lies behind the IP packet.
static int same_bytes(const struct record* sent, const uint8_t* packet, size_t length) {
  if (length > sent->length)
    return 0;
  const uint8_t* other = sent->frame + ETH_HLEN;
  for (size_t at = 0; at < length; at++) {
    int changes = is_ipv6(packet) ? at == 7 : at == 8 || at == 10 || at == 11;
    if (!changes && packet[at] != other[at])
      return 0;
  }
  return 1;
}

static int is_marker(const uint8_t* packet, uint16_t round) {
  return packet[0] == 0x45 && packet[9] == MARKER && id_of(packet) == round;
}

// Takes all that waits at an end; 1 where the marker of this round was in it.
static int take(const struct end* end, int whole, uint16_t round) {
  static uint8_t frame[65536];
  int marked = 0;
  ssize_t got;
  while ((got = recv(end->fd, frame, sizeof frame, MSG_DONTWAIT)) > 0) {
    const uint8_t* packet = frame + ETH_HLEN;
    size_t length = (size_t)got - ETH_HLEN;
    if (length < 20 || (is_ipv6(packet) && length < 40))
      continue;
    if (is_marker(packet, round)) {
      marked = 1;
      continue;
    }
    for (int32_t at = first_of[is_ipv6(packet)][id_of(packet)]; at >= 0; at = records[at].next)
      if (same_addresses(packet, records[at].frame + ETH_HLEN) && (!whole || same_bytes(&records[at], packet, length)))
        arrived[at] = 1;
  }
  return marked;
}

// From the one side to the other between addresses that no policy names; only the checksum of the header is left to
// fill in.
static void mark(const struct end* ends, int from, uint16_t round) {
  uint8_t frame[ETH_HLEN + 20] = {0};
  uint8_t* packet = frame + ETH_HLEN;
  const uint8_t near[4] = {198, 18, 255, 1}, far[4] = {192, 88, 99, 1};
  packet[0] = 0x45;
  packet[3] = 20;
  packet[4] = (uint8_t)(round >> 8);
  packet[5] = (uint8_t)round;
  packet[8] = 64;
  packet[9] = MARKER;
  memcpy(packet + 12, from ? near : far, 4);
  memcpy(packet + 16, from ? far : near, 4);
  uint32_t sum = 0;
  for (int at = 0; at < 20; at += 2)
    sum += (uint32_t)packet[at] << 8 | packet[at + 1];
  sum = (sum & 0xffff) + (sum >> 16);
  packet[10] = (uint8_t)(~sum >> 8);
  packet[11] = (uint8_t)~sum;
  address_frame(frame, &ends[from]);
  put(&ends[from], frame, sizeof frame);
}

static void exchange(const struct end* ends, int whole) {
  arrived = calloc((size_t)count + 1, 1);
  demand(arrived != NULL, "arrivals");
  uint16_t round = 0;
  for (int32_t at = 0; at < count; round++) {
    for (int32_t end = at + ROUND; at < count && at < end; at++) {
      const struct end* from = &ends[records[at].side];
      address_frame(records[at].frame, from);
      put(from, records[at].frame, ETH_HLEN + records[at].length);
    }
    for (int side = 0; side < 2; side++) {
      mark(ends, side, round);
      double until = now() + PATIENCE_MS / 1e3;
      const struct end* other = &ends[1 - side];
      while (!take(other, whole, round)) {
        struct pollfd waiting = {.fd = other->fd, .events = POLLIN};
        poll(&waiting, 1, PATIENCE_MS);
        demand(now() < until, "the marker of a round did not come through");
      }
      take(&ends[side], whole, round);
    }
  }
  for (int side = 0; side < 2; side++) {
    struct tpacket_stats statistics;
    socklen_t size = sizeof statistics;
    demand(getsockopt(ends[side].fd, SOL_PACKET, PACKET_STATISTICS, &statistics, &size) == 0, "PACKET_STATISTICS");
    errno = ENOBUFS;
    demand(statistics.tp_drops == 0, "the receive buffer of an end");
  }
  demand(fwrite(arrived, 1, (size_t)count, stdout) == (size_t)count, "standard output");
}

static void flood(const struct end* end, uint64_t limit, double seconds) {
  struct mmsghdr messages[BATCH];
  struct iovec parts[BATCH];
  for (int32_t at = 0; at < count; at++)
    address_frame(records[at].frame, end);
  uint64_t sent = 0;
  double start = now(), until = start + seconds;
  while (sent < limit && now() < until) {
    for (int index = 0; index < BATCH; index++) {
      struct record* one = &records[(sent + (uint64_t)index) % (uint64_t)count];
      parts[index] = (struct iovec){one->frame, ETH_HLEN + one->length};
      messages[index].msg_hdr = (struct msghdr){.msg_iov = &parts[index], .msg_iovlen = 1};
    }
    uint64_t left = limit - sent;
    int gone = sendmmsg(end->fd, messages, left < BATCH ? (unsigned)left : BATCH, 0);
    demand(gone > 0 || errno == ENOBUFS || errno == EAGAIN || errno == EINTR, "sendmmsg");
    if (gone > 0)
      sent += (uint64_t)gone;
  }
  printf("%llu %.6f\n", (unsigned long long)sent, now() - start);
}

// The kernel moves on in the order of sending only what one processor sends. A flood has another one.
static void stay_on_one_processor(int last) {
  cpu_set_t set;
  demand(sched_getaffinity(0, sizeof set, &set) == 0, "sched_getaffinity");
  int chosen = -1;
  for (int each = 0; each < CPU_SETSIZE && (last || chosen < 0); each++)
    if (CPU_ISSET(each, &set))
      chosen = each;
  CPU_ZERO(&set);
  CPU_SET(chosen, &set);
  demand(sched_setaffinity(0, sizeof set, &set) == 0, "sched_setaffinity");
}

int main(int argc, char** argv) {
  int exchanges = argc == 7 && strcmp(argv[1], "exchange") == 0;
  if (!exchanges && !(argc == 6 && strcmp(argv[1], "flood") == 0)) {
    fprintf(stderr,
            "usage: %s exchange same|id OUTSIDE ADDRESS INSIDE ADDRESS | flood PACKETS SECONDS OUTSIDE ADDRESS\n",
            argv[0]);
    return 2;
  }
  stay_on_one_processor(!exchanges);
  read_records();
  demand(count > 0, "no records");
  if (exchanges) {
    const struct end ends[2] = {open_end(argv[3], argv[4]), open_end(argv[5], argv[6])};
    exchange(ends, strcmp(argv[2], "same") == 0);
  } else {
    const struct end end = open_end(argv[4], argv[5]);
    flood(&end, strtoull(argv[2], NULL, 10), atof(argv[3]));
  }
  return 0;
}
