// SPDX-License-Identifier: GPL-2.0-or-later
// The whole data path over the rows of test/cases/packets, and what no single row can show: every cut of every packet, batches, time,
// counters, the default verdict.

import t from 'tap'
import { BATCH_SLOTS } from '../../src/contract/batch.js'
import {
  counterAt,
  createCounters,
  LOOSE_SPOOFED_INBOUND,
  LOOSE_SPOOFED_OUTBOUND,
  looseAt,
  OUTCOME_ACCEPT,
  OUTCOME_DROP,
  OUTCOME_WOULD,
} from '../../src/contract/counters.js'
import type { Image } from '../../src/contract/image.js'
import { NF_ACCEPT, NF_DROP } from '../../src/contract/numbers.js'
import { NO_BLOCK, NOT_IP, PORT, REASONS, REPLY, REQUEST, UNDECIDED } from '../../src/contract/reasons.js'
import {
  ACCEPT,
  blockOf,
  DIRECTIONS,
  DROP,
  directionOf,
  reasonOf,
  SHAPES,
  shapeOf,
  spoofedOf,
  VERDICTS,
  verdictOf,
  wouldOf,
} from '../../src/contract/verdicts.js'
import { createEngine, decide, type Engine } from '../../src/datapath/decide.js'
import { type Loopback, type LoopbackPacket, openLoopback } from '../../src/datapath/packet/loopback.js'
import { buildImage } from './image-builder.js'
import { imageNamed } from './images.js'
import { type Expectation, type PacketCase, packetCases } from './packet-cases.js'

const CASES = packetCases()
const named = (name: string): PacketCase => {
  const found = CASES.find((row) => row.name === name)
  if (found === undefined) throw new TypeError(`no row "${name}"`)
  return found
}
const packetOf = (row: PacketCase): LoopbackPacket => ({
  bytes: row.packet,
  length: row.length,
  inInterface: row.inInterface,
  outInterface: row.outInterface,
})

function meaning(word: number): Expectation {
  return {
    verdict: VERDICTS[verdictOf(word) as 0],
    reason: REASONS[reasonOf(word)] as string,
    direction: DIRECTIONS[directionOf(word)] as string,
    block: blockOf(word),
    shape: SHAPES[shapeOf(word)] as string,
    would: wouldOf(word),
    spoofed: spoofedOf(word),
  }
}

interface Run {
  readonly loopback: Loopback
  readonly engine: Engine
  readonly counters: Float64Array
}

/** Runs `packets` through an engine of their own, all at the same time. */
function run(image: Image, packets: readonly LoopbackPacket[], now = 1500, copyRange = 512): Run {
  const loopback = openLoopback(packets, { copyRange })
  const counters = createCounters(image.blockCount)
  const engine = createEngine(loopback.batch, image, counters)
  for (let count = loopback.exchange(0); count > 0; count = loopback.exchange(0)) decide(engine, count, now)
  return { loopback, engine, counters }
}

t.test('rows', (t) => {
  for (const row of CASES) {
    const packets = new Array<LoopbackPacket>(row.repeat).fill(packetOf(row))
    const { loopback } = run(imageNamed(row.image), packets, row.now, row.copied)
    const word = loopback.decisions.at(-1) as number
    t.strictSame(meaning(word), row.expect, `${row.file}: ${row.name}`)
    t.equal(loopback.verdicts.at(-1), row.expect.verdict === 'accept' ? NF_ACCEPT : NF_DROP, `${row.file}: ${row.name}: kernel verdict`)
    t.equal(loopback.marks.at(-1), null)
  }
  t.end()
})

t.test('every reason but one has a row, and no two rows have the same name', (t) => {
  const given = new Set(CASES.map((row) => row.expect.reason))
  for (const reason of REASONS.filter((reason) => reason !== 'undecided')) t.ok(given.has(reason), reason)
  t.equal(given.size, REASONS.length - 1)
  const names = CASES.map((row) => `${row.file}: ${row.name}`)
  t.equal(new Set(names).size, names.length)
  t.end()
})

