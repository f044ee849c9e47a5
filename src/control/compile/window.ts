// SPDX-License-Identifier: GPL-2.0-or-later
// The span of time for which a compilation holds. The engine itself compares the dates of blocks with each batch's clock, but three things are
// settled when a policy is compiled: which exemptions hold, which blocks the steering still asks packets for, and which the kernel decides. Outside the span the
// policy must be compiled again; before it as well as after it, because clocks are set back: a router that starts with a dead battery in
// 2099 would else leave out every block that ever expires, and not take it in again once its clock was right.

import { ALWAYS, NEVER } from '../../contract/image.js'
import type { Policy } from '../policy/policy.js'

export interface Window {
  /** Seconds since 1970: what was left out at compilation is over only from here on; ALWAYS where nothing was left out. */
  readonly lastChange: number
  /** When the next exemption or block is over: seconds since 1970, or NEVER. */
  readonly nextChange: number
}

/** The span around `now` in which no exemption and no block of `policy` runs out; nor any block begins, where the kernel may decide some. */
export function windowAt({ blocks, exemptions }: Policy, now: number): Window {
  let [lastChange, nextChange]: [number, number] = [ALWAYS, NEVER]
  // One that begins in userspace can stand before one in the kernel, and then the kernel may no longer decide.
  const isPlaced = blocks.some(({ placement }) => placement !== 'userspace')
  const begins = blocks.flatMap(({ since }) => (!isPlaced || since === ALWAYS ? [] : since))
  const ends = [...blocks, ...exemptions].flatMap(({ expires }) => (expires === NEVER ? [] : expires))
  for (const moment of [...begins, ...ends]) {
    if (moment <= now) lastChange = Math.max(lastChange, moment)
    else nextChange = Math.min(nextChange, moment)
  }
  return { lastChange, nextChange }
}

export const isWithin = ({ lastChange, nextChange }: Window, now: number): boolean => lastChange <= now && now < nextChange
