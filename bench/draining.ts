// SPDX-License-Identifier: GPL-2.0-or-later
// Fill, then drain: the consumer stands still while the sender fills its queues, and the sender is gone while the consumer empties them. So both
// cores are the consumer's, on a machine that has no third one to send from. What is timed is the kernel's own: when the first and the last of
// the packets that live came out behind the router (reference/drain.c).

import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { type Consumer, QUEUE } from './consumers.js'
import type { Program } from './program.js'
import { type QueueReading, readQueue, settledBetween } from './readings.js'
import { sendPackets } from './sending.js'

const STOP_MILLISECONDS = 1000

export interface Drain {
  readonly packetsPerSecond: number
  /** From going on until the first packet was out: waking up. */
  readonly nanosecondsUntilFirst: number
  /** Of that time, how long one of its workers was ready to go on and another program had the core. */
  readonly waitedShare: number
  /** How many had to come out. */
  readonly living: number
  /** Empty for a valid measurement. */
  readonly problems: readonly string[]
}

/** Fills the first `queues` queues of the stopped consumer with `packets` in all, lets it go on, and times how fast it empties them. */
export async function fillAndDrain(consumer: Consumer, queues: number, packets: number, core: number, drain: Program): Promise<Drain> {
  const before = readAll(queues)
  const { sent, living, full, threads, answer } = await whileStopped(consumer, async () => ({
    ...sendPackets(packets, core),
    full: readAll(queues),
    threads: readThreads(consumer),
    answer: await drain.ask(consumer.pids.join(' ')),
  }))
  const waitedNanoseconds = waitedBetween(threads, readThreads(consumer), queues)
  const after = readAll(queues)
  const { seen, nanoseconds, untilFirst } = JSON.parse(answer) as { seen: number; nanoseconds: number; untilFirst: number }

  const waited = sum(full.map(({ waiting }) => waiting))
  const settled = sum(after.map((reading, index) => settledBetween(before[index] as QueueReading, reading)))
  const problems: string[] = []
  const check = (good: boolean, problem: string) => good || problems.push(problem)
  check(sent === packets && waited === sent, `${sent} sent, ${waited} waited for the consumer`)
  check(settled === sent, `${sent} sent, ${settled} settled`)
  check(seen > 1, `${seen} packets came out to be timed`)
  return {
    packetsPerSecond: (settled * 1e9) / nanoseconds,
    nanosecondsUntilFirst: untilFirst,
    waitedShare: waitedNanoseconds / nanoseconds,
    living,
    problems,
  }
}

/** Does something once no thread of the consumer runs any more. Afterwards it goes on, whatever failed: who stands still cannot be ended. */
async function whileStopped<Result>({ pids }: Consumer, act: () => Promise<Result>): Promise<Result> {
  for (const pid of pids) process.kill(pid, 'SIGSTOP')
  try {
    for (let waited = 0; !pids.every(stands); waited++) {
      if (waited === STOP_MILLISECONDS) throw new Error('the consumer cannot be stopped')
      await pause(1)
    }
    return await act()
  } finally {
    for (const pid of pids) process.kill(pid, 'SIGCONT')
  }
}

/** Whether each thread's state, which stands behind its name in brackets, is T. */
function stands(pid: number): boolean {
  const folder = `/proc/${pid}/task`
  return readdirSync(folder).every((thread) => /\) T [^)]*$/.test(readFileSync(`${folder}/${thread}/stat`, 'utf8').trim()))
}

interface ThreadReading {
  readonly ran: number
  readonly waited: number
}

/** Nanoseconds that each thread ran, and that it waited for a core. */
function readThreads({ pids }: Consumer): Map<string, ThreadReading> {
  const folders = pids.flatMap((pid) => readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}`))
  return new Map(
    folders.map((folder) => {
      const [ran = 0, waited = 0] = readFileSync(`${folder}/schedstat`, 'utf8').split(' ').map(Number)
      return [folder, { ran, waited }]
    }),
  )
}

/** How long the one that waited longest of the `workers` threads with the most CPU time did. */
function waitedBetween(before: Map<string, ThreadReading>, after: Map<string, ThreadReading>, workers: number): number {
  const spent = [...after].map(([thread, { ran, waited }]) => {
    const first = before.get(thread)
    return { ran: ran - (first?.ran ?? 0), waited: waited - (first?.waited ?? 0) }
  })
  const busiest = spent.sort((a, b) => b.ran - a.ran).slice(0, workers)
  return Math.max(...busiest.map(({ waited }) => waited))
}

function readAll(queues: number): QueueReading[] {
  return Array.from({ length: queues }, (_, index) => {
    const reading = readQueue(QUEUE + index)
    if (reading === null) throw new Error(`queue ${QUEUE + index} is gone`)
    return reading
  })
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)

/** What a second core adds where nothing is shared: the rate of a loop on both cores by the mean of its rates on either alone. */
export function scalingOfCores(cores: string, milliseconds: number): number {
  const answer = execFileSync(cores, ['0', '1', String(milliseconds)], { encoding: 'utf8' })
  const { first, second, together } = JSON.parse(answer) as { first: number; second: number; together: number }
  return (2 * together) / (first + second)
}
