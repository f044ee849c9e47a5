// SPDX-License-Identifier: GPL-2.0-or-later
// What is asked of nf_tables, or told, all the time, in this network namespace: its generation, a few elements that
// time out, the counters of a table. The program nft does each of them too, for some milliseconds of a processor; these
// cost microseconds. Questions wait for nobody; a change waits in the kernel for those that are under way, of any
// program, which for large sets are seconds.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ipxxb {

/**
 * The generation of the ruleset, a number that the kernel raises with each transaction, whoever makes it: while it
 * stays the same nothing was changed. Or a negative errno: the kernel has no nf_tables, or we may not ask.
 */
int64_t rulesetGeneration();

/**
 * Replaces the elements of a set of one-byte keys in a table of family inet, in one transaction: each of `keys` is in
 * it for `milliseconds` from now. 0, or a negative errno; -ENOENT: there is no such set. Waits for changes of others.
 */
int replaceElements(const std::string& table, const std::string& set, const uint8_t* keys, size_t count,
                    uint64_t milliseconds);

struct NamedCounter {
  std::string name;
  uint64_t packets;
  uint64_t bytes;
};

/** Appends the named counters of a table of family inet, none where there is no such table. 0 or a negative errno. */
int readCounters(const std::string& table, std::vector<NamedCounter>& counters);

} // namespace ipxxb
