// SPDX-License-Identifier: GPL-2.0-or-later
// End to end: the whole appliance against programs in C and the npm package `nfqueue`, on the same forwarded packets.
//
// Two subjects: packets that all live, for some hundred customer prefixes; and packets of which half die in random order, for a million. For
// each, round after round in rotating order, every consumer is started and loaded twice: as fast as the sender can (saturation), and at half
// of what packed.c sustains (paced). The result is CPU time of the whole process by packet settled, and its ratios, taken round by round:
// what disturbs the machine disturbs neighbours in time alike.

import { setTimeout as pause } from 'node:timers/promises'
import { type ConsumerName, type Files, startConsumer, Steering, writeFiles } from './consumers.js'
import { type LoadOptions, type Measurement, measure } from './load.js'
import { dnsMix, type MixPacket } from './mixes.js'
import { packageObstacle } from './nfqueue-package.js'
import { drawPool } from './pools.js'
import { readOptions, startRecord } from './record.js'
import { writeFrames } from './sending.js'
import { spreadOf } from './spread.js'
import { buildTopology, enterNamespace, routeEverything, run } from './topology.js'

const FULL = {
  rounds: 10,
  /** Behind its start the appliance puts its memory in order once, which is no cost of packets. */
  restMilliseconds: 2500,
  warmUpMilliseconds: 1000,
  windowMilliseconds: 1500,
  samplingMilliseconds: 500,
  frames: 16_384,
  prefixes: 1_000_000,
  /** So many that their entries in the tables of the pool are more than a core's own cache holds. */
  poolFrames: 262_144,
  shareTolerance: 0.01,
}
const TINY = {
  rounds: 1,
  restMilliseconds: 0,
  warmUpMilliseconds: 100,
  windowMilliseconds: 200,
  samplingMilliseconds: 100,
  frames: 512,
  prefixes: 3000,
  poolFrames: 512,
  shareTolerance: 0.1,
}
const SEED = 53
const HARNESS_CORE = '0'

const PACES = ['saturation', 'paced'] as const
type Pace = (typeof PACES)[number]

interface Ratio {
  readonly of: ConsumerName
  readonly to: ConsumerName
  /** In the program's own code, without the kernel's share. */
  readonly own?: boolean
  readonly goal: string | null
}

interface Subject {
  readonly name: string
  readonly dropShare: number
  readonly mix: readonly MixPacket[]
  readonly customers: string | undefined
  readonly consumers: readonly ConsumerName[]
  /** The goals; the others are shown because they explain these. */
  readonly ratios: readonly Ratio[]
}

/** One subject while it is measured. */
interface Stage {
  readonly subject: Subject
  readonly files: Files
  readonly steering: Steering
  /** Packets a second; 0: as fast as the sender can. */
  readonly rates: Record<Pace, number>
  /** By pace and consumer, one measurement a round; undefined where it was not valid. */
  readonly rounds: Record<Pace, Map<ConsumerName, (Measurement | undefined)[]>>
}

const options = readOptions()
const size = options.tiny ? TINY : FULL

function subjects(): Subject[] {
  const pool = drawPool(size.prefixes)
  return [
    {
      name: 'accept all',
      dropShare: 0,
      mix: dnsMix(2 * size.frames, SEED).filter(({ lives }) => lives),
      customers: undefined,
      consumers: ['packed', 'packed-gather', 'ipxxb'],
      ratios: [
        { of: 'ipxxb', to: 'packed', goal: 'at most 1.03' },
        { of: 'ipxxb', to: 'packed', own: true, goal: 'at most 2.0' },
        { of: 'ipxxb', to: 'packed-gather', goal: null },
        { of: 'ipxxb', to: 'packed-gather', own: true, goal: null },
      ],
    },
    {
      name: `half dropped, ${size.prefixes} prefixes`,
      dropShare: 0.5,
      mix: pool.mix(size.poolFrames, SEED),
      customers: pool.file,
      consumers: ['packed', 'loop', 'npm-nfqueue', 'ipxxb'],
      ratios: [
        { of: 'ipxxb', to: 'packed', goal: 'at most 1.05' },
        { of: 'ipxxb', to: 'packed', own: true, goal: null },
        { of: 'ipxxb', to: 'loop', goal: 'at most 0.60' },
        { of: 'ipxxb', to: 'npm-nfqueue', goal: 'at most 0.30' },
        { of: 'packed', to: 'loop', goal: null },
      ],
    },
  ]
}

const loadOf = ({ name }: Subject, pace: Pace): string => `${name}, ${pace}`

