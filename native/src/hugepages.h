// SPDX-License-Identifier: GPL-2.0-or-later
// Large pages for large tables. A look-up among a million prefixes reads from anywhere in a hundred megabytes, and with
// pages of 4 KiB nearly each of those reads first misses the processor's table of pages; in a virtual machine that
// costs more than the read itself.

#pragma once

#include <cstddef>

namespace ipxxb {

/** Gives what of [start, start + bytes) is in memory huge pages, at once; where the kernel refuses, all stays as it is.
 * Nothing but speed depends on it. */
void useHugePages(void* start, size_t bytes);

} // namespace ipxxb
