// SPDX-License-Identifier: GPL-2.0-or-later
// The generation of the nf_tables ruleset of this network namespace: a number that the kernel raises with each
// transaction, whoever makes it. While it stays the same nothing was changed, and asking costs microseconds, where
// listing the rules starts a process.

#pragma once

#include <cstdint>

namespace ipxxb {

/** The generation, or a negative errno: the kernel has no nf_tables, or we may not ask. */
int64_t rulesetGeneration();

} // namespace ipxxb
