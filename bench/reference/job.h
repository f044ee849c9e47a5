// SPDX-License-Identifier: GPL-2.0-or-later
// The job that both reference consumers do for each packet, which is what the appliance does for IP53B by shape: look
// source and destination up by longest prefix, see that the packet is inbound to a protected customer and for UDP port
// 53, then drop a request and let a well-formed reply from port 53 live (docs/verdicts.md, steps 1 to 5, for a policy
// of one block).
//
// The prefix table is the image's own: DIR-24-8 with 32-bit entries, an entry being a class or the number of a
// 256-entry group.

#ifndef IPXXB_BENCH_JOB_H
#define IPXXB_BENCH_JOB_H

#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define POINTER 0x80000000u
#define ROOT_ENTRIES (1u << 24)
#define GROUP_ENTRIES 256u
#define MAX_GROUPS 65536u

#define CLASS_NONE 0u
#define CLASS_CUSTOMER 1u
#define CLASS_OTHER 2u

#define DNS_PORT 53u
#define DNS_HEADER_BYTES 12u

static uint32_t* root;
static uint32_t* groups;
static uint32_t group_count;

static struct { uint64_t packets, accepted, dropped, batches; } done;

static uint32_t* reserve(size_t bytes) {
  void* memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    perror("mmap");
    exit(1);
  }
  // Fewer TLB misses where the kernel grants it; a table this size is read at random.
  madvise(memory, bytes, MADV_HUGEPAGE);
  return memory;
}

// Prefixes must come shortest first, so that a longer one overwrites the part that is its own.
static void insert(uint32_t address, unsigned length, uint32_t class) {
  if (length <= 24) {
    uint32_t first = address >> 8;
    uint32_t count = 1u << (24 - length);
    for (uint32_t i = first; i < first + count; i++)
      root[i] = class;
    return;
  }
  uint32_t* entry = &root[address >> 8];
  if (!(*entry & POINTER)) {
    if (group_count == MAX_GROUPS) {
      fputs("too many long prefixes\n", stderr);
      exit(1);
    }
    for (uint32_t i = 0; i < GROUP_ENTRIES; i++)
      groups[group_count * GROUP_ENTRIES + i] = *entry;
    *entry = POINTER | group_count++;
  }
  uint32_t* group = &groups[(*entry & ~POINTER) * GROUP_ENTRIES];
  uint32_t first = address & 255;
  uint32_t count = 1u << (32 - length);
  for (uint32_t i = first; i < first + count; i++)
    group[i] = class;
}

// Lines of "address/length class", class "customer" or "other".
static void read_prefixes(const char* path) {
  struct prefix {
    uint32_t address;
    unsigned length;
    uint32_t class;
  }* all = NULL;
  size_t count = 0, room = 0;
  FILE* file = fopen(path, "r");
  if (!file) {
    perror(path);
    exit(1);
  }
  char text[64], kind[16];
  unsigned length;
  while (fscanf(file, "%63[^/]/%u %15s\n", text, &length, kind) == 3) {
    struct in_addr address;
    if (length > 32 || inet_pton(AF_INET, text, &address) != 1) {
      fprintf(stderr, "%s: bad prefix %s/%u\n", path, text, length);
      exit(1);
    }
    if (count == room)
      all = realloc(all, (room = room ? room * 2 : 1024) * sizeof *all);
    if (!all)
      abort();
    all[count++] =
        (struct prefix){ntohl(address.s_addr), length, strcmp(kind, "customer") == 0 ? CLASS_CUSTOMER : CLASS_OTHER};
  }
  fclose(file);
  root = reserve(ROOT_ENTRIES * sizeof *root);
  groups = reserve((size_t)MAX_GROUPS * GROUP_ENTRIES * sizeof *groups);
  for (unsigned want = 0; want <= 32; want++)
    for (size_t i = 0; i < count; i++)
      if (all[i].length == want)
        insert(all[i].address, all[i].length, all[i].class);
  free(all);
}

static inline uint32_t load32(const uint8_t* at) {
  uint32_t value;
  memcpy(&value, at, sizeof value);
  return ntohl(value);
}

static inline uint32_t load16(const uint8_t* at) {
  uint16_t value;
  memcpy(&value, at, sizeof value);
  return ntohs(value);
}

static inline uint32_t look_up(uint32_t address) {
  uint32_t entry = root[address >> 8];
  return entry & POINTER ? groups[(entry & ~POINTER) * GROUP_ENTRIES + (address & 255)] : entry;
}

// NF_ACCEPT (1) or NF_DROP (0) for a packet of which `copied` bytes are at hand.
static inline uint32_t judge(const uint8_t* ip, uint32_t copied) {
  if (copied < 20 || ip[0] >> 4 != 4)
    return 1;
  uint32_t header = (ip[0] & 15u) * 4u;
  uint32_t total = load16(ip + 2);
  if (header < 20 || total < header || copied < header)
    return 1;
  if (load16(ip + 6) & 0x1fff)
    return 1;
  uint32_t source = look_up(load32(ip + 12));
  uint32_t destination = look_up(load32(ip + 16));
  if (destination != CLASS_CUSTOMER || source == CLASS_CUSTOMER)
    return 1;
  if (ip[9] != 17 || total < header + 8 || copied < header + 8)
    return 1;
  const uint8_t* udp = ip + header;
  if (load16(udp + 2) != DNS_PORT)
    return 1;
  uint32_t length = load16(udp + 4);
  if (length < 8 || length > total - header)
    return 1;
  length -= 8;
  uint32_t here = copied - header - 8;
  const uint8_t* dns = udp + 8;
  if (length < 3)
    return 0;
  if (here < 3)
    return 1;
  if (!(dns[2] & 0x80))
    return 0;
  if (length < DNS_HEADER_BYTES)
    return 0;
  if (here < DNS_HEADER_BYTES)
    return 1;
  return (dns[2] & 0xf8) == 0x80 && load16(dns + 4) <= 1 && load16(udp) == DNS_PORT;
}

#endif
