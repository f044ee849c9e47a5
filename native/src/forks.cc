// SPDX-License-Identifier: GPL-2.0-or-later
// See forks.h.

#include "forks.h"

#include <cerrno>
#include <cstdint>
#include <sys/mman.h>
#include <unistd.h>

namespace ipxxb {

int keepFromForks(void* start, size_t bytes) {
  const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto from = reinterpret_cast<uintptr_t>(start);
  const uintptr_t first = (from + page - 1) & ~(page - 1);
  const uintptr_t end = (from + bytes) & ~(page - 1);
  // What shares its page with the image, the allocator's own words among it, stays with the child.
  if (end <= first)
    return 0;
  return madvise(reinterpret_cast<void*>(first), end - first, MADV_DONTFORK) == 0 ? 0 : -errno;
}

} // namespace ipxxb
