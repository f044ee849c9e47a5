// SPDX-License-Identifier: GPL-2.0-or-later
// What a flood of requests costs where the kernel drops them by itself, and what becomes of the replies in it.
//
// The appliance's CPU time by packet of the flood, with the programs that it starts to keep the kernel's drops alive and to read them, against
// the same flood decided in userspace. Then a flood of three times what the queue can take, with a few replies in it: the share of them that
// comes through, against a router with nft rules written by hand. Rounds rotate, and the ratios are taken round by round.

import { setTimeout as pause } from 'node:timers/promises'
import { type Flood, type FloodMeasurement, type Guard, measureFlood, startGuard } from './flooding.js'
import { dnsMix, floodMix } from './mixes.js'
import { readOptions, startRecord } from './record.js'
import { writeFrames } from './sending.js'
import { spreadOf } from './spread.js'
import { buildTopology, enterNamespace, run } from './topology.js'

/** The long window holds four renewals of the dead man's switch, with a reading of the kernel's counters each. */
const FULL = {
  rounds: 10,
  /** A dozen seconds behind its start V8 puts the memory in order once, for a fifth of a second: no cost of a flood that goes on. */
  restMilliseconds: 16_000,
  warmUpMilliseconds: 1000,
  windowMilliseconds: 12000,
  floodMilliseconds: 3000,
  frames: 16384,
  most: Number.POSITIVE_INFINITY,
}
/** Slow enough for a machine that does other things too. */
const TINY = {
  rounds: 1,
  restMilliseconds: 0,
  warmUpMilliseconds: 100,
  windowMilliseconds: 300,
  floodMilliseconds: 300,
  frames: 1024,
  most: 20_000,
}
const SEED = 53
const HARNESS_CORE = '0'
const SENDER_CORE = 0
const BOTH_CORES = [0, 1]
const TIMES_CAPACITY = 3
const REPLIES_PER_SECOND = 2000
const GOALS = { cpu: 'at most 0.02', delivered: 'at least 0.999' }

const options = readOptions()
const size = options.tiny ? TINY : FULL
const { warmUpMilliseconds, windowMilliseconds } = size
const rotated = <T>(list: readonly T[], round: number): T[] => list.map((_, place) => list[(round + place) % list.length] as T)
const isValid = (one: FloodMeasurement | undefined): one is FloodMeasurement => one?.problems.length === 0

enterNamespace()
buildTopology()
run('taskset', '--cpu-list', '--pid', HARNESS_CORE, String(process.pid))
if (options.realtime) run('chrt', '--rr', '--pid', '2', String(process.pid))
const record = startRecord('flood', options)
let invalid = 0

function keep(line: Readonly<Record<string, unknown>>, measured: FloodMeasurement): FloodMeasurement {
  if (!isValid(measured)) invalid++
  record({ ...line, ...measured })
  return measured
}

/** What one queue takes: all that its worker settles where queries come as fast as one core can send them. */
async function measureCapacity(): Promise<number> {
  const guarded = await startGuard('userspace', 'fail-closed')
  const flood = { rate: size.most < Number.POSITIVE_INFINITY ? size.most : 0, cores: [SENDER_CORE], warmUpMilliseconds, windowMilliseconds }
  const measured = keep({ kind: 'capacity' }, await measureFlood(guarded, flood).finally(guarded.stop))
  if (!isValid(measured)) throw new Error('what one queue takes could not be measured')
  return Math.round(measured.settledPerSecond)
}

const queries = dnsMix(2 * size.frames, SEED).filter(({ lives }) => !lives)
writeFrames(queries)
const capacity = await measureCapacity()

const PLACEMENTS = ['auto', 'userspace'] as const satisfies readonly Guard[]
const LOADS = { paced: Math.round(capacity / 2), 'as fast as one core can': options.tiny ? size.most : 0 } as const
type Load = keyof typeof LOADS
const costs: Record<(typeof PLACEMENTS)[number], Record<Load, FloodMeasurement[]>> = {
  auto: { paced: [], 'as fast as one core can': [] },
  userspace: { paced: [], 'as fast as one core can': [] },
}

