// SPDX-License-Identifier: GPL-2.0-or-later
// One flood through a router that somebody guards: the appliance, with the kernel's drops or without, or a few rules of nft written by hand.
// Measured is the whole process, the programs that it starts included, and everything that was sent is accounted for.

import { mkdtempSync, writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { QUEUE, startAppliance } from './consumers.js'
import { drained } from './load.js'
import { customersFile, floodPolicyText } from './policies.js'
import {
  cpuNanoseconds,
  endedChildrenNanoseconds,
  type QueueReading,
  readMachine,
  readQueue,
  settledBetween,
  TICK_NANOSECONDS,
} from './readings.js'
import { startSender, stopSender } from './sending.js'
import { feed, OUTSIDE, receivedOutside, run, takeArrivals } from './topology.js'

export type Guard = 'auto' | 'userspace' | 'by-hand'
type Overload = 'fail-open' | 'fail-closed'

const SPARE_SECONDS = 5
/** Behind the last packet, for what is on its way to the sink. */
const SETTLE_MILLISECONDS = 50
const NO_QUEUE: QueueReading = { waiting: 0, queueDropped: 0, userDropped: 0, idSequence: 0 }

export interface Guarded {
  readonly guard: Guard
  readonly overload: Overload
  /** Of the appliance; null: there is none. */
  readonly pid: number | null
  stop(): Promise<void>
}

export interface Flood {
  /** Packets a second of each sender, or 0: as fast as its core can. */
  readonly rate: number
  /** A sender on each. */
  readonly cores: readonly number[]
  readonly warmUpMilliseconds: number
  readonly windowMilliseconds: number
}

export interface FloodMeasurement {
  /** Within the window; the CPU times too. */
  readonly packetsPerSecond: number
  readonly settledPerSecond: number
  /** Of all threads of the appliance. */
  readonly threadShare: number
  /** Of the programs that it started and that ended. Counted in ticks of 10 ms. */
  readonly childShare: number
  /** Both, by packet of the flood. */
  readonly nanosecondsPerPacket: number
  /** Busy time of all cores, senders included, by packet of the flood. */
  readonly machineNanosecondsPerPacket: number
  /** Of the machine's time, what the hypervisor took. */
  readonly stolenShare: number
  readonly sent: number
  readonly replies: number
  readonly deliveredReplies: number
  /** Queries that came through: a full queue lets them under fail-open. */
  readonly deliveredQueries: number
  /** At a full queue or a full receive buffer. */
  readonly lost: number
  /** Empty for a valid measurement. */
  readonly problems: readonly string[]
}

const folder = () => mkdtempSync('/run/bench-')

/** Puts the guard in place. What the one before left is gone. */
export async function startGuard(guard: Guard, overload: Overload): Promise<Guarded> {
  // Base chains that are left behind cost a little: nobody inherits them.
  run('nft', 'flush', 'ruleset')
  if (guard === 'by-hand') {
    feed(byHand(), 'nft', '-f', '-')
    return { guard, overload, pid: null, stop: async () => {} }
  }
  const files = folder()
  writeFileSync(`${files}/customers.txt`, customersFile())
  writeFileSync(`${files}/policy.yaml`, floodPolicyText(OUTSIDE, guard, overload))
  const appliance = await startAppliance({ policy: `${files}/policy.yaml` })
  return { guard, overload, pid: appliance.pid, stop: () => appliance.stop() }
}

/** What an operator would write against queries from outside: the bit that tells them from responses, and the customers. */
function byHand(): string {
  const customers = customersFile()
    .split('\n')
    .filter((line) => line.includes('.'))
  return `table inet by-hand {
  set customers { type ipv4_addr; flags interval; elements = { ${customers.join(', ')} } }
  chain forward {
    type filter hook forward priority filter; policy accept;
    iifname "${OUTSIDE}" udp dport 53 ip daddr @customers @th,80,1 0 drop
  }
}
`
}

/** Floods the guard with the frames that were written, and measures in the middle. */
export async function measureFlood(guarded: Guarded, flood: Flood): Promise<FloodMeasurement> {
  takeArrivals()
  const before = readAll(guarded)
  const seconds = (flood.warmUpMilliseconds + flood.windowMilliseconds) / 1000 + SPARE_SECONDS
  const senders = flood.cores.map((core) => startSender(flood.rate, seconds, core))
  await pause(flood.warmUpMilliseconds)
  const first = readAll(guarded)
  await pause(flood.windowMilliseconds)
  const last = readAll(guarded)
  const ends = await Promise.all(senders.map(stopSender))
  await pause(SETTLE_MILLISECONDS)
  if (guarded.pid !== null) await drained()
  const after = readAll(guarded)
  const arrived = takeArrivals()

  const sent = ends.reduce((sum, end) => sum + end.sent, 0)
  const replies = ends.reduce((sum, end) => sum + end.living, 0)
  const settled = settledBetween(before.queue, after.queue)
  const lost = after.queue.queueDropped - before.queue.queueDropped + (after.queue.userDropped - before.queue.userDropped)
  const received = after.received - before.received
  const mayLeak = guarded.guard === 'userspace' && guarded.overload === 'fail-open'
  const problems: string[] = []
  const check = (good: boolean, problem: string) => good || problems.push(problem)
  check(received === sent, `${sent} sent, ${received} received`)
  check(arrived.others === 0, `${arrived.others} others arrived at the sink`)
  check(mayLeak || arrived.requests === 0, `${arrived.requests} queries arrived at the sink`)
  // What the kernel drops by itself never takes an id of the queue, and the replies do.
  if (guarded.guard === 'auto') check(settled + lost === replies, `${replies} replies sent, ${settled} settled, ${lost} lost`)
  if (guarded.guard === 'userspace' && !mayLeak) check(settled + lost === sent, `${sent} sent, ${settled} settled, ${lost} lost`)

  const packets = last.received - first.received
  const elapsed = Number(last.time - first.time)
  const [threads, children] = [last.threads - first.threads, last.children - first.children]
  const ticks = (key: 'busyTicks' | 'stolenTicks') => (last.machine[key] - first.machine[key]) * TICK_NANOSECONDS
  return {
    packetsPerSecond: (packets * 1e9) / elapsed,
    settledPerSecond: (settledBetween(first.queue, last.queue) * 1e9) / elapsed,
    threadShare: threads / elapsed,
    childShare: children / elapsed,
    nanosecondsPerPacket: (threads + children) / packets,
    machineNanosecondsPerPacket: ticks('busyTicks') / packets,
    stolenShare: ticks('stolenTicks') / elapsed,
    sent,
    replies,
    deliveredReplies: arrived.replies,
    deliveredQueries: arrived.requests,
    lost,
    problems,
  }
}

function readAll({ pid }: Guarded) {
  return {
    time: process.hrtime.bigint(),
    threads: pid === null ? 0 : cpuNanoseconds(pid),
    children: pid === null ? 0 : endedChildrenNanoseconds(pid),
    queue: readQueue(QUEUE) ?? NO_QUEUE,
    received: receivedOutside(),
    machine: readMachine(),
  }
}
