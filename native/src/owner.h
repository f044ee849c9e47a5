// SPDX-License-Identifier: GPL-2.0-or-later
// Who has a queue: read from /proc, and only after a bind was refused. What the process may not see stays 0.

#pragma once

#include <cstdint>

#include "status.h"

namespace ipxxb {

/** Fills in ownerPort and ownerProcess for the queue, in the network namespace of the calling thread; `ownPort` is the
 * asker's. */
void findOwner(uint16_t queue, uint32_t ownPort, Opening& opening);

} // namespace ipxxb
