// SPDX-License-Identifier: GPL-2.0-or-later
// What the kernel says of a process, a queue and the machine. Read from /proc by the harness on the sender's core, so that the consumer
// is not asked anything while it is measured.

import { readdirSync, readFileSync } from 'node:fs'

/** One row of /proc/net/netfilter/nfnetlink_queue. */
export interface QueueReading {
  /** Packets that wait for a verdict. */
  readonly waiting: number
  /** Lost because the queue was full; they took no id. */
  readonly queueDropped: number
  /** Lost because the receive buffer was full; they took an id. */
  readonly userDropped: number
  readonly idSequence: number
}

export function readQueue(queue: number): QueueReading | null {
  for (const line of readFileSync('/proc/net/netfilter/nfnetlink_queue', 'utf8').split('\n')) {
    const words = line.trim().split(/\s+/).map(Number)
    if (words[0] !== queue || words.length < 8) continue
    return { waiting: words[2] ?? 0, queueDropped: words[5] ?? 0, userDropped: words[6] ?? 0, idSequence: words[7] ?? 0 }
  }
  return null
}

/** Packets that the consumer settled between two readings, by the kernel's own count. Ids are 32 bits wide. */
export function settledBetween(first: QueueReading, last: QueueReading): number {
  return ((last.idSequence - first.idSequence) >>> 0) - (last.userDropped - first.userDropped) - (last.waiting - first.waiting)
}

/** CPU time that all threads of a process have used, in nanoseconds, as the scheduler counts it (not in ticks of 10 ms). */
export function cpuNanoseconds(pid: number): number {
  let sum = 0
  for (const thread of readdirSync(`/proc/${pid}/task`))
    sum += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0])
  return sum
}

/** CPU time of the programs that a process started and that have ended, in nanoseconds; told in two numbers of whole ticks. */
export function endedChildrenNanoseconds(pid: number): number {
  // Behind the name, which may hold anything: state is field 3, cutime and cstime are 16 and 17 (proc(5)).
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
  return (Number(fields[13]) + Number(fields[14])) * TICK_NANOSECONDS
}

export interface MachineReading {
  readonly busyTicks: number
  readonly stolenTicks: number
}

/** Busy time of all cores, softirqs included, in ticks of USER_HZ (10 ms on every Linux of today). */
export function readMachine(): MachineReading {
  const words = (readFileSync('/proc/stat', 'utf8').split('\n')[0] as string).trim().split(/\s+/).slice(1).map(Number)
  const [user = 0, nice = 0, system = 0, , , interrupt = 0, soft = 0, stolen = 0] = words
  return { busyTicks: user + nice + system + interrupt + soft, stolenTicks: stolen }
}

export const TICK_NANOSECONDS = 10_000_000
