// SPDX-License-Identifier: GPL-2.0-or-later
// See list.h.

#include "list.h"

#include <cstdio>

namespace ipxxb {
namespace {

constexpr size_t LINE_BYTES = 256;

} // namespace

Listed listed(uint16_t queue) {
  FILE* const file = fopen("/proc/thread-self/net/netfilter/nfnetlink_queue", "re");
  if (file == nullptr)
    return Listed();
  Listed found;
  char line[LINE_BYTES];
  while (fgets(line, sizeof line, file) != nullptr) {
    unsigned number;
    Listed one;
    // queue, port, waiting, copy mode, copy range, dropped, user dropped, last id, 1
    if (sscanf(line, "%u %u %*u %*u %*u %u %u", &number, &one.port, &one.droppedFull, &one.droppedUser) == 4 &&
        number == queue)
      found = one;
  }
  fclose(file);
  return found;
}

} // namespace ipxxb
