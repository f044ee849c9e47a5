// SPDX-License-Identifier: GPL-2.0-or-later
// What is wrong with this machine, and how to mend it: facts are collected, every check judges them, nothing is changed.

import { behind, drops } from './checks/chains.js'
import type { Check } from './checks/check.js'
import { clock } from './checks/clock.js'
import { fit } from './checks/fit.js'
import { fragments, tracking } from './checks/fragments.js'
import { forwarding, offloads, outside, reversePath } from './checks/interfaces.js'
import { addon, kernel, node, observeLimit, privileges } from './checks/kernel.js'
import { kernelDrops, placement } from './checks/placement.js'
import { queues, steering, strangers } from './checks/queues.js'
import { receiveBuffer } from './checks/receive-buffer.js'
import { bridge, flowtables, vrf } from './checks/shortcuts.js'
import type { Facts } from './facts.js'
import { type Finding, LEVELS, type Level } from './finding.js'

/** In the order in which they are told: what is needed at all, what is in force, what others do to packets, the machine around it. */
export const CHECKS: readonly Check[] = [
  ...[kernel, privileges, node, addon, receiveBuffer],
  ...[queues, steering, observeLimit, placement, kernelDrops, strangers, behind, drops],
  ...[fragments, tracking, flowtables, bridge, vrf, offloads],
  ...[forwarding, reversePath, outside, clock, fit],
]

export function diagnose(facts: Facts): Finding[] {
  return CHECKS.map(({ id, judge }) => ({ id, ...judge(facts) }))
}

export function worstOf(findings: readonly Finding[]): Level {
  return LEVELS[Math.max(0, ...findings.map(({ level }) => LEVELS.indexOf(level)))] as Level
}
