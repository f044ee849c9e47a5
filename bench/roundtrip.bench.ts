// SPDX-License-Identifier: GPL-2.0-or-later
// How long a packet takes through the router and a queue that has nothing else to do: the appliance against the references in C. One program
// sends each packet and sees it come out behind the router (reference/probe.c), so that one clock times both ends. Consumers take turns, and
// the ratios are taken round by round.

import { execFileSync } from 'node:child_process'
import { type ConsumerName, startConsumer, Steering, writeFiles } from './consumers.js'
import { dnsMix } from './mixes.js'
import { PROJECT, readOptions, startRecord } from './record.js'
import { FRAMES, writeFrames } from './sending.js'
import { quantile, spreadOf } from './spread.js'
import { buildTopology, enterNamespace, pinned, run, SENDER_INTERFACE } from './topology.js'

const FULL = { rounds: 10, packets: 800 }
const TINY = { rounds: 1, packets: 40 }
const PACKETS_PER_SECOND = 200
const FRAME_COUNT = 512
const SEED = 53
const PROBE_CORE = 0

const NAMES = ['packed', 'loop', 'ipxxb'] as const satisfies readonly ConsumerName[]
type Name = (typeof NAMES)[number]
const QUANTILES = { median: 0.5, '99th percentile': 0.99 } as const
type Quantile = keyof typeof QUANTILES
const GOALS: Record<Quantile, string> = { median: 'at most 1.2', '99th percentile': 'at most 1.5' }

const options = readOptions()
const size = options.tiny ? TINY : FULL
const rounds = Object.fromEntries(NAMES.map((name) => [name, { median: [], '99th percentile': [] }])) as unknown as Record<
  Name,
  Record<Quantile, number[]>
>

/** Nanoseconds of each packet, ascending. Throws where one was lost: all of them should live. */
function probe(): number[] {
  const settings = [FRAMES, 'sender', SENDER_INTERFACE, 'sink', 'take0', PACKETS_PER_SECOND, size.packets].map(String)
  const [program, ...rest] = pinned(PROBE_CORE, options.realtime, [`${PROJECT}build/bench/probe`, ...settings]) as [string, ...string[]]
  const { nanoseconds, lost } = JSON.parse(execFileSync(program, rest, { encoding: 'utf8' })) as { nanoseconds: number[]; lost: number }
  if (lost > 0) throw new Error(`${lost} packets of ${size.packets} did not arrive`)
  return nanoseconds.sort((a, b) => a - b)
}

enterNamespace()
buildTopology()
run('taskset', '--cpu-list', '--pid', String(PROBE_CORE), String(process.pid))
writeFrames(dnsMix(FRAME_COUNT, SEED))
const record = startRecord('roundtrip', options)
const files = writeFiles()
const steering = await Steering.capture(files)

for (let round = 0; round < size.rounds; round++) {
  for (let place = 0; place < NAMES.length; place++) {
    const name = NAMES[(round + place) % NAMES.length] as Name
    const consumer = await startConsumer(name, files, steering)
    let sorted: number[]
    try {
      sorted = probe()
    } finally {
      await consumer.stop()
    }
    for (const [which, share] of Object.entries(QUANTILES)) rounds[name][which as Quantile].push(quantile(sorted, share))
    record({ kind: 'round', consumer: name, median: quantile(sorted, 0.5), percentile99: quantile(sorted, 0.99) })
  }
}

for (const which of Object.keys(QUANTILES) as Quantile[]) {
  for (const name of NAMES) record({ kind: 'result', quantile: which, consumer: name, nanoseconds: spreadOf(rounds[name][which]) })
  for (const to of ['packed', 'loop'] as const) {
    const value = spreadOf(rounds.ipxxb[which].map((time, round) => time / (rounds[to][which][round] as number)))
    record({ kind: 'ratio', quantile: which, ratio: `ipxxb / ${to}`, value, goal: to === 'packed' ? GOALS[which] : null })
  }
}
