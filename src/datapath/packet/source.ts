// SPDX-License-Identifier: GPL-2.0-or-later
// The swappable end of the data path: where packets come from and verdicts go. nfqueue.ts is the kernel, loopback.ts memory, faulty.ts
// wraps any of them; the engine cannot tell them apart.

import type { Batch } from '../../contract/batch.js'

export interface PacketSource {
  /** The slab that every exchange() fills and reads. */
  readonly batch: Batch
  /**
   * Settles the packets of the last call with the verdict columns, then receives the next batch.
   * Returns the number of packets in the batch; 0 when `waitMilliseconds` passed, or somebody woke the source, without one.
   * 0 milliseconds: do not wait. Verdicts always leave before it waits.
   * Throws OperationalError only where the source itself is gone; never for what a packet holds.
   */
  exchange(waitMilliseconds: number): number
  /** Settles what is owed and lets go of the source. A second call does nothing. */
  close(): void
}