async function measureCost(placement: (typeof PLACEMENTS)[number]): Promise<void> {
  const guarded = await startGuard(placement, 'fail-open')
  try {
    await pause(size.restMilliseconds)
    for (const [load, rate] of Object.entries(LOADS) as [Load, number][]) {
      const flood: Flood = { rate, cores: [SENDER_CORE], warmUpMilliseconds, windowMilliseconds }
      costs[placement][load].push(keep({ kind: 'cost', placement, load }, await measureFlood(guarded, flood)))
    }
  } finally {
    await guarded.stop()
  }
}

const GUARDS = ['auto', 'by-hand', 'userspace'] as const
const deliveries: Record<Guard, FloodMeasurement[]> = { auto: [], 'by-hand': [], userspace: [] }
const flooded = capacity * TIMES_CAPACITY
const mixed = floodMix(Math.max(2, Math.round(flooded / REPLIES_PER_SECOND)), Math.ceil(size.frames / (flooded / REPLIES_PER_SECOND)), SEED)

async function measureDelivery(guard: Guard): Promise<void> {
  const guarded = await startGuard(guard, 'fail-closed')
  const flood = { rate: flooded / BOTH_CORES.length, cores: BOTH_CORES, warmUpMilliseconds, windowMilliseconds: size.floodMilliseconds }
  deliveries[guard].push(keep({ kind: 'delivery', guard }, await measureFlood(guarded, flood).finally(guarded.stop)))
}

for (let round = 0; round < size.rounds; round++) {
  writeFrames(queries)
  for (const placement of rotated(PLACEMENTS, round)) await measureCost(placement)
  writeFrames(mixed)
  for (const guard of rotated(GUARDS, round)) await measureDelivery(guard)
}

/** Of each round in which both are valid. */
function ratios(of: readonly FloodMeasurement[], to: readonly FloodMeasurement[], value: (one: FloodMeasurement) => number): number[] {
  return of.flatMap((one, round) => {
    const other = to[round]
    return isValid(one) && isValid(other) ? [value(one) / value(other)] : []
  })
}

const spread = (all: readonly FloodMeasurement[], value: (one: FloodMeasurement) => number) => spreadOf(all.filter(isValid).map(value))
const share = ({ deliveredReplies, replies }: FloodMeasurement): number => deliveredReplies / replies

for (const load of Object.keys(LOADS) as Load[]) {
  for (const placement of PLACEMENTS) {
    const all = costs[placement][load]
    record({
      kind: 'result',
      asked: 'cost',
      load,
      placement,
      packetsPerSecond: spread(all, (one) => one.packetsPerSecond),
      threadShare: spread(all, (one) => one.threadShare),
      childShare: spread(all, (one) => one.childShare),
      nanosecondsPerPacket: spread(all, (one) => one.nanosecondsPerPacket),
      machineNanosecondsPerPacket: spread(all, (one) => one.machineNanosecondsPerPacket),
    })
  }
  const value = spreadOf(ratios(costs.auto[load], costs.userspace[load], (one) => one.nanosecondsPerPacket))
  record({ kind: 'ratio', asked: 'cost', load, ratio: 'auto / userspace', value, goal: GOALS.cpu })
}
for (const guard of GUARDS) {
  const all = deliveries[guard]
  record({
    kind: 'result',
    asked: 'delivery',
    guard,
    timesCapacity: spread(all, (one) => one.packetsPerSecond / capacity),
    packetsPerSecond: spread(all, (one) => one.packetsPerSecond),
    repliesSent: all.reduce((sum, one) => sum + one.replies, 0),
    delivered: spread(all, share),
    machineNanosecondsPerPacket: spread(all, (one) => one.machineNanosecondsPerPacket),
  })
}
for (const [of, goal] of [
  ['auto', GOALS.delivered],
  ['userspace', null],
] as const) {
  const value = spreadOf(ratios(deliveries[of], deliveries['by-hand'], share))
  record({ kind: 'ratio', asked: 'delivery', ratio: `${of} / by-hand`, value, goal })
}
if (invalid > 0) {
  process.stderr.write(`bench: ${invalid} measurements were not valid; the lines above say why\n`)
  process.exitCode = 1
}
