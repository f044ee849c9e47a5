// SPDX-License-Identifier: GPL-2.0-or-later
// The machine as the collectors see it, so that tests can be another one. Nothing here changes anything; the one exception is said at
// `probeQueue`.

import { existsSync, readFileSync } from 'node:fs'
import { release } from 'node:os'
import { type Run, run } from '../control/install/run.js'
import { loadAddon } from '../datapath/packet/native.js'
import { holderOf } from '../datapath/packet/nfqueue.js'

export interface Machine {
  readonly run: Run
  /** null: not there, or not to be read. */
  readFile(path: string): string | null
  exists(path: string): boolean
  /** Of the kernel. */
  readonly release: string
  /** `v20.20.2` */
  readonly node: string
  readonly user: number
  /** Throws NO_ADDON. */
  loadAddon(): void
  /**
   * Who holds the queue, in words; null: nobody. Throws what openNfqueue does. A queue that nobody holds is bound for a moment, and a packet
   * that comes just then passes: ask only about queues that are known to be held, or where the kernel does not list them.
   */
  probeQueue(queue: number): string | null
}

export const THIS_MACHINE: Machine = {
  run,
  readFile(path) {
    try {
      return readFileSync(path, 'utf8')
    } catch {
      return null
    }
  },
  exists: existsSync,
  release: release(),
  node: process.version,
  user: process.getuid?.() ?? 0,
  loadAddon,
  probeQueue: holderOf,
}
