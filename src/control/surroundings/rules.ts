// SPDX-License-Identifier: GPL-2.0-or-later
// What the rules of others tell about the way of a packet: facts, in one form for nft and for both kinds of iptables. Types, and the one
// table that a kernel was asked for: which matches and targets bring connection tracking, and with it the putting together of fragments.

import type { AddressRange } from './ranges.js'

export type Source = 'nft' | 'iptables-nft' | 'iptables-legacy'

/** A chain that the kernel calls. */
export interface BaseChain {
  readonly source: Source
  /** As nft names it: ip, ip6, inet, bridge, netdev, arp. */
  readonly family: string
  readonly table: string
  readonly name: string
  readonly hook: string
  readonly priority: number
  readonly policy: 'accept' | 'drop'
  readonly rules: number
}

/** A rule that changes addresses. */
export interface Translation {
  readonly source: Source
  readonly family: 'ip' | 'ip6' | 'inet'
  /** Which address it changes. */
  readonly side: 'source' | 'destination'
  /** That address before, as the rule itself matches it; null: any. */
  readonly from: readonly AddressRange[] | null
  /** The same address after; empty: one of the router's own, or unchanged; null: any. */
  readonly to: readonly AddressRange[] | null
  /** For the operator to find it. */
  readonly place: string
}

export interface Flowtable {
  readonly family: string
  readonly table: string
  readonly name: string
  readonly devices: readonly string[]
}

/** Our jump in a built-in chain of iptables, and what comes after it there. */
export interface Jump {
  readonly source: Source
  readonly family: 'ip' | 'ip6'
  readonly chain: string
  /** Rules behind it. */
  readonly behind: number
  /** The first of them. */
  readonly next: string | null
}

/** A rule that leads to queues. */
export interface QueueRule {
  readonly source: Source
  /** A rule of ours, of any run. */
  readonly ours: boolean
  readonly first: number
  readonly last: number
  /** Packets pass while nobody serves the queue. */
  readonly bypass: boolean
  readonly place: string
}

export interface RuleFacts {
  readonly chains: readonly BaseChain[]
  readonly translations: readonly Translation[]
  readonly flowtables: readonly Flowtable[]
  readonly jumps: readonly Jump[]
  readonly queueRules: readonly QueueRule[]
  /** Something of ours is in it. */
  readonly ours: boolean
  /** Rules that make the kernel put fragments together, the first of each family. */
  readonly defragmenting: { readonly 4: string | null; readonly 6: string | null }
}

export const NO_FACTS: RuleFacts = {
  chains: [],
  translations: [],
  flowtables: [],
  jumps: [],
  queueRules: [],
  ours: false,
  defragmenting: { 4: null, 6: null },
}

/** Matches and targets of iptables that keep connection tracking, or defragmentation alone, switched on while a rule with them exists. */
export const TRACKING_EXTENSIONS: ReadonlySet<string> = new Set([
  ...['cluster', 'connbytes', 'connlabel', 'connlimit', 'connmark', 'conntrack', 'helper', 'socket', 'state'],
  ...['CLUSTERIP', 'CONNMARK', 'CONNSECMARK', 'SYNPROXY', 'TPROXY'],
  ...['DNAT', 'MASQUERADE', 'NETMAP', 'REDIRECT', 'SNAT'],
])

/** The same for keys of expressions and statements in nft's JSON. */
export const TRACKING_KEYS: ReadonlySet<string> = new Set([
  ...[
    'ct',
    'ct count',
    'ct expectation',
    'ct helper',
    'ct timeout',
    'dnat',
    'flow',
    'masquerade',
    'redirect',
    'snat',
    'synproxy',
    'tproxy',
  ],
])

/** Whose facts are of which IP version. nft's inet is both; bridge and netdev tables switch on neither. */
export const VERSIONS: Readonly<Record<string, readonly (4 | 6)[]>> = { ip: [4], ip6: [6], inet: [4, 6] }
