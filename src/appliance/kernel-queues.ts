// SPDX-License-Identifier: GPL-2.0-or-later
// What the kernel says of the queues of this network namespace, ours and others'.

import { readFileSync } from 'node:fs'

export interface KernelQueue {
  /** Packets that wait for a verdict. */
  readonly waiting: number
  /** Dropped because the queue was full. */
  readonly dropped: number
  /** Dropped because the message could not be delivered. */
  readonly userDropped: number
}

/** Lines of /proc/net/netfilter/nfnetlink_queue: queue, port id, waiting, copy mode, copy range, dropped, user dropped, last id, 1. */
export function parseKernelQueues(text: string): Map<number, KernelQueue> {
  const queues = new Map<number, KernelQueue>()
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    const [queue = 0, , waiting = 0, , , dropped = 0, userDropped = 0] = line.trim().split(/\s+/).map(Number)
    queues.set(queue, { waiting, dropped, userDropped })
  }
  return queues
}

/** By queue number. Empty where it cannot be read, as in an ordinary user's namespace: then the metrics of the kernel's side are absent. */
export function readKernelQueues(): Map<number, KernelQueue> {
  try {
    return parseKernelQueues(readFileSync('/proc/net/netfilter/nfnetlink_queue', 'utf8'))
  } catch {
    return new Map()
  }
}
