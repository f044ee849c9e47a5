// SPDX-License-Identifier: GPL-2.0-or-later
// What a scenario's network is made of, as data. Hosts are network namespaces; a link is a veth pair with addresses at each end.

/** One name of a kernel counter and the packets that it counts, as an nft match. */
export interface Counter {
  readonly name: string
  readonly hook: 'input' | 'output'
  readonly match: string
}

export interface HostPlan {
  readonly name: string
  /** What the host is, for people. */
  readonly role: string
  readonly forwards?: boolean
  /** Addresses that the host owns without an interface to the world: an attacker puts those of others here. */
  readonly owns?: readonly string[]
  readonly counters?: readonly Counter[]
}

export interface LinkEnd {
  readonly host: string
  readonly interface: string
  /** At most one of each family, with prefix length; the other end has the same families. */
  readonly addresses: readonly string[]
  /** Prefixes that the host reaches over this link; `default` for everything else, in each family of the link. */
  readonly routes?: readonly string[]
}

export type LinkPlan = readonly [LinkEnd, LinkEnd]

export interface Topology {
  readonly hosts: readonly HostPlan[]
  readonly links: readonly LinkPlan[]
}