async function measureConsumer(
  name: ConsumerName,
  { subject, files, steering, rates, rounds }: Stage,
  paces: readonly Pace[],
): Promise<void> {
  const consumer = await startConsumer(name, files, steering)
  try {
    writeFrames(subject.mix)
    await pause(size.restMilliseconds)
    for (const pace of paces) {
      const wanted: LoadOptions = { ...size, rate: rates[pace], dropShare: subject.dropShare }
      const measurement = await measure(consumer.pid, wanted)
      const valid = measurement.problems.length === 0
      record({ kind: 'round', consumer: name, load: loadOf(subject, pace), valid, ...measurement })
      const known = rounds[pace].get(name) ?? []
      rounds[pace].set(name, [...known, valid ? measurement : undefined])
    }
  } finally {
    await consumer.stop()
  }
}

/** Files, steering and the rate of the paced load, which is half of what packed.c sustains. */
async function prepare(subject: Subject): Promise<Stage> {
  const files = writeFiles(subject.customers)
  const steering = await Steering.capture(files)
  record({ kind: 'steering', rules: steering.rules })
  const stage: Stage = { subject, files, steering, rates: { saturation: 0, paced: 0 }, rounds: { saturation: new Map(), paced: new Map() } }
  await measureConsumer('packed', stage, ['saturation'])
  const [trial] = stage.rounds.saturation.get('packed') ?? []
  if (trial === undefined) throw new Error('packed.c could not be measured')
  stage.rounds.saturation.clear()
  stage.rates.paced = Math.round(trial.packetsPerSecond / 2)
  record({ kind: 'rate', load: loadOf(subject, 'paced'), packetsPerSecond: stage.rates.paced })
  steering.unload()
  return stage
}

function ratio({ rounds }: Stage, pace: Pace, { of, to, own }: Ratio): number[] {
  const key = own === true ? 'ownNanosecondsPerPacket' : 'nanosecondsPerPacket'
  const others = rounds[pace].get(to) ?? []
  const pairs = (rounds[pace].get(of) ?? []).map((one, round) => [one, others[round]] as const)
  return pairs.flatMap(([one, other]) => (one && other ? [one[key] / other[key]] : [])).filter(Number.isFinite)
}

/** Records what the rounds gave; how many measurements were not valid. */
function summarise(stage: Stage, pace: Pace): number {
  const load = loadOf(stage.subject, pace)
  let invalid = 0
  for (const [name, measurements] of stage.rounds[pace]) {
    const valid = measurements.filter((one) => one !== undefined)
    invalid += measurements.length - valid.length
    const spread = (of: (one: Measurement) => number) => spreadOf(valid.map(of).filter(Number.isFinite))
    record({
      kind: 'result',
      load,
      consumer: name,
      nanosecondsPerPacket: spread((one) => one.nanosecondsPerPacket),
      ownNanosecondsPerPacket: spread((one) => one.ownNanosecondsPerPacket),
      machineNanosecondsPerPacket: spread((one) => one.machineNanosecondsPerPacket),
      packetsPerSecond: spread((one) => one.packetsPerSecond),
      coreShare: spread((one) => one.coreShare),
      lostShare: spread((one) => one.lost / one.sent),
    })
  }
  for (const one of stage.subject.ratios.filter(({ of, to }) => stage.rounds[pace].has(of) && stage.rounds[pace].has(to))) {
    const name = `${one.of} / ${one.to}${one.own === true ? ', own code' : ''}`
    record({ kind: 'ratio', load, ratio: name, value: spreadOf(ratio(stage, pace, one)), goal: one.goal })
  }
  return invalid
}

enterNamespace()
buildTopology()
routeEverything()
run('taskset', '--cpu-list', '--pid', HARNESS_CORE, String(process.pid))
if (options.realtime) run('chrt', '--rr', '--pid', '2', String(process.pid))
const record = startRecord('queue', options)
const hindrance = packageObstacle(!options.tiny)
if (hindrance !== null) record({ kind: 'left out', consumer: 'npm-nfqueue', why: hindrance })

const stages: Stage[] = []
for (const subject of subjects()) stages.push(await prepare(subject))
for (let round = 0; round < size.rounds; round++) {
  for (const stage of stages) {
    const consumers = stage.subject.consumers.filter((name) => name !== 'npm-nfqueue' || hindrance === null)
    for (let place = 0; place < consumers.length; place++) {
      await measureConsumer(consumers[(round + place) % consumers.length] as ConsumerName, stage, PACES)
    }
    stage.steering.unload()
  }
}
let invalid = 0
for (const stage of stages) for (const pace of PACES) invalid += summarise(stage, pace)
if (invalid > 0) {
  process.stderr.write(`bench: ${invalid} measurements were not valid; the lines above say why\n`)
  process.exitCode = 1
}
