// SPDX-License-Identifier: GPL-2.0-or-later
// End to end: the whole appliance against a packed C program and libnetfilter_queue's usual loop, on the same forwarded packets.
//
// Round after round, in rotating order, each consumer is started and loaded twice: as fast as the sender can (saturation), and at half of
// what packed.c sustains (paced). The result is CPU time of the whole process by packet settled, and its ratios, taken round by round:
// what disturbs the machine disturbs neighbours in time alike.

import { CONSUMERS, type ConsumerName, type Files, startConsumer, Steering, writeFiles } from './consumers.js'
import { type LoadOptions, type Measurement, measure } from './load.js'
import { dnsMix } from './mixes.js'
import { readOptions, startRecord } from './record.js'
import { writeFrames } from './sending.js'
import { spreadOf } from './spread.js'
import { buildTopology, enterNamespace, run } from './topology.js'

const FULL = { rounds: 10, warmUpMilliseconds: 1500, windowMilliseconds: 2000, frames: 16384, shareTolerance: 0.01 }
const TINY = { rounds: 1, warmUpMilliseconds: 100, windowMilliseconds: 200, frames: 512, shareTolerance: 0.1 }
const SEED = 53
const HARNESS_CORE = '0'

const LOADS = ['saturation', 'paced'] as const
type Load = (typeof LOADS)[number]

/** What issue and DECISIONS.md ask for; the others are shown because they explain these. */
const RATIOS: readonly { readonly of: ConsumerName; readonly to: ConsumerName; readonly goal: string | null }[] = [
  { of: 'ipxxb', to: 'packed', goal: 'at most 1.10' },
  { of: 'ipxxb', to: 'loop', goal: 'at most 0.65' },
  { of: 'ipxxb', to: 'packed-gather', goal: null },
  { of: 'packed', to: 'loop', goal: null },
]

const options = readOptions()
const size = options.tiny ? TINY : FULL

/** By load and consumer, one measurement a round; undefined where it was not valid. */
type Rounds = Record<Load, Record<ConsumerName, (Measurement | undefined)[]>>

const empty = (): Rounds['paced'] => ({ packed: [], 'packed-gather': [], loop: [], ipxxb: [] })
const rounds: Rounds = { saturation: empty(), paced: empty() }

async function loadConsumer(
  name: ConsumerName,
  files: Files,
  steering: Steering,
  loads: Partial<Record<Load, LoadOptions>>,
): Promise<void> {
  const consumer = await startConsumer(name, files, steering)
  try {
    for (const load of LOADS) {
      const wanted = loads[load]
      if (wanted === undefined) continue
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

function ratio(load: Load, of: ConsumerName, to: ConsumerName): number[] {
  const pairs = rounds[load][of].map((one, round) => [one, rounds[load][to][round]] as const)
  return pairs.flatMap(([one, other]) => (one && other ? [one.nanosecondsPerPacket / other.nanosecondsPerPacket] : []))
}

enterNamespace()
buildTopology()
run('taskset', '--cpu-list', '--pid', HARNESS_CORE, String(process.pid))
if (options.realtime) run('chrt', '--rr', '--pid', '2', String(process.pid))
writeFrames(dnsMix(size.frames, SEED))
const record = startRecord('queue', options)
const files = writeFiles()
const steering = await Steering.capture(files)
record({ kind: 'steering', rules: steering.rules })

const saturation: LoadOptions = { ...size, rate: 0 }
await loadConsumer('packed', files, steering, { saturation })
const sustained = rounds.saturation.packed.pop()?.packetsPerSecond
if (sustained === undefined) throw new Error('packed.c could not be measured')
const paced: LoadOptions = { ...size, rate: Math.round(sustained / 2) }
record({ kind: 'rate', packetsPerSecond: paced.rate })

for (let round = 0; round < size.rounds; round++) {
  for (let place = 0; place < CONSUMERS.length; place++) {
    const name = CONSUMERS[(round + place) % CONSUMERS.length] as ConsumerName
    await loadConsumer(name, files, steering, { saturation, paced })
  }
}

let invalid = 0
for (const load of LOADS) {
  for (const name of CONSUMERS) {
    const valid = rounds[load][name].filter(isMeasurement)
    invalid += size.rounds - valid.length
    const spread = (key: 'nanosecondsPerPacket' | 'machineNanosecondsPerPacket' | 'packetsPerSecond' | 'coreShare') =>
      spreadOf(valid.map((one) => one[key]))
    record({
      kind: 'result',
      load,
      consumer: name,
      nanosecondsPerPacket: spread('nanosecondsPerPacket'),
      machineNanosecondsPerPacket: spread('machineNanosecondsPerPacket'),
      packetsPerSecond: spread('packetsPerSecond'),
      coreShare: spread('coreShare'),
    })
  }
  for (const { of, to, goal } of RATIOS) record({ kind: 'ratio', load, ratio: `${of} / ${to}`, value: spreadOf(ratio(load, of, to)), goal })
}
if (invalid > 0) {
  process.stderr.write(`bench: ${invalid} measurements were not valid; the lines above say why\n`)
  process.exitCode = 1
}
