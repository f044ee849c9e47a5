// SPDX-License-Identifier: GPL-2.0-or-later
// Everything that the checks judge, as plain data: collectors fill it from the machine, tests from files. What could not be read is null, or
// the answer `unknown` with the reason; no check may take it for "no".

import type { Needs } from '../control/surroundings/fit.js'
import type { Surroundings } from '../control/surroundings/survey.js'

export interface Answer {
  readonly answer: 'yes' | 'no' | 'unknown'
  readonly because: string
}

export interface KernelFacts {
  readonly release: string
  /** The kernel hands packets to programs: nfnetlink_queue. */
  readonly queueing: Answer
  /** Which rules can lead to a queue: nft's own statement, or NFQUEUE of either iptables. */
  readonly rules: { readonly nft: Answer; readonly 'iptables-nft': Answer; readonly 'iptables-legacy': Answer }
  /** Needed with either iptables. */
  readonly ipset: Answer
  /** With the rules that would steer: the limit in front of what only observed blocks look at. */
  readonly observeLimit: Answer
}

export interface PrivilegeFacts {
  readonly user: number
  /** Effective CAP_NET_ADMIN and CAP_NET_RAW; null: not to be read. */
  readonly admin: boolean | null
  readonly raw: boolean | null
  /** Not inside a user namespace, where capabilities reach less far. */
  readonly initialNamespace: boolean | null
}

/** One of our queue numbers that somebody holds. */
export interface HeldQueue {
  readonly queue: number
  /** `process 4711`, or what is known instead. */
  readonly holder: string
  /** By its command line; null: it cannot be read. */
  readonly isIpxxb: boolean | null
}

export interface QueueFacts {
  /** Those that an appliance would bind, and those that rules of ours lead to. */
  readonly numbers: readonly number[]
  /** null: it cannot be told. */
  readonly held: readonly HeldQueue[] | null
}

export interface InterfaceFacts {
  readonly name: string
  /** As `ip link` calls it: veth, bridge, vlan, ppp, ...; empty: an ordinary card. */
  readonly kind: string
  /** virtio, pci, ...; empty: unknown. */
  readonly bus: string
  readonly up: boolean
  /** Of the bridge or bond that it is a port of. */
  readonly master: string | null
  /** rp_filter in force: the stricter of its own and that of `all`; null: not to be read. */
  readonly reversePath: number | null
  /** Offloads that are on, of those the checks know; null: ethtool is missing or was refused. */
  readonly offloads: readonly string[] | null
}

/** Single numbers of /proc/sys; null: not there, or not to be read. */
export interface SysctlFacts {
  readonly forward4: number | null
  readonly forward6: number | null
  readonly rmemMax: number | null
  readonly bridgeCall4: number | null
  readonly bridgeCall6: number | null
  readonly conntrackCount: number | null
  readonly conntrackMax: number | null
}

export interface PolicyFacts {
  readonly path: string
  /** Names and patterns with a trailing `*`. */
  readonly outside: readonly string[]
  readonly needs: Needs
  /** Dates that the clock decides about: since, expires, of blocks and exemptions. */
  readonly dated: boolean
}

/** Of the policy's blocks, those that the kernel is to decide. */
export interface PlacedFacts {
  readonly names: readonly string[]
  /** Those that this kernel, or this nft, does not take; null: nobody could try. */
  readonly refused: readonly RefusedFacts[] | null
}

export interface RefusedFacts {
  readonly name: string
  /** The policy says `placement: kernel`. */
  readonly demanded: boolean
  readonly why: string
}

/**
 * Of what the kernel drops by itself, whoever put it there. `nothing`: no table; `empty`: a table that drops nothing; `alive`, `lapsed`: the dead
 * man's switch holds, or not any more; `unguarded`: there is no switch, as under `overload: fail-closed`; `unread`: it could not be looked at.
 */
export type DropsInForce = 'nothing' | 'empty' | 'alive' | 'lapsed' | 'unguarded' | 'unread'

export interface DropsFacts {
  /** nft and the kernel take an example of such rules. */
  readonly able: Answer
  /** null: no policy was given. */
  readonly placed: PlacedFacts | null
  readonly inForce: DropsInForce
}

export interface Facts {
  readonly kernel: KernelFacts
  readonly drops: DropsFacts
  readonly node: string
  readonly addon: Answer
  readonly privileges: PrivilegeFacts
  readonly queues: QueueFacts
  readonly surroundings: Surroundings
  /** null: they could not be listed. */
  readonly interfaces: readonly InterfaceFacts[] | null
  readonly sysctls: SysctlFacts
  /** Whether the clock is synchronised. */
  readonly clock: Answer
  /** null: none was given. */
  readonly policy: PolicyFacts | null
}
