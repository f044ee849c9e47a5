// SPDX-License-Identifier: GPL-2.0-or-later
// Where each block is decided. The kernel takes what headers and fixed tests can tell, of blocks that drop and do nothing else; all else goes
// to the engine. Order is kept across both: a block stays behind an earlier one in userspace that has the same packets (an observed one has
// to count them before they die), and where two blocks only cross, by a destination port of the one and a source port of the other, the
// kernel leaves alone what the earlier one may match. What is not in force yet is no obstacle: at its `since` the plan is made again.

import { ANY_LENGTH } from '../../contract/shape.js'
import type { Block, Policy } from '../policy/policy.js'
import type { Service } from '../profiles/profile.js'
import type { Exemptions } from './exemptions.js'
import type { KernelBlock, KernelPlan, KernelRule, PlaceCause, Placed } from './kernel-plan.js'
import { leaveAlone, needsParser, rulesOf } from './placement-rules.js'
import { cutServices, exemptingByBlock, type Piece } from './placement-services.js'
import { PlacementSets } from './placement-sets.js'
import { isOver } from './plan.js'
import type { Carved } from './sets.js'

/** Where a block is asked to be decided. `refused`: the kernel did not take its rules. */
export type Asked = 'auto' | 'kernel' | 'userspace' | 'refused'

/**
 * The plan for `policy` at `now`, seconds since 1970. `carve` makes the set of some networks' addresses (sets.ts); `asked` is by block,
 * `auto` where it ends. It holds until the next `since`, `expires` or exemption that ends.
 */
export function planKernel(
  policy: Policy,
  now: number,
  exemptions: Exemptions,
  carve: (networks: readonly number[]) => Carved,
  asked: readonly Asked[] = [],
): KernelPlan {
  const { hook, outside } = policy
  const placed = placeBlocks(policy, now, asked)
  const leftAlone = crossedBlocks(policy, now, placed)
  const exempting = exemptingByBlock(exemptions)
  const sets = new PlacementSets(policy, exemptions, carve)
  const blocks: KernelBlock[] = []
  for (const [number, block] of policy.blocks.entries()) {
    const isPlaced = placed[number]?.place === 'kernel'
    if (!isPlaced && !leftAlone.has(number)) continue
    const pieces = cutServices(block, exempting.get(number) ?? [], exemptions.services)
    blocks.push({
      block: number,
      direction: block.direction,
      near: sets.near(block.protect),
      except: sets.except(block.except),
      services: pieces.map((piece) => ({
        service: piece.service,
        exempt: sets.exempt(piece.effects),
        rules: isPlaced ? rulesOfPiece(block, piece) : [leaveAlone()],
      })),
    })
  }
  const customers = blocks.length === 0 ? null : sets.customers()
  return { hook, outside, customers, sets: sets.list, placed, blocks }
}

function placeBlocks({ blocks }: Policy, now: number, asked: readonly Asked[]): Placed[] {
  const placed: Placed[] = []
  /** Blocks in force that are decided in userspace. */
  const obstacles: number[] = []
  for (const [number, block] of blocks.entries()) {
    const cause = whyUserspace(block, now, asked[number] ?? 'auto')
    const behind = cause === null ? obstacles.find((earlier) => meeting(blocks[earlier] as Block, block) === 'same') : undefined
    if (cause === null && behind === undefined) {
      placed.push({ block: number, place: 'kernel', cause: whyKernel(block), behind: null })
      continue
    }
    placed.push({ block: number, place: 'userspace', cause: cause ?? 'behind', behind: behind ?? null })
    if (isInForce(block, now)) obstacles.push(number)
  }
  return placed
}

/** null: nothing in the block itself. */
function whyUserspace(block: Block, now: number, asked: Asked): PlaceCause | null {
  const { mode, action, profile, services, since } = block
  if (isOver(block, now)) return 'over'
  if (now < since) return 'not-yet'
  if (asked === 'refused') return 'refused'
  if (asked === 'userspace') return 'asked'
  if (mode === 'observe') return 'observed'
  if (action === 'reject') return 'rejects'
  // A limit polices replies, which the kernel leaves alone; only class D is limited in what it drops.
  if (profile?.class === 'D') return 'limit'
  return services.some((service) => rulesOf(block, service).some(isReachedDrop)) ? null : 'parser'
}

function whyKernel(block: Block): PlaceCause {
  if (block.services.some((service) => needsParser(block, service))) return 'partly'
  const byHeader = block.services.every((service) =>
    rulesOf(block, service).every(({ tests, minimum, maximum }) => tests.length === 0 && minimum === 0 && maximum === ANY_LENGTH),
  )
  return byHeader ? 'header' : 'fixed-shape'
}

/** Whether any packet gets there: a parser without tests before it is asked about them all. */
const isReachedDrop = ({ reason }: KernelRule, index: number, rules: readonly KernelRule[]): boolean =>
  reason !== null && !rules.slice(0, index).some((rule) => rule.reason === null && rule.tests.length === 0 && rule.port === null)

/** Blocks in userspace that a later one in the kernel crosses. */
function crossedBlocks({ blocks }: Policy, now: number, placed: readonly Placed[]): ReadonlySet<number> {
  const crossed = new Set<number>()
  const candidates: number[] = []
  for (const { block: number, place } of placed) {
    const block = blocks[number] as Block
    if (place === 'userspace') {
      if (isInForce(block, now)) candidates.push(number)
      continue
    }
    for (const earlier of candidates) if (meeting(blocks[earlier] as Block, block) !== null) crossed.add(earlier)
  }
  return crossed
}

const isInForce = (block: Block, now: number): boolean => block.since <= now && !isOver(block, now)

/** `same`: some port is of a service of both, on the same side; `crossing`: only a packet of two such ports is of both; null: none is. */
function meeting(one: Block, other: Block): 'same' | 'crossing' | null {
  let meet: 'crossing' | null = null
  if (one.direction !== other.direction || !one.protect.some((network) => other.protect.includes(network))) return null
  for (const left of one.services) {
    for (const right of other.services) {
      if (left.protocol !== right.protocol) continue
      if (left.side !== right.side) meet = 'crossing'
      else if (overlap(left, right)) return 'same'
    }
  }
  return meet
}

const overlap = (left: Service, right: Service): boolean => left.first <= right.last && right.first <= left.last

function rulesOfPiece(block: Block, { service, crossing }: Piece): KernelRule[] {
  return [...crossing.map(leaveAlone), ...rulesOf(block, service)]
}
