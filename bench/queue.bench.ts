// SPDX-License-Identifier: GPL-2.0-or-later
// End to end: the whole appliance against a packed C program and libnetfilter_queue's usual loop, on the same forwarded packets.
//
// Round after round, in rotating order, each consumer is started and loaded twice: as fast as the sender can (saturation), and at half of
// what packed.c sustains (paced), with packets that all live and with packets of which half die. The result is CPU time of the whole process by packet settled, and its ratios, taken round by round:
// what disturbs the machine disturbs neighbours in time alike.

import { CONSUMERS, type ConsumerName, type Files, startConsumer, Steering, writeFiles } from './consumers.js'
import { type LoadOptions, type Measurement, measure } from './load.js'
import { dnsMix } from './mixes.js'
import { readOptions, startRecord } from './record.js'
import { writeFrames } from './sending.js'
import { spreadOf } from './spread.js'
import { buildTopology, enterNamespace, run } from './topology.js'

const FULL = {
  rounds: 10,
  warmUpMilliseconds: 1500,
  windowMilliseconds: 2000,
  samplingMilliseconds: 700,
  frames: 16384,
  shareTolerance: 0.01,
}
const TINY = { rounds: 1, warmUpMilliseconds: 100, windowMilliseconds: 200, samplingMilliseconds: 100, frames: 512, shareTolerance: 0.1 }
const SEED = 53
const HARNESS_CORE = '0'

const options = readOptions()
const size = options.tiny ? TINY : FULL

const LOADS = ['accept all, saturation', 'accept all, paced', 'half dropped, saturation', 'half dropped, paced'] as const
type Load = (typeof LOADS)[number]
const MIXES = {
  'accept all': { dropShare: 0, mix: dnsMix(2 * size.frames, SEED).filter(({ lives }) => lives) },
  'half dropped': { dropShare: 0.5, mix: dnsMix(size.frames, SEED) },
} as const
type Mix = keyof typeof MIXES
const mixOf = (load: Load): (typeof MIXES)[Mix] => MIXES[load.split(',')[0] as Mix]

/** The goals; the others are shown because they explain these. Own: in the program's own code, without the kernel's share. */
const RATIOS: readonly Ratio[] = [
  { mix: 'accept all', of: 'ipxxb', to: 'packed', goal: 'at most 1.03' },
  { mix: 'accept all', of: 'ipxxb', to: 'packed', own: true, goal: 'at most 2.0' },
  { mix: 'accept all', of: 'ipxxb', to: 'packed-gather', goal: null },
  { mix: 'accept all', of: 'ipxxb', to: 'packed-gather', own: true, goal: null },
  { mix: 'half dropped', of: 'ipxxb', to: 'packed', goal: 'at most 1.05' },
  { mix: 'half dropped', of: 'ipxxb', to: 'packed', own: true, goal: null },
  { mix: 'half dropped', of: 'ipxxb', to: 'loop', goal: 'at most 0.60' },
  { mix: 'half dropped', of: 'ipxxb', to: 'packed-gather', goal: null },
  { mix: 'half dropped', of: 'packed', to: 'loop', goal: null },
]
interface Ratio {
  readonly mix: Mix
  readonly of: ConsumerName
  readonly to: ConsumerName
  readonly own?: boolean
  readonly goal: string | null
}

/** By load and consumer, one measurement a round; undefined where it was not valid. */
type Rounds = Record<ConsumerName, (Measurement | undefined)[]>

const empty = (): Rounds => ({ packed: [], 'packed-gather': [], loop: [], ipxxb: [] })
const rounds = Object.fromEntries(LOADS.map((load) => [load, empty()])) as Record<Load, Rounds>

async function loadConsumer(name: ConsumerName, files: Files, steering: Steering, rates: Partial<Record<Load, number>>): Promise<void> {
  const consumer = await startConsumer(name, files, steering)
  try {
    for (const load of LOADS) {
      const rate = rates[load]
      if (rate === undefined) continue
      const { mix, dropShare } = mixOf(load)
      writeFrames(mix)
      const wanted: LoadOptions = { ...size, rate, dropShare }
      const measurement = await measure(consumer.pid, wanted)
      const valid = measurement.problems.length === 0
      record({ kind: 'round', consumer: name, load, valid, ...measurement })
      rounds[load][name].push(valid ? measurement : undefined)
    }
  } finally {
    await consumer.stop()
  }
}

const isMeasurement = (one: Measurement | undefined): one is Measurement => one !== undefined

function ratio(load: Load, { of, to, own }: Ratio): number[] {
  const key = own === true ? 'ownNanosecondsPerPacket' : 'nanosecondsPerPacket'
  const pairs = rounds[load][of].map((one, round) => [one, rounds[load][to][round]] as const)
  return pairs.flatMap(([one, other]) => (one && other ? [one[key] / other[key]] : [])).filter(Number.isFinite)
}

enterNamespace()
buildTopology()
run('taskset', '--cpu-list', '--pid', HARNESS_CORE, String(process.pid))
if (options.realtime) run('chrt', '--rr', '--pid', '2', String(process.pid))
const record = startRecord('queue', options)
const files = writeFiles()
const steering = await Steering.capture(files)
record({ kind: 'steering', rules: steering.rules })

const rates: Partial<Record<Load, number>> = { 'accept all, saturation': 0, 'half dropped, saturation': 0 }
await loadConsumer('packed', files, steering, rates)
for (const mix of Object.keys(MIXES) as Mix[]) {
  const sustained = rounds[`${mix}, saturation`].packed.pop()?.packetsPerSecond
  if (sustained === undefined) throw new Error('packed.c could not be measured')
  rates[`${mix}, paced`] = Math.round(sustained / 2)
}
record({ kind: 'rate', packetsPerSecond: rates })

for (let round = 0; round < size.rounds; round++) {
  for (let place = 0; place < CONSUMERS.length; place++) {
    const name = CONSUMERS[(round + place) % CONSUMERS.length] as ConsumerName
    await loadConsumer(name, files, steering, rates)
  }
}

let invalid = 0
for (const load of LOADS) {
  for (const name of CONSUMERS) {
    const valid = rounds[load][name].filter(isMeasurement)
    invalid += size.rounds - valid.length
    const spread = (
      key: 'nanosecondsPerPacket' | 'ownNanosecondsPerPacket' | 'machineNanosecondsPerPacket' | 'packetsPerSecond' | 'coreShare',
    ) => spreadOf(valid.map((one) => one[key]))
    record({
      kind: 'result',
      load,
      consumer: name,
      nanosecondsPerPacket: spread('nanosecondsPerPacket'),
      ownNanosecondsPerPacket: spread('ownNanosecondsPerPacket'),
      machineNanosecondsPerPacket: spread('machineNanosecondsPerPacket'),
      packetsPerSecond: spread('packetsPerSecond'),
      coreShare: spread('coreShare'),
    })
  }
  for (const one of RATIOS.filter(({ mix }) => load.startsWith(mix))) {
    const name = `${one.of} / ${one.to}${one.own === true ? ', own code' : ''}`
    record({ kind: 'ratio', load, ratio: name, value: spreadOf(ratio(load, one)), goal: one.goal })
  }
}
if (invalid > 0) {
  process.stderr.write(`bench: ${invalid} measurements were not valid; the lines above say why\n`)
  process.exitCode = 1
}
