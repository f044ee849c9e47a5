// SPDX-License-Identifier: GPL-2.0-or-later
// Where a process spends its CPU time: in its own code or in the kernel. A kernel that accounts by ticks (Debian's)
// knows that only to some tens of percent for a few seconds, so each thread is sampled instead, by its own CPU clock,
// as perf does.
//
//   sampler PROCESS MILLISECONDS PERIOD_NS
//
// Prints the samples that found it in its own code, and in the kernel; null for both where the kernel lets us sample
// nothing, as in most containers.

#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "demand.h"

#define MOST_THREADS 256
#define RING_PAGES 64u

struct thread {
  int event;
  uint8_t* ring;
};

static struct thread threads[MOST_THREADS];
static unsigned thread_count;
static uint64_t own, kernel;

static void watch(int id, uint64_t period) {
  struct perf_event_attr attributes = {.type = PERF_TYPE_SOFTWARE,
                                       .size = sizeof attributes,
                                       .config = PERF_COUNT_SW_CPU_CLOCK,
                                       .sample_period = period,
                                       .sample_type = PERF_SAMPLE_IP,
                                       .disabled = 1};
  const int event = (int)syscall(SYS_perf_event_open, &attributes, id, -1, -1, PERF_FLAG_FD_CLOEXEC);
  // A thread may end between the listing and this.
  if (event < 0 && errno == ESRCH)
    return;
  if (event < 0) {
    perror("perf_event_open");
    puts("{\"own\":null,\"kernel\":null}");
    exit(0);
  }
  uint8_t* ring = mmap(NULL, (RING_PAGES + 1) * (size_t)getpagesize(), PROT_READ | PROT_WRITE, MAP_SHARED, event, 0);
  demand(ring != MAP_FAILED, "ring");
  threads[thread_count++] = (struct thread){event, ring};
}

static void watch_all(const char* process, uint64_t period) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%s/task", process);
  DIR* folder = opendir(path);
  demand(folder != NULL, path);
  for (struct dirent* entry = readdir(folder); entry; entry = readdir(folder)) {
    if (entry->d_name[0] != '.' && thread_count < MOST_THREADS)
      watch(atoi(entry->d_name), period);
  }
  closedir(folder);
}

static void tally(const struct thread* thread) {
  const struct perf_event_mmap_page* page = (const struct perf_event_mmap_page*)thread->ring;
  const size_t bytes = RING_PAGES * (size_t)getpagesize();
  const uint8_t* data = thread->ring + getpagesize();
  // Every record is a multiple of 8 bytes, so that no header is broken at the end of the ring.
  for (uint64_t at = page->data_tail; at < page->data_head;) {
    struct perf_event_header header;
    memcpy(&header, data + at % bytes, sizeof header);
    const unsigned mode = header.misc & PERF_RECORD_MISC_CPUMODE_MASK;
    if (header.type == PERF_RECORD_SAMPLE)
      *(mode == PERF_RECORD_MISC_USER ? &own : &kernel) += 1;
    at += header.size;
  }
}

int main(int argc, char** argv) {
  if (argc != 4) {
    fprintf(stderr, "usage: %s PROCESS MILLISECONDS PERIOD_NS\n", argv[0]);
    return 2;
  }
  watch_all(argv[1], strtoull(argv[3], NULL, 10));
  for (unsigned i = 0; i < thread_count; i++)
    ioctl(threads[i].event, PERF_EVENT_IOC_ENABLE, 0);
  const long milliseconds = atol(argv[2]);
  const struct timespec window = {milliseconds / 1000, milliseconds % 1000 * 1000000};
  nanosleep(&window, NULL);
  for (unsigned i = 0; i < thread_count; i++)
    ioctl(threads[i].event, PERF_EVENT_IOC_DISABLE, 0);
  for (unsigned i = 0; i < thread_count; i++)
    tally(&threads[i]);
  printf("{\"own\":%" PRIu64 ",\"kernel\":%" PRIu64 "}\n", own, kernel);
  return 0;
}
