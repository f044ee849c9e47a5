// SPDX-License-Identifier: GPL-2.0-or-later
// The kernel plan: which packets the kernel drops by itself, before they could be queued, as data. placement makes it, install renders it.
//
// The kernel decides plain packets only, those that docs/verdicts.md would call readable whatever else is in them: no fragment, no IPv4 options,
// no extension headers, UDP and IP lengths that fit one another exactly, a TCP header that ends within the packet. What is not plain, and
// what the plan leaves alone, goes the way of steering, where the engine judges it as ever. So the kernel only ever drops, and only what the
// engine would drop for the same reason; a test sends the same packets through both.

import type { FixedTest } from '../../contract/shape.js'
import type { Direction, Hook } from '../policy/policy.js'
import type { Service } from '../profiles/profile.js'
import type { SteeringSet } from './steering.js'

export type Place = 'kernel' | 'userspace'

/**
 * Why a block is decided where it is; the first that holds. In userspace: `over` and `not-yet`, its dates; `refused`, the kernel did not take
 * its rules; `behind`, an earlier block that is decided in userspace covers the same packets. In the kernel: `partly`, what a parser has
 * to tell is left to the engine.
 */
export const PLACE_CAUSES = [
  'over',
  'not-yet',
  'refused',
  'asked',
  'observed',
  'rejects',
  'limit',
  'parser',
  'behind',
  'partly',
  'header',
  'fixed-shape',
] as const
export type PlaceCause = (typeof PLACE_CAUSES)[number]

export interface Placed {
  /** Index of the block in the policy. */
  readonly block: number
  readonly place: Place
  readonly cause: PlaceCause
  /** With cause `behind`: index of the block in the way; else null. */
  readonly behind: number | null
}

/** A condition on the other port of a packet. */
export interface PortCondition {
  readonly side: 'source' | 'destination'
  readonly port: number
  /** false: any port but this. */
  readonly equal: boolean
}

/** Holds where the payload has `minimum` to `maximum` bytes, every test holds and the port condition does. */
export interface KernelRule {
  /**
   * DROP with this reason of contract/reasons.ts; null: the packet is left alone, and no later block of the plan may drop it, because this
   * one has accepted it (a reply), or because only the engine can tell.
   */
  readonly reason: number | null
  readonly minimum: number
  readonly maximum: number
  readonly tests: readonly FixedTest[]
  readonly port: PortCondition | null
}

/** One service of one block. */
export interface KernelService {
  readonly service: Service
  /** Name of the set of customers' addresses that an exemption takes out of this block and service; null: none. */
  readonly exempt: string | null
  /** The first that holds decides; where none does, the next block is asked. */
  readonly rules: readonly KernelRule[]
}

export interface KernelBlock {
  /** Index in the policy. */
  readonly block: number
  readonly direction: Direction
  /** Name of the set of protected addresses: of the customer's side. */
  readonly near: string
  /** Name of the set of far addresses that the block does not match; null: none. */
  readonly except: string | null
  readonly services: readonly KernelService[]
}

export interface KernelPlan {
  readonly hook: Hook
  /** Interface names or patterns with a trailing `*`; empty: direction by prefixes alone. */
  readonly outside: readonly string[]
  /** Name of the set of all addresses of customers: who comes from outside with one of them is spoofed. null where nothing is dropped. */
  readonly customers: string | null
  readonly sets: readonly SteeringSet[]
  /** Every block of the policy, in its order. */
  readonly placed: readonly Placed[]
  /**
   * In policy order. A block that is decided in userspace but may match packets of later ones stands here with rules that leave alone what it
   * may match.
   */
  readonly blocks: readonly KernelBlock[]
}