t.test('every packet cut at every byte, in memory and on the wire, gets a verdict', (t) => {
  const images = ['ip53b by interface', 'ip161b', 'ip1900b', 'op25b'].map(imageNamed)
  const packets = CASES.flatMap((row) =>
    Array.from({ length: row.packet.length + 1 }, (_, bytes) => [
      { bytes: row.packet.subarray(0, bytes), length: row.packet.length, inInterface: 2, outInterface: 4 },
      { bytes: row.packet.subarray(0, bytes), inInterface: 2, outInterface: 4 },
    ]).flat(),
  )
  for (const image of images) {
    const { loopback } = run(image, packets)
    t.equal(loopback.decisions.length, packets.length)
    t.equal(loopback.decisions.filter((word) => reasonOf(word) === UNDECIDED).length, 0)
  }
  t.end()
})

t.test('what is missing in memory never makes a drop of an accept [7.accept]', (t) => {
  for (const row of CASES.filter((row) => row.expect.verdict === 'accept' && row.repeat === 1)) {
    const dropped = Array.from({ length: row.copied }, (_, copied) => copied).filter(
      (copied) => run(imageNamed(row.image), [packetOf(row)], row.now, copied).loopback.verdicts[0] !== NF_ACCEPT,
    )
    t.strictSame(dropped, [], `${row.name}: dropped with that many bytes`)
  }
  t.end()
})

t.test('zero blocks: zero drops [8.zero-blocks]', (t) => {
  const { loopback, counters } = run(imageNamed('empty'), CASES.map(packetOf))
  t.equal(loopback.verdicts.length, CASES.length)
  t.ok(loopback.verdicts.every((verdict) => verdict === NF_ACCEPT))
  t.equal(
    counters.reduce((sum, count) => sum + count, 0),
    CASES.length,
  )
  t.end()
})

t.test('a verdict does not depend on the packets before it', (t) => {
  const image = imageNamed('ip53b by interface')
  const packets = CASES.map(packetOf)
  const together = run(image, packets).loopback.decisions
  const alone = packets.map((packet) => run(image, [packet]).loopback.decisions[0])
  t.strictSame(together, alone)
  t.strictSame(run(image, packets.toReversed()).loopback.decisions.toReversed(), alone)
  t.end()
})

t.test('only the slots of the batch are touched', (t) => {
  const image = imageNamed('ip53b')
  const row = named('a query from any port')
  const loopback = openLoopback(new Array(BATCH_SLOTS).fill(packetOf(row)))
  loopback.exchange(0)
  const { batch } = loopback
  batch.verdict.fill(7)
  batch.decision.fill(7)
  batch.newMark.fill(7)
  decide(createEngine(batch, image, createCounters(1)), 3, 1500)
  t.strictSame([...batch.verdict.subarray(0, 4)], [NF_DROP, NF_DROP, NF_DROP, 7])
  t.equal(batch.decision[3], 7)
  t.ok(batch.newMark.every((mark) => mark === 7))
  t.ok(batch.setMark.every((set) => set === 0))
  t.end()
})

t.test('counters: each candidate looked at, and nobody else [8.counted]', (t) => {
  const query = packetOf(named('a query from any port'))
  const reply = packetOf(named('a reply from port 53'))
  const { counters } = run(imageNamed('ip53b three'), [query, reply, reply, { bytes: new Uint8Array(0) }])
  const expected = createCounters(3)
  expected[counterAt(0, PORT, OUTCOME_WOULD)] = 3
  expected[counterAt(1, REQUEST, OUTCOME_WOULD)] = 1
  expected[counterAt(1, REPLY, OUTCOME_ACCEPT)] = 2
  expected[counterAt(2, REQUEST, OUTCOME_DROP)] = 1
  expected[counterAt(2, REPLY, OUTCOME_ACCEPT)] = 2
  expected[counterAt(-1, NOT_IP, OUTCOME_ACCEPT)] = 1
  t.strictSame(counters, expected)
  t.end()
})

