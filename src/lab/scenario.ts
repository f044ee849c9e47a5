// SPDX-License-Identifier: GPL-2.0-or-later
// What a scenario is: a network, the programs in it, phases (each with a policy, or with no filter at all), and rows that are measured in
// every phase. A row says beforehand what must come out; a phase changes only the policy.

import type { Lab } from './running-lab.js'
import type { Topology } from './topology.js'

export interface Phase {
  readonly name: string
  readonly title: string
  /** The policy file of this phase; null: the appliance does not run. */
  readonly policy: string | null
  /** What the policy does with the packets that its block covers. */
  readonly does: 'nothing' | 'observes' | 'drops' | 'rejects'
}

export interface Outcome {
  /** Packets sent, as the kernel of the sending host counted them. */
  readonly sent: number
  /** Everything that was measured, by name. */
  readonly values: Readonly<Record<string, number>>
  /** The measurement in one line, for people. */
  readonly text: string
  /** The same in one or two words, for the closing summary. */
  readonly short: string
  /** What should have held and did not; empty: the row passed. */
  readonly objections: readonly string[]
}

export interface Row {
  readonly name: string
  readonly title: string
  /** What must come out in this phase, for people. */
  expectation(phase: Phase): string
  measure(lab: Lab, phase: Phase): Promise<Outcome>
}

export interface Scenario {
  readonly name: string
  readonly title: string
  /** What happens and why, and a picture of the network. */
  readonly story: string
  /** What the rows have shown, where all of them passed. */
  readonly moral: string
  readonly topology: Topology
  /** The host that the appliance runs on. */
  readonly router: string
  readonly phases: readonly Phase[]
  readonly rows: readonly Row[]
  /** Starts the programs and returns when all of them serve. */
  stage(lab: Lab): Promise<void>
}
