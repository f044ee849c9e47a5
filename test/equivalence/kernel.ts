// SPDX-License-Identifier: GPL-2.0-or-later
// A policy's kernel plan in this namespace's kernel, without any queue behind it: what the plan leaves alone passes.

import { AddressClasses } from '../../src/control/compile/address-classes.js'
import { reduceExemptions } from '../../src/control/compile/exemptions.js'
import type { KernelPlan } from '../../src/control/compile/kernel-plan.js'
import { planKernel } from '../../src/control/compile/placement.js'
import { enterPrefixes } from '../../src/control/compile/prefixes.js'
import { carver } from '../../src/control/compile/sets.js'
import { KernelDrops } from '../../src/control/install/kernel-drops.js'
import { run } from '../../src/control/install/run.js'
import type { Policy } from '../../src/control/policy/policy.js'
import { direct } from '../control/install/direct.js'
import { NOW } from '../oracle/scene.js'

/** The plan as the compiler makes it. */
export function planOf(policy: Policy): KernelPlan {
  const exemptions = reduceExemptions(policy, NOW)
  const classes = new AddressClasses(policy, exemptions)
  const ipv4 = enterPrefixes(policy, exemptions, 'ipv4', classes)
  const ipv6 = enterPrefixes(policy, exemptions, 'ipv6', classes)
  return planKernel(policy, NOW, exemptions, carver(classes.list, ipv4, ipv6))
}

export const openDrops = (): KernelDrops => new KernelDrops(run, direct, () => false)

/** Gives rules of our own to nft, beside the plan's. Throws where it refuses. */
export async function nft(rules: string): Promise<void> {
  const { status, stderr } = await run('nft', ['-f', '-'], rules)
  if (status !== 0) throw new Error(stderr)
}

const TRACKING = 'inet defragmenting'

/** Whether this namespace puts fragments together in front of every hook: a rule that asks for the state of connections brings it about. */
export async function defragment(on: boolean): Promise<void> {
  if (!on) return nft(`add table ${TRACKING}\ndelete table ${TRACKING}\n`)
  // Defragmentation comes before this hook, tracking after it: no table of connections fills up.
  return nft(`
table ${TRACKING} {
  chain raw { type filter hook prerouting priority -300; notrack; }
  chain forward { type filter hook forward priority 100; ct state new accept; }
}
`)
}
