// SPDX-License-Identifier: GPL-2.0-or-later
// The engine alone: packets in memory, decided over and over, no kernel. Nanoseconds of CPU per packet for DNS over IPv4 and IPv6 under a policy
// of one block and one of 64. What a policy holds must not show: the cost is that of a fixed number of look-ups.

import { BATCH_SLOTS, createBatch, SLOTS_AT } from '../src/contract/batch.js'
import { createCounters } from '../src/contract/counters.js'
import type { Image } from '../src/contract/image.js'
import { NF_ACCEPT } from '../src/contract/numbers.js'
import { createEngine, decide, type Engine } from '../src/datapath/decide.js'
import { dnsMix, dnsMix6, type MixPacket } from './mixes.js'
import { imageOf, policyText } from './policies.js'
import { cpuMicroseconds, readOptions, startRecord } from './record.js'
import { spreadOf } from './spread.js'

const SEED = 7
const NOW_SECONDS = 1_800_000_000
/** About a slot of the kernel's queue: packets are as far apart as there. */
const PACKET_STRIDE = 512
const options = readOptions()
/** Packets enough that no branch predictor learns them by heart, few enough to stay in the second-level cache with the tables. */
const batches = options.tiny ? 4 : 64
const rounds = options.tiny ? 2 : 21
const passes = options.tiny ? 4 : 60

interface Subject {
  readonly name: string
  readonly engine: Engine
  /** Where the first packet of each slot lies. */
  readonly at: Uint32Array
  readonly mix: readonly MixPacket[]
  readonly nanoseconds: number[]
}

/** One engine, as a worker has one, and all packets of the mix in its slab: slots so large that each holds one packet of every batch. */
function subject(name: string, image: Image, mix: readonly MixPacket[]): Subject {
  const batch = createBatch(batches * PACKET_STRIDE)
  const at = Uint32Array.from({ length: BATCH_SLOTS }, (_, slot) => SLOTS_AT + slot * batch.stride)
  mix.forEach(({ bytes }, index) => {
    const slot = index % BATCH_SLOTS
    batch.bytes.set(bytes, at[slot] + Math.floor(index / BATCH_SLOTS) * PACKET_STRIDE)
    batch.copied[slot] = bytes.length
    batch.length[slot] = bytes.length
  })
  return { name, engine: createEngine(batch, image, createCounters(image.blockCount)), at, mix, nanoseconds: [] }
}

function decideBatch({ engine, at }: Subject, number: number): void {
  for (let slot = 0; slot < BATCH_SLOTS; slot++) engine.batch.at[slot] = at[slot] + number * PACKET_STRIDE
  decide(engine, BATCH_SLOTS, NOW_SECONDS)
}

/** A fast wrong answer is no result. */
function demandVerdicts(one: Subject): void {
  for (let number = 0; number < batches; number++) {
    decideBatch(one, number)
    for (let slot = 0; slot < BATCH_SLOTS; slot++) {
      const { lives } = one.mix[number * BATCH_SLOTS + slot] as MixPacket
      if ((one.engine.batch.verdict[slot] === NF_ACCEPT) !== lives) throw new Error(`${one.name}: packet ${slot} of batch ${number}`)
    }
  }
}

function pass(one: Subject): void {
  for (let number = 0; number < batches; number++) decideBatch(one, number)
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

for (const each of subjects) demandVerdicts(each)
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
