// SPDX-License-Identifier: GPL-2.0-or-later
// The data path as the main thread sees it: the workers, the policy that they serve, and what they have counted since the start.

import { NATIVE_COUNTERS, nativeCounters } from '../contract/batch.js'
import { createCounters } from '../contract/counters.js'
import type { QueueNumbers } from '../control/compile/steering.js'
import type { Prepared } from '../control/reload.js'
import type { Log } from '../observe/log.js'
import { type Counted, type Totals, TotalsKeeper } from '../observe/totals.js'
import { Pool, type QueueView } from '../worker/pool.js'
import { DroppedKeeper } from './dropped.js'
import type { OutsideInterfaces } from './outside.js'
import { queueSpecs } from './queues.js'

interface InForce {
  readonly prepared: Prepared
  readonly counted: Counted
}

export class DataPath {
  readonly dropped = new DroppedKeeper()
  readonly #queues: QueueNumbers
  readonly #processors: readonly number[]
  readonly #outside: OutsideInterfaces
  readonly #log: Log
  /** All that was counted since the start; the kernel's own drops go here too. */
  readonly keeper = new TotalsKeeper()
  readonly #asked = new Map<number, number>()
  #pool: Pool | null = null
  #inForce: InForce | null = null

  constructor(queues: QueueNumbers, processors: readonly number[], outside: OutsideInterfaces, log: Log) {
    this.#queues = queues
    this.#processors = processors
    this.#outside = outside
    this.#log = log
  }

  /** What the workers serve; null before the start. */
  get prepared(): Prepared | null {
    return this.#inForce?.prepared ?? null
  }

  get totals(): Totals {
    return this.keeper.read()
  }

  views(): QueueView[] {
    return this.#pool?.views() ?? []
  }

  /** Hands the workers a policy, starting them with the first. Resolves when all serve it; throws what Pool.start throws. */
  async publish(prepared: Prepared): Promise<void> {
    // An image is complete only with its interfaces.
    this.#outside.show(prepared)
    const counted = this.#countersFor(prepared)
    const old = this.#inForce
    if (old === null || this.#pool === null) await this.#start(prepared, counted)
    else {
      this.keeper.attach(counted)
      await this.#pool.publish(prepared.compiled.image, counted.counters)
      this.keeper.retire(old.counted)
    }
    this.#sayBuffers()
    this.#inForce = { prepared, counted }
  }

  /** Settles and drains every queue, and lets go of it. The steering must be empty by then. */
  async stop(): Promise<void> {
    await this.#pool?.stop()
    this.#pool = null
  }

  async killWorker(queue: number): Promise<void> {
    await this.#pool?.kill(queue)
  }

  async #start({ policy, compiled }: Prepared, counted: Counted): Promise<void> {
    const specs = queueSpecs(this.#queues, policy.overload, this.#processors)
    this.#pool = await Pool.start(specs, compiled.image, counted.counters, {
      workerDied: (queue, cause) => {
        const open = specs.find((spec) => spec.number === queue)?.failOpen
        this.#log.emit('worker-died', { queue, cause, overload: open ? 'fail-open' : 'fail-closed' })
      },
      workerReplaced: (queue) => this.#log.emit('worker-replaced', { queue }),
      cannotAnswer: (queue, code, detail) => this.#log.emit('rejects-unanswered', { queue, code, detail }),
      cannotPin: (queue, processor, cause) => this.#log.emit('worker-unpinned', { queue, processor, cause }),
    })
    this.keeper.attach(counted)
  }

  /** Once for each size that is asked for, which follows from the copy range. */
  #sayBuffers(): void {
    for (const { spec, slab, receiveBufferAsked } of this.views()) {
      if (this.#asked.get(spec.number) === receiveBufferAsked) continue
      this.#asked.set(spec.number, receiveBufferAsked)
      const granted = Number(nativeCounters(slab)[NATIVE_COUNTERS.receiveBuffer])
      if (granted < 2 * receiveBufferAsked) {
        this.#log.emit('receive-buffer-small', { queue: spec.number, asked: 2 * receiveBufferAsked, granted })
      }
    }
  }

  /** Fresh counters, one a queue, under the names of the policy's blocks. */
  #countersFor({ policy }: Prepared): Counted {
    return {
      blocks: policy.blocks.map(({ name, mode }) => ({ name, mode })),
      counters: queueSpecs(this.#queues, policy.overload).map(() => createCounters(policy.blocks.length)),
    }
  }
}
