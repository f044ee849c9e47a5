// SPDX-License-Identifier: GPL-2.0-or-later
// The policy after checking and normalising: names are resolved to indices, defaults applied, dates turned into seconds. A different type
// from the document as read, so that nothing unchecked can reach the compiler.

import type { Profile, Service } from '../profiles/profile.js'

/**
 * Prefixes in columns, because there may be a million: for IPv4 two words each (address, length), for IPv6 five (address as four words,
 * most significant first, and length). Host bits are zero. In the order of the policy, without duplicates inside one network.
 */
export interface Prefixes {
  readonly ipv4: Uint32Array
  readonly ipv6: Uint32Array
}

export const IPV4_PREFIX_WORDS = 2
export const IPV6_PREFIX_WORDS = 5

export interface Network {
  readonly name: string
  readonly customers: boolean
  /** An address stands for several customers (CGN, MAP-E, DS-Lite). */
  readonly shared: boolean
  readonly prefixes: Prefixes
}

export type Mode = 'observe' | 'enforce'
export type Precision = 'port' | 'shape'
export type Action = 'drop' | 'reject'
/** Where a block is to be decided: `kernel` is a wish (compile/placement.ts says what comes of it), `auto` leaves it to the compiler. */
export type Placement = 'auto' | 'kernel' | 'userspace'
export type Direction = 'inbound' | 'outbound'

/** Policing of allowed replies per customer address: tokens a second, bucket size. */
export interface Limit {
  readonly rate: number
  readonly burst: number
}

export interface Block {
  /** Unique; the profile's name where the policy gives none. */
  readonly name: string
  /** null: a custom rule. */
  readonly profile: Profile | null
  readonly direction: Direction
  readonly services: readonly Service[]
  /** Indices into Policy.networks. */
  readonly protect: readonly number[]
  readonly except: readonly number[]
  readonly mode: Mode
  /** `port` for custom rules and for profiles without shapes, whatever the defaults say. */
  readonly precision: Precision
  readonly placement: Placement
  readonly action: Action
  /** In force where since <= now < expires, seconds since 1970 (UTC); ALWAYS and NEVER of contract/image.ts. */
  readonly since: number
  readonly expires: number
  readonly emergency: boolean
  readonly limit: Limit | null
  readonly reason: string | null
  /** Seconds since 1970, or null. */
  readonly review: number | null
}

export interface Exemption {
  readonly prefix: Prefixes
  /** Indices into Policy.blocks. */
  readonly blocks: readonly number[]
  /** null: every service of those blocks. */
  readonly service: Service | null
  /** Seconds since 1970 (UTC), NEVER of contract/image.ts without one. Over at or after it. */
  readonly expires: number
  readonly owner: string | null
  readonly reason: string | null
}

export type Overload = 'fail-open' | 'fail-closed'
export type Hook = 'forward' | 'prerouting'

export interface Policy {
  readonly timezone: string
  /** Interface names or patterns with a trailing `*`; empty: direction by prefixes alone. */
  readonly outside: readonly string[]
  readonly networks: readonly Network[]
  /** In policy order. */
  readonly blocks: readonly Block[]
  readonly exemptions: readonly Exemption[]
  readonly overload: Overload
  readonly hook: Hook
  /** Packets a second, of each version of IP, that observed blocks see at most. */
  readonly observeRate: number
}
