// SPDX-License-Identifier: GPL-2.0-or-later
// What the kernel lists of a bound queue: /proc/net/netfilter/nfnetlink_queue, in the network namespace of the calling
// thread. Nothing where the process may not read it, as in an ordinary user's namespace.

#pragma once

#include <cstdint>

namespace ipxxb {

struct Listed {
  /** Netlink port id of the owner. */
  uint32_t port = 0;
  /** Packets dropped since the queue was bound because it was full, and because their message found no room in the
   * socket. */
  uint32_t droppedFull = 0;
  uint32_t droppedUser = 0;
};

/** All zero where the queue is not bound or the list cannot be read. */
Listed listed(uint16_t queue);

} // namespace ipxxb
