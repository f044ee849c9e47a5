// SPDX-License-Identifier: GPL-2.0-or-later
// The engine alone: packets in memory, decided over and over, no kernel. Nanoseconds of CPU per packet for DNS over IPv4 and IPv6 under a policy
// of one block and one of 64. What a policy holds must not show: the cost is that of a fixed number of look-ups.

import { BATCH_SLOTS } from '../src/contract/batch.js'
import { createCounters } from '../src/contract/counters.js'
import type { Image } from '../src/contract/image.js'
import { NF_ACCEPT } from '../src/contract/numbers.js'
import { createEngine, decide, type Engine } from '../src/datapath/decide.js'
import { openLoopback } from '../src/datapath/packet/loopback.js'
import { dnsMix, dnsMix6, type MixPacket } from './mixes.js'
import { imageOf, policyText } from './policies.js'
import { cpuMicroseconds, readOptions, startRecord } from './record.js'
import { spreadOf } from './spread.js'

const SEED = 7
const NOW_SECONDS = 1_800_000_000
const options = readOptions()
/** Packets enough that no branch predictor learns them by heart, few enough to stay in the second-level cache with the tables. */
const batches = options.tiny ? 4 : 64
const rounds = options.tiny ? 2 : 21
const passes = options.tiny ? 4 : 60

interface Subject {
  readonly name: string
  readonly engines: readonly Engine[]
  readonly nanoseconds: number[]
}

/** One engine for each batch of the mix, all with the image and counters of one worker. */
function subject(name: string, image: Image, mix: readonly MixPacket[]): Subject {
  const counters = createCounters(image.blockCount)
  const engines: Engine[] = []
  for (let first = 0; first < mix.length; first += BATCH_SLOTS) {
    const source = openLoopback(mix.slice(first, first + BATCH_SLOTS))
    const count = source.exchange(0)
    const engine = createEngine(source.batch, image, counters)
    decide(engine, count, NOW_SECONDS)
    demandVerdicts(engine, mix.slice(first, first + BATCH_SLOTS), name)
    engines.push(engine)
  }
  return { name, engines, nanoseconds: [] }
}

/** A fast wrong answer is no result. */
function demandVerdicts(engine: Engine, mix: readonly MixPacket[], name: string): void {
  mix.forEach((packet, slot) => {
    if ((engine.batch.verdict[slot] === NF_ACCEPT) !== packet.lives) throw new Error(`${name}: packet ${slot} got the wrong verdict`)
  })
}

function pass({ engines }: Subject): void {
  for (const engine of engines) decide(engine, BATCH_SLOTS, NOW_SECONDS)
}

const record = startRecord('engine', options)
const small = imageOf(policyText(0, null))
const large = imageOf(policyText(63, null))
const count = batches * BATCH_SLOTS
const subjects = [
  subject('1 block, IPv4', small, dnsMix(count, SEED)),
  subject('64 blocks, IPv4', large, dnsMix(count, SEED)),
  subject('1 block, IPv6', small, dnsMix6(count, SEED)),
  subject('64 blocks, IPv6', large, dnsMix6(count, SEED)),
] as const

// The first round warms the compiler up and is not counted.
for (let round = 0; round <= rounds; round++) {
  for (const each of subjects) {
    const start = cpuMicroseconds()
    for (let turn = 0; turn < passes; turn++) pass(each)
    if (round > 0) each.nanoseconds.push(((cpuMicroseconds() - start) * 1000) / (passes * count))
  }
}

for (const { name, nanoseconds } of subjects) record({ kind: 'result', name, nanosecondsPerPacket: spreadOf(nanoseconds) })
const median = (index: 0 | 1 | 2 | 3) => spreadOf(subjects[index].nanoseconds).median
record({ kind: 'ratio', name: '64 blocks to 1, IPv4', ratio: median(1) / median(0) })
record({ kind: 'ratio', name: '64 blocks to 1, IPv6', ratio: median(3) / median(2) })
