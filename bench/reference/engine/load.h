// SPDX-License-Identifier: GPL-2.0-or-later
// An image, or anything else that a reference works on, from a file into memory.

#ifndef IPXXB_BENCH_ENGINE_LOAD_H
#define IPXXB_BENCH_ENGINE_LOAD_H

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static _Noreturn void fail(const char* what) {
  perror(what);
  exit(1);
}

/** The file in memory of its own, as the engine in TypeScript has it, not in the page cache. */
static const uint8_t* load(const char* path) {
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  struct stat facts;
  if (file < 0 || fstat(file, &facts) != 0)
    fail(path);
  uint8_t* memory = mmap(NULL, facts.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED)
    fail(path);
  // Fewer TLB misses where the kernel grants it.
  madvise(memory, facts.st_size, MADV_HUGEPAGE);
  for (off_t done = 0; done < facts.st_size;) {
    const ssize_t more = read(file, memory + done, facts.st_size - done);
    if (more <= 0)
      fail(path);
    done += more;
  }
  close(file);
  return memory;
}

#endif
