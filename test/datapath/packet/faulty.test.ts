// SPDX-License-Identifier: GPL-2.0-or-later
import t from 'tap'
import { createCounters } from '../../../src/contract/counters.js'
import { NF_ACCEPT, NF_DROP } from '../../../src/contract/numbers.js'
import { createEngine, decide } from '../../../src/datapath/decide.js'
import { type Faults, openFaulty } from '../../../src/datapath/packet/faulty.js'
import { openLoopback } from '../../../src/datapath/packet/loopback.js'
import { imageNamed } from '../images.js'
import { packetCases } from '../packet-cases.js'

const COUNT = 1000
/** Packet n says its number in its first two bytes. */
const numbered = Array.from({ length: COUNT }, (_, number) => ({
  bytes: Uint8Array.of(number >>> 8, number & 0xff, ...new Array(40).fill(7)),
  mark: number,
}))

/** Runs all packets through; accepts the even ones with their number as decision and as mark. */
function run(faults: Faults) {
  const inner = openLoopback(numbered, { defaultVerdict: NF_DROP })
  const source = openFaulty(inner, faults)
  const { batch } = source
  const order: number[] = []
  const copied: number[] = []
  for (let count = source.exchange(0); count > 0; count = source.exchange(0)) {
    for (let slot = 0; slot < count; slot++) {
      const at = batch.at[slot] as number
      const number = batch.mark[slot] as number
      const first = ((batch.bytes[at] as number) << 8) | (batch.bytes[at + 1] as number)
      if ((batch.copied[slot] as number) >= 2 && first !== number) t.fail(`bytes of ${number}`)
      if (batch.length[slot] !== 42 || batch.id[slot] !== number + 1) t.fail(`columns of ${number}`)
      order.push(number)
      copied.push(batch.copied[slot] as number)
      batch.verdict[slot] = number % 2 === 0 ? NF_ACCEPT : NF_DROP
      batch.decision[slot] = number
      batch.setMark[slot] = 1
      batch.newMark[slot] = number + 5
    }
  }
  source.close()
  return { inner, order, copied, met: source.met }
}

t.test('without faults nothing changes', (t) => {
  const { inner, order, copied, met } = run({ seed: 1 })
  t.strictSame(
    order,
    numbered.map(({ mark }) => mark),
  )
  t.ok(copied.every((bytes) => bytes === 42))
  t.strictSame(met, { truncated: 0, lost: 0, reordered: 0 })
  t.strictSame(inner.decisions, order)
  t.end()
})

t.test('verdicts reach the packets that they belong to; a lost packet keeps the default', (t) => {
  const { inner, order, copied, met } = run({ seed: 7, truncation: 0.3, loss: 0.2, reordering: 0.5 })
  const seen = new Set(order)
  t.equal(seen.size, order.length)
  t.equal(met.lost, COUNT - order.length)
  t.ok(met.lost > 100 && met.lost < 300, `lost ${met.lost}`)
  t.ok(met.reordered > 100, `reordered ${met.reordered}`)
  t.equal(met.truncated, copied.filter((bytes) => bytes < 42).length)
  t.ok(met.truncated > 100, `truncated ${met.truncated}`)
  t.not(order.join(), order.toSorted((a, b) => a - b).join())
  for (let number = 0; number < COUNT; number++) {
    const accepted = seen.has(number) && number % 2 === 0
    if (inner.verdicts[number] !== (accepted ? NF_ACCEPT : NF_DROP)) t.fail(`verdict of ${number}`)
    if (inner.decisions[number] !== (seen.has(number) ? number : 0)) t.fail(`decision of ${number}`)
    if (inner.marks[number] !== (seen.has(number) ? number + 5 : null)) t.fail(`mark of ${number}`)
  }
  t.end()
})

t.test('the seed decides', (t) => {
  const faults = { truncation: 0.3, loss: 0.2, reordering: 0.5 }
  t.strictSame(run({ seed: 3, ...faults }).copied, run({ seed: 3, ...faults }).copied)
  t.notSame(run({ seed: 3, ...faults }).copied, run({ seed: 4, ...faults }).copied)
  t.notSame(run({ seed: 0, ...faults }).order, run({ seed: 1, ...faults }).order)
  t.end()
})

t.test('a batch that is lost whole is not the end', (t) => {
  const { order, met } = run({ seed: 5, loss: 1 })
  t.strictSame([order.length, met.lost], [0, COUNT])
  const few = run({ seed: 5, loss: 0.99 })
  t.equal(few.order.length + few.met.lost, COUNT)
  t.end()
})

t.test('the engine gives every packet that reaches it a verdict', (t) => {
  const image = imageNamed('ip53b by interface')
  const inner = openLoopback(packetCases().map((row) => ({ bytes: row.packet, length: row.length, inInterface: 2, outInterface: 4 })))
  const source = openFaulty(inner, { seed: 11, truncation: 0.5, loss: 0.1, reordering: 0.3 })
  const counters = createCounters(image.blockCount)
  const engine = createEngine(source.batch, image, counters)
  let decided = 0
  for (let count = source.exchange(0); count > 0; count = source.exchange(0)) {
    decide(engine, count, 1500)
    decided += count
  }
  t.equal(decided + source.met.lost, inner.verdicts.length)
  t.equal(
    counters.subarray(0, -8).reduce((sum, count) => sum + count, 0),
    decided,
  )
  t.end()
})
