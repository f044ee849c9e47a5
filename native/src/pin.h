// SPDX-License-Identifier: GPL-2.0-or-later
// One thread on one processor: what a worker's core has in its caches stays the worker's.

#pragma once

#include <cstdint>

namespace ipxxb {

/** Keeps the calling thread on this processor: 0 or a negative errno, EINVAL where there is none of this number that
 * the process may use. */
int pinThread(uint32_t processor);

} // namespace ipxxb
