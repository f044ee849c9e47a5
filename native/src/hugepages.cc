// SPDX-License-Identifier: GPL-2.0-or-later
// See hugepages.h.

#include "hugepages.h"

#include <cstdint>
#include <sys/mman.h>

// Linux 6.1; the headers of an older C library do not have it.
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

namespace ipxxb {
namespace {

constexpr uintptr_t HUGE_PAGE = 2 << 20;

} // namespace

// Not MADV_HUGEPAGE: that must come before the memory is first written, when nobody knows yet whether it will be large,
// or waits for a kernel thread that takes minutes. All of it in one call, because each first has every processor put
// its lists of pages in order, which takes milliseconds; where nothing is in memory the kernel goes on behind it.
void useHugePages(void* start, size_t bytes) {
  const auto from = reinterpret_cast<uintptr_t>(start);
  const uintptr_t first = (from + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
  const uintptr_t end = (from + bytes) & ~(HUGE_PAGE - 1);
  if (first < end)
    madvise(reinterpret_cast<void*>(first), end - first, MADV_COLLAPSE);
}

} // namespace ipxxb
