// SPDX-License-Identifier: GPL-2.0-or-later
// Waiting for what other programs do: by looking again, since none of them tells us. On a slow machine (a kernel under emulation) every
// limit is too short by the same factor, so that there is one factor for all of them.

import { setTimeout as sleep } from 'node:timers/promises'
import { OperationalError } from '../errors.js'

const LOOK_EVERY_MILLISECONDS = 25

let patience = 1

/** Once, at the start of a lab. */
export function setPatience(factor: number): void {
  patience = factor
}

/** A time limit as long as this machine needs it. */
export const patiently = (milliseconds: number): number => milliseconds * patience

/** Looks until `look` finds something. After `limitMilliseconds`, patiently, throws LAB_FAILED with what `complaint` says then. */
export async function until<Found>(
  look: () => Promise<Found | undefined> | Found | undefined,
  limitMilliseconds: number,
  complaint: () => string,
): Promise<Found> {
  const deadline = performance.now() + patiently(limitMilliseconds)
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (performance.now() > deadline) throw new OperationalError('LAB_FAILED', complaint())
    await sleep(LOOK_EVERY_MILLISECONDS)
  }
}
