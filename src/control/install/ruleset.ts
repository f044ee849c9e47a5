// SPDX-License-Identifier: GPL-2.0-or-later
// One way to have rules in the kernel. Each knows its own rule set and touches nothing in it that is not ours; install.ts decides what is to be
// in force, and nothing here remembers that.

import type { Hook } from './iptables.js'
import type { Layer } from './layers.js'

/** In the order in which they are tried: nft's own queue, and iptables over nf_tables or over the old interface. */
export const BACKENDS = ['nft', 'iptables-nft', 'iptables-legacy'] as const
export type Backend = (typeof BACKENDS)[number]

export interface Ruleset {
  readonly backend: Backend
  /** Queue numbers that rules of ours lead to, of any run. Empty where the rule set cannot be read. */
  queues(): Promise<readonly number[]>
  /** Names of the kernel sets of ours that are there, of any run. Throws NO_IPSET, NO_PRIVILEGE or STEERING_FAILED. */
  setNames(): Promise<readonly string[]>
  /**
   * Makes the rules and sets of ours those of `layers` (at least one), at the hook of the last. `anew`: what is there is not trusted. Throws
   * STEERING_FAILED; then with nft all is as before, with iptables perhaps one family is changed.
   */
  apply(layers: readonly Layer[], anew: boolean): Promise<void>
  /** No rule of ours queues any more; what the packets in the queues need stays. Throws STEERING_FAILED. */
  empty(): Promise<void>
  /** Takes away all that is ours, of any run, but what belongs to the hook `kept`. Throws STEERING_FAILED. */
  remove(kept: Hook | null): Promise<void>
  /** Destroys what starts that were killed on their way have left: sets of ours that no rule refers to. Throws as setNames, or STEERING_FAILED. */
  removeOrphans(): Promise<void>
  /** Destroys the sets of ours that no layer has. Throws STEERING_FAILED for one that somebody else's rule holds. */
  removeSets(layers: readonly Layer[]): Promise<void>
  /**
   * Packets that only observed blocks look at, and that passed unseen, since the first `apply`; null: this kernel has no limit, and none did.
   * Throws STEERING_FAILED.
   */
  unseen(): Promise<number | null>
  /** Whether the rules are as `apply` left them. */
  hasRules(layers: readonly Layer[]): Promise<boolean>
  /** Whether the sets are as `apply` left them. */
  hasSets(layers: readonly Layer[]): Promise<boolean>
}
