// SPDX-License-Identifier: GPL-2.0-or-later
// One policy, engine against kernel: what each packet got from both, what the plan says of it when it is read slowly, and where they differ.

import type { KernelPlan } from '../../src/control/compile/kernel-plan.js'
import type { DropCounts } from '../../src/control/install/kernel-drops.js'
import type { Policy } from '../../src/control/policy/policy.js'
import { REASONS } from '../../src/contract/reasons.js'
import { blockOf, DROP, reasonOf, spoofedOf, verdictOf } from '../../src/contract/verdicts.js'
import { type Address, addressText } from '../oracle/addresses.js'
import { describeWord } from '../oracle/describe.js'
import { type Fate, fateOf } from '../oracle/kernel.js'
import type { Packet } from '../oracle/readable.js'
import { NOW } from '../oracle/scene.js'
import { openRun, runPackets } from '../property/engine-run.js'
import { onTheWire } from '../property/packets.js'
import { isInside } from './networks.js'
import { FROM_OUTSIDE, type Record } from './wiring.js'

/** What is judged as one: a packet, or a datagram whose fragments the router puts together. */
export interface Unit {
  readonly what: string
  readonly side: number
  readonly records: readonly Record[]
  /** The packet that a hook behind defragmentation, or without it, sees. */
  readonly seen: Uint8Array
}

const OUTSIDE_INDEX = 2
const INSIDE_INDEX = 3
/** Bytes of a packet in a difference. */
const MOST_SHOWN = 120

/** As the hook has it: in prerouting nobody knows yet where a packet leaves. */
export function packetsAt({ hook }: Policy, units: readonly Unit[]): Packet[] {
  return units.map(({ seen, side }) => {
    const leaving = isInside(addressesOf(seen)[1]) ? INSIDE_INDEX : OUTSIDE_INDEX
    return onTheWire(seen, seen.length, side === FROM_OUTSIDE ? OUTSIDE_INDEX : INSIDE_INDEX, hook === 'forward' ? leaving : 0)
  })
}

function addressesOf(packet: Uint8Array): [source: Address, destination: Address] {
  const [at, length] = (packet[0] as number) >> 4 === 6 ? [8, 16] : [12, 4]
  const read = (from: number): Address => {
    const value = packet.subarray(from, from + length).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
    return { family: length === 4 ? 4 : 6, value }
  }
  return [read(at), read(at + length)]
}

/** Decision words of the engine. */
export function decisionsOf(policy: Policy, packets: readonly Packet[]): number[] {
  const outside = policy.outside.length === 0 ? [] : [OUTSIDE_INDEX]
  return runPackets(openRun(policy, outside, NOW), packets, NOW).map(({ decision }) => decision)
}

export interface Outcome {
  /** First of them, in words. */
  readonly differences: readonly string[]
  readonly dropped: number
  /** What the engine drops, by a block that is in the kernel, and the kernel leaves to it, by why. */
  readonly left: ReadonlyMap<string, number>
}

/** Compares packet by packet, and the kernel's counters with the sum of what the engine says of the packets that the kernel dropped. */
export function compareVerdicts(
  plan: KernelPlan,
  units: readonly Unit[],
  packets: readonly Packet[],
  decisions: readonly number[],
  passed: readonly boolean[],
  counts: DropCounts,
): Outcome {
  const outside = new Set(plan.outside.length === 0 ? [] : [OUTSIDE_INDEX])
  const differences: string[] = []
  const left = new Map<string, number>()
  const expected = new Map<string, number>()
  let dropped = 0
  let spoofed = 0
  for (const [index, packet] of packets.entries()) {
    const [unit, decision] = [units[index] as Unit, decisions[index] as number]
    const fate = fateOf(plan, packet, outside)
    const drops = passed[index] === false
    if (drops) {
      dropped++
      spoofed += spoofedOf(decision)
      const key = keyOf(blockOf(decision), reasonOf(decision))
      expected.set(key, (expected.get(key) ?? 0) + 1)
    } else if (verdictOf(decision) === DROP && isPlaced(plan, blockOf(decision))) {
      left.set(fate.kind, (left.get(fate.kind) ?? 0) + 1)
    }
    const difference = differenceOf(fate, drops, decision, plan)
    if (difference !== null) differences.push(`${unit.what}: ${difference}: ${packetText(packet)}`)
  }
  for (const { block, reason, packets: count } of counts.drops) {
    const key = keyOf(block, reason)
    if ((expected.get(key) ?? 0) !== count) differences.push(`${key}: the kernel counts ${count}, the engine ${expected.get(key) ?? 0}`)
    expected.delete(key)
  }
  for (const [key, count] of expected) differences.push(`${key}: the kernel has no counter, the engine counts ${count}`)
  if (counts.spoofed.packets !== spoofed) differences.push(`spoofed: the kernel counts ${counts.spoofed.packets}, the engine ${spoofed}`)
  return { differences, dropped, left }
}

const isPlaced = (plan: KernelPlan, block: number): boolean => plan.placed[block]?.place === 'kernel'
const keyOf = (block: number, reason: number): string => `block ${block} ${REASONS[reason]}`

function differenceOf(fate: Fate, drops: boolean, decision: number, plan: KernelPlan): string | null {
  const engine = `the engine says "${describeWord(decision)}"`
  if (drops !== (fate.kind === 'drop')) return `the kernel ${drops ? 'drops' : 'passes'}, its plan says ${JSON.stringify(fate)}, ${engine}`
  if (fate.kind === 'drop') {
    const same = verdictOf(decision) === DROP && blockOf(decision) === fate.block && reasonOf(decision) === fate.reason
    return same ? null : `the kernel drops for ${keyOf(fate.block, fate.reason)}, ${engine}`
  }
  // Complete: of plain packets nothing is left to the engine that a rule could tell.
  if (fate.kind === 'none' && verdictOf(decision) === DROP && isPlaced(plan, blockOf(decision))) return `the kernel passes, ${engine}`
  return null
}

function packetText({ copied, inInterface, outInterface }: Packet): string {
  const [source, destination] = addressesOf(copied).map(addressText)
  return `${source} > ${destination} from ${inInterface} to ${outInterface}: ${Buffer.from(copied.subarray(0, MOST_SHOWN)).toString('hex')}`
}
