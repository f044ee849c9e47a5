// SPDX-License-Identifier: GPL-2.0-or-later
// Waiting for what other programs do: by looking again, since none of them tells us.

import { setTimeout as sleep } from 'node:timers/promises'
import { OperationalError } from '../errors.js'

const LOOK_EVERY_MILLISECONDS = 25

/** Looks until `look` finds something. After `patienceMilliseconds` throws LAB_FAILED with what `complaint` says then. */
export async function until<Found>(
  look: () => Promise<Found | undefined> | Found | undefined,
  patienceMilliseconds: number,
  complaint: () => string,
): Promise<Found> {
  const deadline = performance.now() + patienceMilliseconds
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (performance.now() > deadline) throw new OperationalError('LAB_FAILED', complaint())
    await sleep(LOOK_EVERY_MILLISECONDS)
  }
}
