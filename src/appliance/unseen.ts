// SPDX-License-Identifier: GPL-2.0-or-later
// What observed blocks did not get to see, because the kernel's rate limit let it pass: read back from the kernel, and told when it begins. Where
// packets pass unseen, what is counted as `would` is not all.

import type { Log } from '../observe/log.js'
import { patiently } from './patience.js'

/** Between one look and the next. What somebody takes away with our rules in between is not counted. */
export const LOOK_MILLISECONDS = 10_000

/** The part of the steering that this needs. */
export interface LimitingKernel {
  unseen(): Promise<number | null>
}

export class UnseenLedger {
  readonly #log: Log
  #packets = 0
  /** At the last look, and whether it had grown by then. */
  #looked = { packets: 0, hasGrown: false }
  #isUnlimited = false
  #timer: NodeJS.Timeout | null = null
  #read: (() => Promise<void>) | null = null

  constructor(log: Log) {
    this.#log = log
  }

  /** Since the start, as far as it was read. */
  get packets(): number {
    return this.#packets
  }

  /** `enqueue` runs a step when no change of policy is under way. Looks at once, and then again and again. */
  start(kernel: LimitingKernel, enqueue: (step: () => Promise<void>) => Promise<void>): void {
    this.#read = () => enqueue(async () => this.#take(await kernel.unseen()))
    this.#timer = setInterval(() => void this.#look(), LOOK_MILLISECONDS)
    void this.#look()
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    this.#read = null
  }

  /** For who is about to read `packets`. Never throws: whether the rules can be read at all, the guard tells. */
  async refresh(): Promise<void> {
    if (this.#read !== null) await patiently(this.#read()).catch(() => {})
  }

  async #look(): Promise<void> {
    await this.#read?.().catch(() => {})
    const packets = this.#packets - this.#looked.packets
    const hasGrown = packets > 0
    // A flood is told once, when it begins.
    if (hasGrown && !this.#looked.hasGrown) this.#log.emit('observe-unseen', { packets })
    this.#looked = { packets: this.#packets, hasGrown }
  }

  #take(packets: number | null): void {
    if (packets !== null) this.#packets = packets
    else if (!this.#isUnlimited) {
      this.#isUnlimited = true
      this.#log.emit('observe-unlimited', {})
    }
  }
}