t.test('observed blocks behind the enforced one are not looked at; behind an observed one they are [3.first-enforced]', (t) => {
  const query = packetOf(named('a query from any port'))
  const observedTwice = run(imageNamed('ip53b two observed'), [query]).counters
  t.equal(observedTwice[counterAt(0, PORT, OUTCOME_WOULD)], 1)
  t.equal(observedTwice[counterAt(1, REQUEST, OUTCOME_WOULD)], 1)
  const enforced = run(imageNamed('enforced first'), [query]).counters
  t.equal(enforced[counterAt(0, REQUEST, OUTCOME_DROP)], 1)
  t.equal(
    enforced.reduce((sum, count) => sum + count, 0),
    1,
  )
  t.end()
})

t.test('spoofed sources are counted beside their verdict, once [2.spoofed]', (t) => {
  const rows = ["from outside with a customer's source", 'from inside to outside with a foreign source', 'from outside to a customer']
  const { counters } = run(imageNamed('ip53b by interface'), rows.map(named).map(packetOf))
  t.equal(counters[looseAt(1) + LOOSE_SPOOFED_INBOUND], 1)
  t.equal(counters[looseAt(1) + LOOSE_SPOOFED_OUTBOUND], 1)
  t.equal(counters[counterAt(-1, NO_BLOCK, OUTCOME_ACCEPT)], 1)
  t.end()
})

t.test('dates are looked at again when the second changes', (t) => {
  const image = imageNamed('ip53b dated')
  const loopback = openLoopback([packetOf(named('a query from any port'))])
  const engine = createEngine(loopback.batch, image, createCounters(1))
  loopback.exchange(0)
  const reasonAt = (now: number) => {
    decide(engine, 1, now)
    return REASONS[reasonOf(loopback.batch.decision[0] as number)]
  }
  t.strictSame([999.9, 1000, 1999.9, 2000, 1500, 0].map(reasonAt), ['dormant', 'request', 'request', 'dormant', 'request', 'dormant'])
  t.end()
})

t.test('limits go by the time of the batch', (t) => {
  const image = imageNamed('ip53b limited')
  const loopback = openLoopback([packetOf(named('a reply from port 53'))])
  const engine = createEngine(loopback.batch, image, createCounters(1))
  loopback.exchange(0)
  const reasonAt = (now: number) => {
    decide(engine, 1, now)
    return REASONS[reasonOf(loopback.batch.decision[0] as number)]
  }
  t.strictSame([1500, 1500, 1500, 1500.9, 1501, 1501].map(reasonAt), ['reply', 'reply', 'limited', 'limited', 'reply', 'limited'])
  t.end()
})

t.test('an engine that dies half-way leaves default verdicts, and counts them', (t) => {
  for (const defaultVerdict of [ACCEPT, DROP]) {
    const loopback = openLoopback([packetOf(named('a query from any port')), packetOf(named('a query from any port'))])
    const image = buildImage({ defaultVerdict })
    const counters = createCounters(0)
    const engine = createEngine(loopback.batch, image, counters)
    loopback.exchange(0)
    loopback.batch.verdict.fill(7)
    const broken = { ...engine, fields: undefined as unknown as Uint32Array }
    t.throws(() => decide(broken, 2, 1500), TypeError)
    const kernel = defaultVerdict === DROP ? NF_DROP : NF_ACCEPT
    t.strictSame([...loopback.batch.verdict.subarray(0, 3)], [kernel, kernel, 7])
    t.match(meaning(loopback.batch.decision[0] as number), { reason: 'undecided', verdict: VERDICTS[defaultVerdict as 0], block: -1 })
    t.equal(counters[counterAt(-1, UNDECIDED, defaultVerdict === DROP ? OUTCOME_DROP : OUTCOME_ACCEPT)], 2)
    decide(engine, 2, 1500)
    t.strictSame([...loopback.batch.verdict.subarray(0, 3)], [NF_ACCEPT, NF_ACCEPT, 7])
  }
  t.end()
})
