// SPDX-License-Identifier: GPL-2.0-or-later
// See pin.h.

#include "pin.h"

#include <cerrno>
#include <sched.h>

namespace ipxxb {

int pinThread(uint32_t processor) {
  // As large as the number asks for: cpu_set_t ends at 1,024.
  cpu_set_t* const set = CPU_ALLOC(processor + 1);
  if (set == nullptr)
    return -ENOMEM;
  const size_t bytes = CPU_ALLOC_SIZE(processor + 1);
  CPU_ZERO_S(bytes, set);
  CPU_SET_S(processor, bytes, set);
  const int result = sched_setaffinity(0, bytes, set) == 0 ? 0 : -errno;
  CPU_FREE(set);
  return result;
}

} // namespace ipxxb
