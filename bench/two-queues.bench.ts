// SPDX-License-Identifier: GPL-2.0-or-later
// What a second queue brings on a second core: the rate at which the appliance empties two full queues, against that at which it empties
// one, and the same of the reference in C, a process for each queue. The queues are filled while the consumer stands still (draining.ts).
//
// How far the second core can help at all is measured beside it: by a loop that shares nothing, and by the C program, whose two processes
// share what lies in the kernel and nothing else.

import { type ConsumerName, type Files, QUEUE, startConsumer, Steering, writeFiles } from './consumers.js'
import { type Drain, fillAndDrain, scalingOfCores } from './draining.js'
import { dnsMix } from './mixes.js'
import { Program } from './program.js'
import { PROJECT, readOptions, startRecord } from './record.js'
import { writeFrames } from './sending.js'
import { quantile, spreadOf } from './spread.js'
import { buildTopology, enterNamespace, run, takeArrivals } from './topology.js'

const FULL = { rounds: 10, warmUps: 12, drains: 24, packetsPerQueue: 3800, loopMilliseconds: 200 }
const TINY = { rounds: 1, warmUps: 1, drains: 2, packetsPerQueue: 200, loopMilliseconds: 20 }
const FRAMES = 16384
const SEED = 53
const HARNESS_CORE = '0'
/** A drain in which a worker waited longer for its core, by the time of the drain, says more of the other programs that ran. */
const MOST_WAITED = 0.05
const GOAL = 'at least 1.6'

const NAMES = ['packed', 'ipxxb'] as const satisfies readonly ConsumerName[]
type Name = (typeof NAMES)[number]
const COUNTS = [1, 2] as const
type Count = (typeof COUNTS)[number]
/** What is compared comes one after the other. */
const TURNS = NAMES.flatMap((name) => COUNTS.map((queues) => ({ name, queues })))
const MIXES = {
  'accept all': dnsMix(2 * FRAMES, SEED).filter(({ lives }) => lives),
  'half dropped': dnsMix(FRAMES, SEED),
} as const
type Mix = keyof typeof MIXES
const LOADS = Object.keys(MIXES) as Mix[]

const options = readOptions()
/** Then drains during which a worker waited for its core are left out. */
const isShared = options.realtime && !options.tiny
const size = options.tiny ? TINY : FULL

/** Packets a second, one number a round. */
type Rates = Record<Name, Record<Count, number[]>>
const none = (): Rates => ({ packed: { 1: [], 2: [] }, ipxxb: { 1: [], 2: [] } })
const rates: Record<Mix, Rates> = { 'accept all': none(), 'half dropped': none() }
let invalid = 0

enterNamespace()
buildTopology()
run('taskset', '--cpu-list', '--pid', HARNESS_CORE, String(process.pid))
if (options.realtime) run('chrt', '--rr', '--pid', '2', String(process.pid))
const record = startRecord('two-queues', options)
const files = writeFiles()
const steerings: Record<Count, Steering> = { 1: await Steering.capture(files, 1), 2: await Steering.capture(files, 2) }
const drain = await Program.start(`${PROJECT}build/bench/drain`, ['sink', 'take0', ...COUNTS.map((_, index) => String(QUEUE + index))])

const scalings: number[] = []
for (let round = 0; round < size.rounds; round++) {
  scalings.push(scalingOfCores(`${PROJECT}build/bench/cores`, size.loopMilliseconds))
  for (let place = 0; place < TURNS.length; place++) {
    const { name, queues } = TURNS[(round + place) % TURNS.length] as (typeof TURNS)[number]
    await drainAgainAndAgain(name, queues, files)
  }
}
await drain.close()

record({ kind: 'cores', scaling: spreadOf(scalings) })
for (const mix of LOADS) {
  for (const name of NAMES) {
    const { 1: one, 2: two } = rates[mix][name]
    for (const queues of COUNTS)
      record({
        kind: 'result',
        load: mix,
        consumer: name,
        queues,
        packetsPerSecond: spreadOf(rates[mix][name][queues].filter(Number.isFinite)),
      })
    const value = spreadOf(two.map((rate, round) => rate / (one[round] as number)).filter(Number.isFinite))
    record({ kind: 'ratio', load: mix, consumer: name, value, goal: name === 'ipxxb' ? GOAL : null })
  }
}
if (invalid > 0) {
  process.stderr.write(`bench: ${invalid} drains were not valid; the lines above say why\n`)
  process.exitCode = 1
}

/** One round of one consumer: the median of its drains, for each mix; of the calm ones. A round with few of them does not count. */
async function drainAgainAndAgain(name: Name, queues: Count, files: Files): Promise<void> {
  const consumer = await startConsumer(name, files, steerings[queues], queues)
  try {
    for (const mix of LOADS) {
      writeFrames(MIXES[mix])
      takeArrivals()
      const drains: Drain[] = []
      for (let turn = 0; turn < size.warmUps + size.drains; turn++)
        drains.push(await fillAndDrain(consumer, queues, queues * size.packetsPerQueue, turn % 2, drain))
      const arrived = takeArrivals()
      const problems = drains.flatMap((one) => one.problems)
      const living = drains.reduce((sum, one) => sum + one.living, 0)
      if (arrived.replies !== living || arrived.requests + arrived.others > 0)
        problems.push(`${JSON.stringify(arrived)} arrived, ${living} replies should have`)
      invalid += problems.length
      const counted = drains.slice(size.warmUps)
      const calm = counted.filter(({ waitedShare }) => waitedShare <= MOST_WAITED)
      // On a machine of its own a worker waits for nobody, but what waking it takes is a fair share of a drain.
      const isCalm = !isShared || calm.length >= counted.length / 4
      const chosen = isShared && isCalm ? calm : counted
      const sorted = (key: 'packetsPerSecond' | 'nanosecondsUntilFirst') => chosen.map((one) => one[key]).sort((a, b) => a - b)
      const [packetsPerSecond, untilFirst] = [sorted('packetsPerSecond'), sorted('nanosecondsUntilFirst')]
      rates[mix][name][queues].push(problems.length === 0 && isCalm ? quantile(packetsPerSecond, 0.5) : Number.NaN)
      record({
        kind: 'round',
        load: mix,
        consumer: name,
        queues,
        valid: problems.length === 0,
        calm: calm.length,
        packetsPerSecond: spreadOf(packetsPerSecond),
        nanosecondsUntilFirst: spreadOf(untilFirst),
        problems,
      })
    }
  } finally {
    await consumer.stop()
    steerings[queues].unload()
  }
}
