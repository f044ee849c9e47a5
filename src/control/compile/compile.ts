// SPDX-License-Identifier: GPL-2.0-or-later
// The compiler: a checked policy in, image and steering plan out. Pure: what time it is, and what the policy's files hashed to, is told. The
// stages stand below in their order; each is a file.

import { ALWAYS } from '../../contract/image.js'
import type { Policy } from '../policy/policy.js'
import { AddressClasses } from './address-classes.js'
import { buildBlocks } from './blocks.js'
import { copyRangeFor } from './copy-range.js'
import { reduceExemptions } from './exemptions.js'
import type { Grounds } from './exempting.js'
import { assembleImage } from './image.js'
import type { KernelPlan } from './kernel-plan.js'
import { planKernel } from './placement.js'
import { planSteering } from './plan.js'
import { carver } from './sets.js'
import { classifyPorts } from './ports.js'
import { enterPrefixes } from './prefixes.js'
import { describeProvenance, type Provenance } from './provenance.js'
import { foldSides } from './sides.js'
import type { SteeringPlan } from './steering.js'
import { buildTable } from './table.js'
import { type Window, windowAt } from './window.js'

export interface CompileOptions {
  /** SHA-256 of the policy as read, eight words. */
  readonly digest: Uint32Array
  /** Number of this publication, from 1. */
  readonly generation: number
  /** Seconds since 1970. Exemptions and, in the plan, blocks that are over by then are left out. Without it none is. */
  readonly now?: number
}

/** Outside its window the policy must be compiled again. */
export interface Compiled extends Window {
  /** contract/image.ts; complete but for the interface table, which is empty. */
  readonly image: SharedArrayBuffer
  /** Bytes of each queued packet that the kernel copies. */
  readonly copyRange: number
  readonly plan: SteeringPlan
  /** What of it the kernel drops by itself, where the policy lets it. */
  readonly drops: KernelPlan
  readonly provenance: Provenance
  /** What an exemption is added or removed by while the image is in force. */
  readonly grounds: Grounds
}

/** Throws POLICY_TOO_LARGE. */
export function compile(policy: Policy, { digest, generation, now = ALWAYS }: CompileOptions): Compiled {
  const blocks = buildBlocks(policy)
  const exemptions = reduceExemptions(policy, now)
  const ports = classifyPorts(policy, exemptions)
  const addressClasses = new AddressClasses(policy, exemptions)
  const ipv4 = enterPrefixes(policy, exemptions, 'ipv4', addressClasses)
  const ipv6 = enterPrefixes(policy, exemptions, 'ipv6', addressClasses)
  const classes = addressClasses.list
  const sides = foldSides(policy, classes)
  const table = buildTable(policy, sides, ports)
  const copyRange = copyRangeFor(policy, now)
  const { memory, groups, nodes } = assembleImage({
    policy,
    digest,
    generation,
    ipv4,
    ipv6,
    classes,
    sides,
    ports,
    table,
    blocks,
    copyRange,
  })
  const carve = carver(classes, ipv4, ipv6)
  const plan = planSteering(policy, now, carve)
  const asked = policy.blocks.map(({ placement }) => (placement === 'kernel' ? 'auto' : placement))
  const drops = planKernel(policy, now, exemptions, carve, asked)
  const provenance = describeProvenance(policy, exemptions, classes, ports)
  const grounds = { policy, exemptions, ports, classes: addressClasses, sides, tables: table.tables, lists: table.known, groups, nodes }
  return { image: memory, copyRange, plan, drops, provenance, grounds, ...windowAt(policy, now) }
}
