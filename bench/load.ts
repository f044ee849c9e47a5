// SPDX-License-Identifier: GPL-2.0-or-later
// One load on one consumer: send, let it settle in, measure in the middle, stop, let the queue run empty, and check that everything that
// was sent is accounted for. A measurement that does not add up is none.

import { execFile } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { QUEUE } from './consumers.js'
import { cpuNanoseconds, type QueueReading, readMachine, readQueue, settledBetween, TICK_NANOSECONDS } from './readings.js'
import { PROJECT } from './record.js'
import { startSender, stopSender } from './sending.js'
import { receivedOutside, takeArrivals } from './topology.js'

const SPARE_SECONDS = 10
/** In no step with the scheduler's tick or the gathering pause. */
const SAMPLE_NANOSECONDS = 97_000
const DRAIN_MILLISECONDS = 3000
const DRAIN_STEP_MILLISECONDS = 50
/** For a sender to begin, and for a consumer to get its turn: both together less than what the sender has to spare. */
const PATIENCE_MILLISECONDS = 4000
const PATIENCE_STEP_MILLISECONDS = 5

export interface LoadOptions {
  /** Packets a second, or 0: as fast as the sender's core can. */
  readonly rate: number
  readonly warmUpMilliseconds: number
  readonly windowMilliseconds: number
  /** How long where the CPU time goes is sampled, after the window, since sampling costs something itself. */
  readonly samplingMilliseconds: number
  /** What share of the packets must die. */
  readonly dropShare: number
  /** How far the share of drops may lie from that: what a full queue loses comes in bursts, so the rest is a sample. */
  readonly shareTolerance: number
}

export interface Measurement {
  /** CPU time of all threads of the consumer, by packet settled. */
  readonly nanosecondsPerPacket: number
  /** Of that, in its own code; the rest is the kernel's. NaN where the kernel lets nobody sample, or nothing was. */
  readonly ownNanosecondsPerPacket: number
  /** Busy time of all cores, sender included, by packet settled. */
  readonly machineNanosecondsPerPacket: number
  readonly packetsPerSecond: number
  /** Of its core: 1 is saturated. */
  readonly coreShare: number
  /** Of the machine's time, what the hypervisor took: rounds with much of it say little. */
  readonly stolenShare: number
  readonly sent: number
  readonly settled: number
  readonly lost: number
  readonly dropShare: number
  /** Empty for a valid measurement. */
  readonly problems: readonly string[]
}

/** Loads the consumer `pid`, which serves QUEUE, and measures it. */
export async function measure(pid: number, options: LoadOptions): Promise<Measurement> {
  takeArrivals()
  const before = { queue: queueNow(), received: receivedOutside() }
  const seconds = (options.warmUpMilliseconds + options.windowMilliseconds + options.samplingMilliseconds) / 1000 + SPARE_SECONDS
  const sender = startSender(options.rate, seconds)
  await until(() => receivedOutside() > before.received)
  await pause(options.warmUpMilliseconds)
  const first = readAll(pid)
  await pause(options.windowMilliseconds)
  await until(() => settledBetween(first.queue, queueNow()) > 0)
  const last = readAll(pid)
  const ownShare = await sampleOwnShare(pid, options.samplingMilliseconds)
  const sent = await stopSender(sender)
  const after = await drained()
  const arrived = takeArrivals()

  const settled = settledBetween(before.queue, after)
  const lost = after.queueDropped - before.queue.queueDropped + (after.userDropped - before.queue.userDropped)
  const dropShare = 1 - arrived.replies / settled
  const received = receivedOutside() - before.received
  const problems: string[] = []
  const check = (good: boolean, problem: string) => good || problems.push(problem)
  check(Math.abs(dropShare - options.dropShare) <= options.shareTolerance, `the share of drops was ${dropShare.toFixed(4)}`)
  check(arrived.requests + arrived.others === 0, `${arrived.requests} requests and ${arrived.others} others arrived at the sink`)
  check(received === sent.sent, `${sent.sent} sent, ${received} received`)
  check(settled + lost === sent.sent, `${sent.sent} sent, ${settled} settled, ${lost} lost`)
  check(lost > 0 || arrived.replies === sent.living, `${arrived.replies} replies arrived of ${sent.living}`)

  const packets = settledBetween(first.queue, last.queue)
  check(packets > 0, 'nothing was settled while it was measured')
  const elapsed = Number(last.time - first.time)
  const ticks = (key: 'busyTicks' | 'stolenTicks') => (last.machine[key] - first.machine[key]) * TICK_NANOSECONDS
  const nanosecondsPerPacket = (last.cpu - first.cpu) / packets
  return {
    nanosecondsPerPacket,
    ownNanosecondsPerPacket: nanosecondsPerPacket * ownShare,
    machineNanosecondsPerPacket: ticks('busyTicks') / packets,
    packetsPerSecond: (packets * 1e9) / elapsed,
    coreShare: (last.cpu - first.cpu) / elapsed,
    stolenShare: ticks('stolenTicks') / elapsed,
    sent: sent.sent,
    settled,
    lost,
    dropShare,
    problems,
  }
}

/** What share of its CPU time a process spends in its own code, by samples of each of its threads. */
async function sampleOwnShare(pid: number, milliseconds: number): Promise<number> {
  const settings = [pid, milliseconds, SAMPLE_NANOSECONDS].map(String)
  const { stdout } = await promisify(execFile)(`${PROJECT}build/bench/sampler`, settings)
  const { own, kernel } = JSON.parse(stdout) as { own: number | null; kernel: number | null }
  // Anything else in place of samples would be an answer to another question: the ticks of a short window are too few.
  if (own === null || kernel === null) return Number.NaN
  return own / (own + kernel)
}

/** Waits for what a machine that does other things too may owe us for longer than a warm-up or a small window lasts; the checks say whether it came. */
async function until(isTrue: () => boolean): Promise<void> {
  for (let waited = 0; waited < PATIENCE_MILLISECONDS && !isTrue(); waited += PATIENCE_STEP_MILLISECONDS) {
    await pause(PATIENCE_STEP_MILLISECONDS)
  }
}

function readAll(pid: number) {
  return { time: process.hrtime.bigint(), cpu: cpuNanoseconds(pid), queue: queueNow(), machine: readMachine() }
}

function queueNow(): QueueReading {
  const reading = readQueue(QUEUE)
  if (reading === null) throw new Error(`queue ${QUEUE} is gone`)
  return reading
}

/** The queue, once nothing waits in it, or after three seconds. */
export async function drained(): Promise<QueueReading> {
  for (let waited = 0; waited < DRAIN_MILLISECONDS && queueNow().waiting > 0; waited += DRAIN_STEP_MILLISECONDS) {
    await pause(DRAIN_STEP_MILLISECONDS)
  }
  return queueNow()
}
