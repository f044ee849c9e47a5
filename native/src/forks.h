// SPDX-License-Identifier: GPL-2.0-or-later
// Memory that child processes do not get. Starting one of the kernel's tools forks this process, and a fork copies the
// page tables of all that is mapped: with the images of a large policy that is tens of milliseconds for each of a dozen
// tools, for memory that the child gives up a moment later.

#pragma once

#include <cstddef>

namespace ipxxb {

/** Leaves the whole pages within [start, start + bytes) out of every fork. Returns 0 or a negative errno; then forks
 * only cost more. */
int keepFromForks(void* start, size_t bytes);

} // namespace ipxxb
