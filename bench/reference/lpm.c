// SPDX-License-Identifier: GPL-2.0-or-later
// Longest-prefix look-up with DPDK's rte_lpm, one address at a time: the same prefixes, next hops and addresses as the
// bench gives the image. Each answer goes into a checksum, so that none can be left out and all can be compared.
//
//   lpm PREFIXES ADDRESSES...   files of 32-bit words: address, length and next hop of each prefix; addresses
//
// Says "ready", then for each line "FILE TIMES" on standard input the CPU time in nanoseconds that so many passes over
// that file's addresses took, and the checksum.
//
// Building. rte_lpm_add looks through all rules of the same length for the one it is to add, so that a million prefixes
// take minutes. So the table is built in pieces of a few /8 each, every entry by rte_lpm_add, and the pieces are copied
// into one struct rte_lpm, which rte_lpm_lookup reads as it would any other. That one lies in huge pages where the
// kernel grants them, as DPDK's own memory does where it is used in earnest.

#define _GNU_SOURCE
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_lpm.h>

#include <libgen.h>
#include <limits.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

#define PIECES 64u
#define PIECE_ENTRIES (RTE_LPM_TBL24_NUM_ENTRIES / PIECES)
/** Of one piece. */
#define PIECE_RULES (1u << 18)
#define PIECE_GROUPS (1u << 15)
/** Of all pieces; 256 MiB of addresses, of which only those that are used become memory. */
#define GROUPS (1u << 18)
#define GROUP RTE_LPM_TBL8_GROUP_NUM_ENTRIES
#define HUGE_PAGE (1ul << 21)
/** No prefix may reach over the end of a piece. */
#define LEAST_LENGTH 6u

struct words {
  const uint32_t* at;
  size_t count;
};

struct prefix {
  uint32_t address;
  uint32_t length;
  uint32_t next_hop;
};

static struct rte_lpm* table;
static uint32_t groups;

__attribute__((noreturn, format(printf, 1, 2))) static void die(const char* format, ...) {
  va_list values;
  va_start(values, format);
  fputs("lpm: ", stderr);
  vfprintf(stderr, format, values);
  fputc('\n', stderr);
  exit(1);
}

static struct words map_words(const char* path) {
  FILE* file = fopen(path, "r");
  struct stat facts;
  if (file == NULL || fstat(fileno(file), &facts) != 0)
    die("%s: %m", path);
  void* memory = mmap(NULL, facts.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fileno(file), 0);
  if (memory == MAP_FAILED)
    die("%s: %m", path);
  fclose(file);
  return (struct words){memory, facts.st_size / sizeof(uint32_t)};
}

// Zeroed, and beginning with a huge page.
static void* reserve(size_t bytes) {
  char* memory = mmap(NULL, bytes + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED)
    die("mmap: %m");
  char* first = (char*)(((uintptr_t)memory + HUGE_PAGE - 1) & -HUGE_PAGE);
  madvise(first, bytes, MADV_HUGEPAGE);
  return first;
}

// Copies the entries of `piece`, and the groups they name under the next free numbers.
static void take_over(const struct rte_lpm* from, uint32_t piece) {
  for (uint32_t at = piece * PIECE_ENTRIES; at < (piece + 1) * PIECE_ENTRIES; at++) {
    struct rte_lpm_tbl_entry entry = from->tbl24[at];
    if (entry.valid && entry.valid_group) {
      if (groups == GROUPS)
        die("more than %u groups", GROUPS);
      memcpy(&table->tbl8[groups * GROUP], &from->tbl8[entry.next_hop * GROUP], GROUP * sizeof entry);
      entry.next_hop = groups++;
    }
    table->tbl24[at] = entry;
  }
}

static void build(struct words file) {
  const struct prefix* prefixes = (const struct prefix*)file.at;
  size_t count = file.count * sizeof(uint32_t) / sizeof(struct prefix);
  const struct rte_lpm_config config = {.max_rules = PIECE_RULES, .number_tbl8s = PIECE_GROUPS};
  struct rte_lpm* lpm = rte_lpm_create("piece", SOCKET_ID_ANY, &config);
  if (lpm == NULL)
    die("rte_lpm_create: %s", rte_strerror(rte_errno));
  table = reserve(sizeof *table);
  table->tbl8 = reserve((size_t)GROUPS * GROUP * sizeof *table->tbl8);
  for (uint32_t piece = 0; piece < PIECES; piece++) {
    rte_lpm_delete_all(lpm);
    for (size_t at = 0; at < count; at++) {
      const struct prefix* one = &prefixes[at];
      if ((one->address >> 8) / PIECE_ENTRIES != piece)
        continue;
      if (one->length < LEAST_LENGTH)
        die("a prefix of length %u", one->length);
      int error = rte_lpm_add(lpm, one->address, one->length, one->next_hop);
      if (error != 0)
        die("rte_lpm_add: %s", rte_strerror(-error));
    }
    take_over(lpm, piece);
  }
  rte_lpm_free(lpm);
}

// A next hop that is not found is 0, the number that no prefix has.
static uint32_t look_up_all(struct words addresses, unsigned times) {
  uint32_t sum = 0;
  for (unsigned pass = 0; pass < times; pass++) {
#pragma GCC unroll 8
    for (size_t at = 0; at < addresses.count; at++) {
      uint32_t next_hop;
      rte_lpm_lookup(table, addresses.at[at], &next_hop);
      sum = sum * 31 + next_hop;
    }
  }
  return sum;
}

static uint64_t cpu_nanoseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec * 1000000000ull + time.tv_nsec;
}

// DPDK's environment, without devices or hugetlbfs, and without binding this process to a core. Its files go where ours
// are.
static void begin(char* name, const char* prefixes) {
  char folder[PATH_MAX];
  snprintf(folder, sizeof folder, "%s", prefixes);
  setenv("RUNTIME_DIRECTORY", dirname(folder), 1);
  char* words[] = {name, "--no-huge", "--no-shconf", "--no-pci", "--no-telemetry", "-m", "256", "--log-level", "error"};
  cpu_set_t cores;
  sched_getaffinity(0, sizeof cores, &cores);
  if (rte_eal_init(RTE_DIM(words), words) < 0)
    die("rte_eal_init: %s", rte_strerror(rte_errno));
  sched_setaffinity(0, sizeof cores, &cores);
}

int main(int count, char** arguments) {
  if (count < 3)
    die("lpm PREFIXES ADDRESSES...");
  begin(arguments[0], arguments[1]);
  build(map_words(arguments[1]));
  struct words files[count - 2];
  for (int at = 2; at < count; at++)
    files[at - 2] = map_words(arguments[at]);
  puts("ready");
  fflush(stdout);
  int file;
  unsigned times;
  while (scanf("%d %u", &file, &times) == 2) {
    if (file < 0 || file >= count - 2)
      die("there is no file %d", file);
    uint64_t start = cpu_nanoseconds();
    uint32_t sum = look_up_all(files[file], times);
    printf("%lu %u\n", cpu_nanoseconds() - start, sum);
    fflush(stdout);
  }
  return 0;
}
