// SPDX-License-Identifier: GPL-2.0-or-later
// What the kernel dropped at each queue since the start, by cause. Its own counts begin anew with each socket, so the addon adds the last ones to the
// slab when it closes one (contract/batch.ts); while that goes on, a look may miss both. What is told never falls.

import { NATIVE_COUNTERS, nativeCounters } from '../contract/batch.js'
import type { KernelQueue } from './kernel-queues.js'

export interface Dropped {
  /** The queue was full. */
  readonly full: number
  /** The message found no room in the socket. */
  readonly user: number
}

export class DroppedKeeper {
  readonly #told = new Map<number, Dropped>()

  /** Of the queue `number`, whose slab is given, and what the kernel lists of it; null where the list was never seen to have it. */
  read(number: number, slab: SharedArrayBuffer, kernel: KernelQueue | null): Dropped | null {
    const before = this.#told.get(number)
    if (before === undefined && kernel === null) return null
    const closed = nativeCounters(slab)
    const sum = (index: number, living: number, told: number): number => Math.max(Number(closed[index]) + living, told)
    const dropped = {
      full: sum(NATIVE_COUNTERS.droppedFull, kernel?.dropped ?? 0, before?.full ?? 0),
      user: sum(NATIVE_COUNTERS.droppedUser, kernel?.userDropped ?? 0, before?.user ?? 0),
    }
    this.#told.set(number, dropped)
    return dropped
  }
}
