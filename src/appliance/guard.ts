// SPDX-License-Identifier: GPL-2.0-or-later
// Keeps the steering in force: `nft flush ruleset` (which Debian's nftables.service does when it starts) or a firewall script that begins from
// nothing takes our rules with it, and from then on every packet passes. Looking costs microseconds while nobody changes a rule.

import type { Steering } from '../control/install/install.js'
import type { Log } from '../observe/log.js'
import { Complaint } from './complaint.js'

/**
 * Between one look and the next: with the time that putting them back takes, rules are missing for less than a second. Where nothing tells of a
 * change (iptables-legacy, ipset), the steering itself looks only once a second.
 */
export const LOOK_MILLISECONDS = 250

export interface Reinstalls {
  readonly done: number
  readonly failed: number
}

export class SteeringGuard {
  readonly #steering: Steering
  readonly #log: Log
  /** Runs a step when no change of policy is under way: between widen and narrow the rules are nobody's to judge. */
  readonly #enqueue: (step: () => Promise<void>) => Promise<void>
  #timer: NodeJS.Timeout | null = null
  #inForce = true
  #reinstalls = { done: 0, failed: 0 }
  readonly #complaint: Complaint

  constructor(steering: Steering, log: Log, enqueue: (step: () => Promise<void>) => Promise<void>) {
    this.#steering = steering
    this.#log = log
    this.#complaint = new Complaint(log, 'steering-failed')
    this.#enqueue = enqueue
  }

  get isInForce(): boolean {
    return this.#inForce
  }

  get reinstalls(): Reinstalls {
    return this.#reinstalls
  }

  start(): void {
    this.#timer = setTimeout(() => void this.#enqueue(() => this.#look()).then(() => this.#timer && this.start()), LOOK_MILLISECONDS)
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  /** Never throws: what fails now is tried again at the next look. */
  async #look(): Promise<void> {
    if (this.#timer === null) return
    const wasInForce = this.#inForce
    try {
      this.#inForce = await this.#steering.isInForce()
      if (this.#inForce) return
      if (wasInForce) this.#log.emit('steering-lost', {})
      await this.#putBack()
    } catch (error) {
      this.#reinstalls.failed++
      this.#complaint.say(error)
    }
  }

  async #putBack(): Promise<void> {
    const begun = Date.now()
    await this.#steering.reinstall()
    this.#inForce = true
    this.#reinstalls.done++
    this.#complaint.settle()
    this.#log.emit('steering-reinstalled', { milliseconds: Date.now() - begun })
  }
}
