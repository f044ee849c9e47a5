// SPDX-License-Identifier: GPL-2.0-or-later
// What the kernel drops by itself, kept alive and counted: the dead man's switch is renewed while this process lives, and the kernel's counters
// are read back into the same totals as the workers', so that a number means the same wherever the packet died.

import { counterAt, createCounters, LOOSE_SPOOFED_INBOUND, looseAt, OUTCOME_DROP } from '../contract/counters.js'
import { SWITCH_SECONDS } from '../control/install/drops.js'
import type { Applied, DropCounts } from '../control/install/install.js'
import type { Prepared } from '../control/reload.js'
import type { Log } from '../observe/log.js'
import type { Counted, TotalsKeeper } from '../observe/totals.js'
import { Complaint } from './complaint.js'
import { patiently } from './patience.js'

/** Three in the time for which the switch holds: two may fail, or come late behind a large compilation. */
export const RENEW_MILLISECONDS = 0.3 * SWITCH_SECONDS * 1000

/** Runs a step when no change of policy is under way. */
type Enqueue = (step: () => Promise<void>) => Promise<void>

/** The part of the steering that this needs. */
export interface DroppingKernel {
  renew(): Promise<void>
  counts(): Promise<DropCounts>
}

export class KernelLedger {
  readonly #totals: TotalsKeeper
  readonly #log: Log
  /** Under the policy in force; null: the kernel decides nothing. */
  #counted: Counted | null = null
  #timer: NodeJS.Timeout | null = null
  #kernel: DroppingKernel | null = null
  #enqueue: Enqueue = (step) => step()
  readonly #complaint: Complaint
  /** A look that nobody asked for waits for its turn. */
  #isCounting = false
  /** What was said last of refused blocks: the next policy may meet the same. */
  #refusals = ''

  constructor(totals: TotalsKeeper, log: Log) {
    this.#totals = totals
    this.#log = log
    this.#complaint = new Complaint(log, 'drops-not-renewed')
  }

  /** The kernel has another plan, that of `prepared`. */
  changed({ refused, last }: Applied, { policy, compiled }: Prepared): void {
    if (this.#counted !== null) {
      this.#take(last)
      this.#totals.retire(this.#counted)
      this.#counted = null
    }
    this.#tellRefused(refused, policy)
    const dropping = compiled.drops.placed.filter(({ place }) => place === 'kernel')
    if (dropping.every(({ block }) => refused.some((each) => each.block === block))) return
    const blocks = policy.blocks.map(({ name, mode }) => ({ name, mode }))
    this.#counted = { blocks, counters: [createCounters(blocks.length)] }
    this.#totals.attach(this.#counted)
  }

  start(kernel: DroppingKernel, enqueue: Enqueue): void {
    this.#kernel = kernel
    this.#enqueue = enqueue
    this.#timer = setTimeout(() => void this.#look(kernel).then(() => this.#timer && this.start(kernel, enqueue)), RENEW_MILLISECONDS)
  }

  /** For who is about to read the totals: what the kernel has counted until now, unless a change of policy is under way for so long. */
  async refresh(): Promise<void> {
    const kernel = this.#kernel
    if (kernel === null || this.#counted === null) return
    await patiently(this.#count(kernel)).catch(() => {})
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  /**
   * Never throws. The switch does not wait for a change that is under way, which may take longer than it holds. If it lapses, the packets go
   * to the queues.
   */
  async #look(kernel: DroppingKernel): Promise<void> {
    if (this.#counted === null) return
    try {
      await kernel.renew()
      await this.#countUnasked(kernel)
      this.#complaint.settle()
    } catch (error) {
      this.#complaint.say(error)
    }
  }

  /** What was dropped since is lost where somebody takes the table away. */
  async #countUnasked(kernel: DroppingKernel): Promise<void> {
    if (this.#isCounting) return
    this.#isCounting = true
    await patiently(
      this.#count(kernel).finally(() => {
        this.#isCounting = false
      }),
    )
  }

  /** Counts belong to the plan that they were read under. */
  async #count(kernel: DroppingKernel): Promise<void> {
    await this.#enqueue(async () => {
      if (this.#counted === null) return
      this.#take(await kernel.counts())
    })
  }

  /** Once for each cause, with the blocks that it concerns; and not again after a reload that changes nothing about it. */
  #tellRefused(refused: Applied['refused'], { blocks }: Prepared['policy']): void {
    const byCause = new Map<string, string[]>()
    for (const { block, message } of refused) byCause.set(message, [...(byCause.get(message) ?? []), blocks[block]?.name ?? ''])
    const told = JSON.stringify([...byCause])
    if (told === this.#refusals) return
    this.#refusals = told
    for (const [detail, names] of byCause) this.#log.emit('placement-refused', { block: names.join(', '), detail })
  }

  #take({ drops, spoofed }: DropCounts): void {
    const { blocks, counters } = this.#counted as Counted
    const words = counters[0] as Float64Array
    for (const { block, reason, packets } of drops) words[counterAt(block, reason, OUTCOME_DROP)] = packets
    words[looseAt(blocks.length) + LOOSE_SPOOFED_INBOUND] = spoofed.packets
  }
}
