// SPDX-License-Identifier: GPL-2.0-or-later
// A rehearsal is worth its time only if its packets run through what real ones do: so they must get every reason that the policy's blocks
// have to give, in both families and directions, and leave no trace.

import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import t from 'tap'
import { BATCH_SLOTS, createBatch, strideFor } from '../../src/contract/batch.js'
import { createCounters } from '../../src/contract/counters.js'
import { type Image, openImage } from '../../src/contract/image.js'
import { REASONS } from '../../src/contract/reasons.js'
import { DIRECTIONS, directionOf, reasonOf, VERDICTS, verdictOf } from '../../src/contract/verdicts.js'
import { compile } from '../../src/control/compile/compile.js'
import type { Policy } from '../../src/control/policy/policy.js'
import { createEngine, decide } from '../../src/datapath/decide.js'
import { packetsFor, place, rehearse } from '../../src/worker/rehearsal.js'
import { setStage } from '../../src/worker/stage.js'
import { NETWORKS, NOW } from '../oracle/scene.js'
import { block, KINDS, network, policy } from '../property/policies.js'
import type { Told } from './compiled.js'

const imageOf = (of: Policy): Image => openImage(compile(of, { digest: new Uint32Array(8), generation: 1 }).image)

/** What the packets of a rehearsal under that policy get, each once: "family direction verdict reason". */
function seen(of: Policy): string[] {
  const stage = setStage(imageOf(of))
  const packets = packetsFor(stage)
  const batch = createBatch(strideFor(stage.image.copyRange))
  const engine = createEngine(batch, stage.image, createCounters(stage.image.blockCount))
  const said = new Set<string>()
  for (let first = 0; first < packets.length; first += BATCH_SLOTS) {
    const some = packets.slice(first, first + BATCH_SLOTS)
    for (const [slot, packet] of some.entries()) place(batch, slot, packet, stage.image.copyRange)
    decide(engine, some.length, NOW + first)
    for (const [slot, { bytes }] of some.entries()) {
      const word = batch.decision[slot]!
      said.add(`${bytes[0]! >> 4} ${DIRECTIONS[directionOf(word)]} ${VERDICTS[verdictOf(word) as 0]} ${REASONS[reasonOf(word)]}`)
    }
  }
  return [...said].sort()
}

const both = (...lines: string[]): string[] => [4, 6].flatMap((family) => lines.map((line) => `${family} ${line}`)).sort()

const usual = [
  'inbound accept no-block',
  'inbound accept reply',
  'inbound drop request',
  'inbound drop short',
  'inbound drop wrong-source-port',
  'outbound accept no-block',
  'outbound accept other',
  'outbound drop answer',
  'outbound reject port',
]
const blocks = [block(KINDS.dns), block(KINDS.headerOnly, { action: 'reject' }), block(KINDS.dnsAnswers)]

t.test('packets of every kind that the policy tells apart', (t) => {
  t.same(seen(policy({ networks: NETWORKS, blocks })), both(...usual))
  t.same(seen(policy({ networks: NETWORKS, blocks, outside: ['eth0'] })), both(...usual), 'by interface')
  const classA = seen(policy({ networks: NETWORKS, blocks: [block(KINDS.classA), block(KINDS.ntp, { mode: 'observe' })] }))
  for (const line of both('inbound drop class-a', 'inbound accept request', 'inbound accept reply')) t.ok(classA.includes(line), line)
  t.end()
})

t.test('policies that leave little to rehearse', (t) => {
  t.same(seen(policy({})), both('transit accept not-ours'))
  t.same(seen(policy({ networks: [network('mail', '192.0.2.0/24')], blocks: [] })), both('transit accept not-ours'))
  t.same(seen(policy({ networks: NETWORKS })), both('inbound accept no-block', 'outbound accept no-block'))
  t.end()
})

t.test('it ends, and leaves the image as it was', (t) => {
  const image = imageOf(policy({ networks: NETWORKS, blocks, outside: ['eth0'] }))
  const before = Buffer.from(new Uint8Array(image.memory)).toString('latin1')
  const began = performance.now()
  t.ok(rehearse(image, NOW) > 0)
  t.ok(performance.now() - began < 1000)
  t.ok(Buffer.from(new Uint8Array(image.memory)).toString('latin1') === before)
  t.end()
})

t.test('what V8 has compiled for it serves the first packets, too', async (t) => {
  const { memory } = imageOf(policy({ networks: NETWORKS, blocks: [block(KINDS.dns)] }))
  const worker = new Worker(new URL('./compiled.js', import.meta.url), { workerData: { memory, nowSeconds: NOW } })
  const [told] = (await once(worker, 'message')) as [Told]
  await worker.terminate()
  t.ok(told.before.includes('decidePlain'))
  t.same(told.after, told.before)
})
