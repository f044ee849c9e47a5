// SPDX-License-Identifier: GPL-2.0-or-later
// Whether a queue of this network namespace, ours or another program's, holds a packet: the kernel drops them all when a base chain goes.

import { readFileSync } from 'node:fs'

const LIST = '/proc/net/netfilter/nfnetlink_queue'
/** Column of the packets that wait for a verdict, behind queue number and owner. */
const WAITING = 2

/** Where the kernel's list cannot be read, true: to leave an empty chain behind costs nothing. */
export function isPacketQueued(path: string = LIST): boolean {
  try {
    const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean)
    return lines.some((line) => line.trim().split(/\s+/)[WAITING] !== '0')
  } catch (error) {
    // Without the kernel's module there is no queue.
    return (error as NodeJS.ErrnoException).code !== 'ENOENT'
  }
}
