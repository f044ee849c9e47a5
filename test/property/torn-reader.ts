// SPDX-License-Identifier: GPL-2.0-or-later
// A thread that looks up the same addresses over and over through the engine, while another changes their exemptions (torn-reads.test.ts).
// It says how often it saw what, and the first answer that was neither the old nor the new one.

import { parentPort, workerData } from 'node:worker_threads'
import { createBatch } from '../../src/contract/batch.js'
import { createCounters } from '../../src/contract/counters.js'
import * as FIELDS from '../../src/contract/fields.js'
import { ENTRY_BLOCK, ENTRY_EXEMPT, openImage } from '../../src/contract/image.js'
import { PROTOCOL_UDP } from '../../src/contract/numbers.js'
import { REASONS, UNDECIDED } from '../../src/contract/reasons.js'
import { reasonOf } from '../../src/contract/verdicts.js'
import { classify } from '../../src/datapath/classify/classify.js'
import { createEngine, decide } from '../../src/datapath/decide.js'
import { place } from './engine-run.js'
import { ip, onTheWire, udp } from './packets.js'
import { BLOCKS, exemptBlocks, hostWords, WATCHED, WIDE_BLOCK } from './torn-scene.js'

export interface Seen {
  readonly looks: number
  readonly before: number
  readonly after: number
  readonly wrong: string | null
}

const image = openImage(workerData.image as SharedArrayBuffer)
const watched = new Int32Array(workerData.watched as SharedArrayBuffer)
const seen = { looks: 0, before: 0, after: 0, wrong: null as string | null }
const wrong = (what: string) => {
  seen.wrong ??= what
}

const fields = new Uint32Array(FIELDS.FIELD_WORDS)
fields[FIELDS.STATUS] = UNDECIDED
fields[FIELDS.PROTOCOL] = PROTOCOL_UDP
fields[FIELDS.SOURCE_PORT] = 40_000
fields[FIELDS.DESTINATION_PORT] = 53

/** One bit for each block that leaves the address alone; -1 where they are not all there, in order. */
function exemptAt(words: readonly number[]): number {
  fields[FIELDS.FAMILY] = words.length === 1 ? 4 : 6
  fields.set(words, FIELDS.DESTINATION)
  const list = classify(image, fields, 0, 0, -1)
  if (list < 0 || image.lists[list] !== BLOCKS) return -1
  let exempt = 0
  for (let block = 0; block < BLOCKS; block++) {
    const entry = image.lists[list + 1 + block] as number
    if ((entry & ENTRY_BLOCK) !== block) return -1
    if ((entry & ENTRY_EXEMPT) !== 0) exempt |= 1 << block
  }
  return exempt
}

/** Of a host whose exemption comes and goes, and of the one beside it, which never has one of its own; the wide one is over both. */
function look(family: 4 | 6, index: number): void {
  const host = exemptAt(hostWords(family, index, 2))
  const beside = exemptAt(hostWords(family, index, 3))
  const narrow = host & ~(1 << WIDE_BLOCK)
  if (host === -1 || (narrow !== 0 && narrow !== exemptBlocks(index))) wrong(`IPv${family} host ${index}: exempt from ${host.toString(2)}`)
  if (beside === -1 || (beside & ~(1 << WIDE_BLOCK)) !== 0) wrong(`IPv${family} beside ${index}: exempt from ${beside.toString(2)}`)
  seen.looks += 2
  if (narrow === 0) seen.before++
  else seen.after++
}

/** The same through the whole engine, its short way first. */
const batch = createBatch(2048)
const engine = createEngine(batch, image, createCounters(image.blockCount))
const text = (words: readonly number[]) => ({
  family: words.length === 1 ? (4 as const) : (6 as const),
  value: words.reduce((all, word) => (all << 32n) | BigInt(word), 0n),
})
const stranger = { 4: text([0xcb007109]), 6: text([0x20010db9, 0, 0, 1]) }
const question = new Uint8Array(20).fill(1)

function judge(index: number): void {
  const families = [4, 6] as const
  for (const [slot, family] of families.entries()) {
    const source = stranger[family]
    place(batch, slot, onTheWire(ip({ source, destination: text(hostWords(family, index, 2)), protocol: 17 }, udp(40_000, 53, question))))
  }
  for (let time = 0; time < 50; time++) {
    decide(engine, families.length, 1_800_000_000)
    for (const [slot] of families.entries()) {
      const reason = REASONS[reasonOf(batch.decision[slot] as number)]
      if (reason !== 'exempt' && reason !== 'port') wrong(`IPv${families[slot]} host ${index}: ${reason}`)
    }
  }
  seen.looks += 100
}

parentPort?.postMessage('ready')
while (Atomics.load(watched, WATCHED.stop) === 0) {
  const index = Atomics.load(watched, WATCHED.index)
  if (workerData.whole) judge(index)
  else for (let time = 0; time < 200; time++) look(time & 1 ? 6 : 4, index)
}
parentPort?.postMessage(seen satisfies Seen)
