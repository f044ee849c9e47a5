// SPDX-License-Identifier: GPL-2.0-or-later
import t from 'tap'
import { createBatch } from '../../../src/contract/batch.js'
import {
  counterAt,
  createCounters,
  LOOSE_SPOOFED_INBOUND,
  LOOSE_SPOOFED_OUTBOUND,
  looseAt,
  OUTCOMES,
} from '../../../src/contract/counters.js'
import { DESTINATION, DIRECTION, FAMILY, FIELD_WORDS, SOURCE, SPOOFED } from '../../../src/contract/fields.js'
import { ACTION_DROP, ACTION_REJECT, MODE_ENFORCE, MODE_OBSERVE } from '../../../src/contract/image.js'
import { NF_ACCEPT, NF_DROP } from '../../../src/contract/numbers.js'
import { CUT, NO_BLOCK, NOT_OURS, REASONS, REPLY, REQUEST, UNDECIDED } from '../../../src/contract/reasons.js'
import {
  ACCEPT,
  DROP,
  INBOUND,
  NO_BLOCK_INDEX,
  NO_DIRECTION,
  OUTBOUND,
  packDecision,
  REJECT,
  SHAPE_NONE,
  SHAPE_REQUEST,
  TRANSIT,
} from '../../../src/contract/verdicts.js'
import {
  countOutcome,
  countSpoofed,
  countUndecided,
  isEnforced,
  openLedger,
  prefill,
  settle,
  settleUnread,
} from '../../../src/datapath/verdict/verdict.js'
import { buildImage } from '../image-builder.js'

const BLOCKS = [
  { mode: MODE_ENFORCE, action: ACTION_DROP },
  { mode: MODE_ENFORCE, action: ACTION_REJECT },
  { mode: MODE_OBSERVE, action: ACTION_DROP },
  { mode: MODE_OBSERVE, action: ACTION_REJECT },
]
const IMAGES = [ACCEPT, DROP].map((defaultVerdict) => buildImage({ blocks: BLOCKS, defaultVerdict }))

function ledgerOf(defaultVerdict = ACCEPT) {
  const image = IMAGES[defaultVerdict] as (typeof IMAGES)[0]
  return openLedger(createBatch(512), image, createCounters(BLOCKS.length), new Float64Array(1))
}
function fieldsOf(direction: number, spoofed: number): Uint32Array {
  const fields = new Uint32Array(FIELD_WORDS)
  fields[DIRECTION] = direction
  fields[SPOOFED] = spoofed
  fields[FAMILY] = 4
  fields[SOURCE] = 0xc6336407
  fields[DESTINATION] = 0xcb0071c8
  return fields
}
/** Indices of the counters that are not 0, with their values. */
const counted = (counters: Float64Array) => [...counters.entries()].filter(([, count]) => count > 0)

t.test('what a reason means to a block [7.drop]', (t) => {
  const drops = ['header-chain', 'port', 'class-a', 'request', 'short', 'not-reply', 'wrong-source-port', 'limited', 'answer']
  for (const [reason, name] of REASONS.entries()) {
    const expected = drops.includes(name) ? ['drop', 'reject', 'would', 'would'] : ['accept', 'accept', 'accept', 'accept']
    for (const [block, outcome] of expected.entries()) {
      const ledger = ledgerOf()
      countOutcome(ledger, block, reason)
      t.strictSame(
        counted(ledger.counters),
        [[counterAt(block, reason, OUTCOMES.indexOf(outcome as 'drop')), 1]],
        `${name}, block ${block}`,
      )
    }
  }
  t.strictSame(
    [0, 1, 2, 3].map((block) => isEnforced(IMAGES[0] as (typeof IMAGES)[0], block)),
    [true, true, false, false],
  )
  t.end()
})

t.test('settle writes both columns and counts', (t) => {
  const rows = [
    { block: 0, reason: REQUEST, kernel: NF_DROP, verdict: DROP, would: 0 },
    { block: 1, reason: REQUEST, kernel: NF_DROP, verdict: REJECT, would: 0 },
    { block: 2, reason: REQUEST, kernel: NF_ACCEPT, verdict: ACCEPT, would: 1 },
    { block: 3, reason: REPLY, kernel: NF_ACCEPT, verdict: ACCEPT, would: 0 },
    { block: NO_BLOCK_INDEX, reason: NOT_OURS, kernel: NF_ACCEPT, verdict: ACCEPT, would: 0 },
  ]
  for (const { block, reason, kernel, verdict, would } of rows) {
    const ledger = ledgerOf()
    ledger.batch.verdict.fill(9)
    settle(ledger, 5, fieldsOf(OUTBOUND, 1), reason, SHAPE_REQUEST, block)
    t.equal(ledger.batch.verdict[5], kernel)
    t.equal(ledger.batch.decision[5], packDecision(verdict, reason, would, 1, OUTBOUND, SHAPE_REQUEST, block))
    t.equal(ledger.batch.verdict[4], 9)
    t.equal(ledger.batch.verdict[6], 9)
    t.equal(counted(ledger.counters).length, 1)
  }
  t.end()
})

t.test('an answer that is not given is a drop, and a batch begins without any owed [7.reject]', (t) => {
  const ledger = ledgerOf()
  settle(ledger, 0, fieldsOf(INBOUND, 0), REQUEST, SHAPE_REQUEST, 1)
  t.equal(ledger.batch.decision[0], packDecision(DROP, REQUEST, 0, 0, INBOUND, SHAPE_REQUEST, 1))
  t.strictSame(counted(ledger.counters), [[counterAt(1, REQUEST, OUTCOMES.indexOf('drop')), 1]])
  t.equal(ledger.rejects.owed, 0)
  settle(ledger, 1, fieldsOf(OUTBOUND, 0), REQUEST, SHAPE_REQUEST, 1)
  settle(ledger, 2, fieldsOf(OUTBOUND, 0), REQUEST, SHAPE_REQUEST, 0)
  settle(ledger, 3, fieldsOf(OUTBOUND, 0), REQUEST, SHAPE_REQUEST, 3)
  t.equal(ledger.rejects.owed, 1)
  prefill(ledger, 1)
  t.equal(ledger.rejects.owed, 0)
  t.end()
})

t.test('a second settle overrules the first; both are counted', (t) => {
  const ledger = ledgerOf()
  settle(ledger, 0, fieldsOf(INBOUND, 0), REQUEST, SHAPE_REQUEST, 2)
  settle(ledger, 0, fieldsOf(INBOUND, 0), REQUEST, SHAPE_REQUEST, 0)
  t.equal(ledger.batch.decision[0], packDecision(DROP, REQUEST, 0, 0, INBOUND, SHAPE_REQUEST, 0))
  t.equal(ledger.batch.verdict[0], NF_DROP)
  t.equal(counted(ledger.counters).length, 2)
  t.end()
})

t.test('an unread packet is accepted, whatever the fields still say [8.told-early]', (t) => {
  const ledger = ledgerOf(DROP)
  prefill(ledger, 1)
  settleUnread(ledger, 0, CUT)
  t.equal(ledger.batch.verdict[0], NF_ACCEPT)
  t.equal(ledger.batch.decision[0], packDecision(ACCEPT, CUT, 0, 0, NO_DIRECTION, SHAPE_NONE, NO_BLOCK_INDEX))
  t.strictSame(counted(ledger.counters), [[counterAt(NO_BLOCK_INDEX, CUT, 0), 1]])
  t.end()
})

t.test('spoofed sources by side', (t) => {
  const ledger = ledgerOf()
  for (const [direction, spoofed] of [
    [INBOUND, 0],
    [OUTBOUND, 0],
    [INBOUND, 1],
    [TRANSIT, 1],
    [OUTBOUND, 1],
  ] as const) {
    countSpoofed(ledger, fieldsOf(direction, spoofed))
  }
  const loose = looseAt(BLOCKS.length)
  t.strictSame(counted(ledger.counters), [
    [loose + LOOSE_SPOOFED_INBOUND, 2],
    [loose + LOOSE_SPOOFED_OUTBOUND, 1],
  ])
  t.end()
})

t.test('undecided slots take the default verdict, and are counted as that [7.undecided]', (t) => {
  for (const [defaultVerdict, kernel] of [
    [ACCEPT, NF_ACCEPT],
    [DROP, NF_DROP],
  ] as const) {
    const ledger = ledgerOf(defaultVerdict)
    ledger.batch.verdict.fill(9)
    prefill(ledger, 3)
    settle(ledger, 1, fieldsOf(INBOUND, 0), NO_BLOCK, SHAPE_NONE, NO_BLOCK_INDEX)
    countUndecided(ledger, 3)
    t.strictSame([...ledger.batch.verdict.subarray(0, 4)], [kernel, NF_ACCEPT, kernel, 9])
    t.equal(ledger.batch.decision[0], packDecision(defaultVerdict, UNDECIDED, 0, 0, NO_DIRECTION, SHAPE_NONE, NO_BLOCK_INDEX))
    t.equal(ledger.counters[counterAt(NO_BLOCK_INDEX, UNDECIDED, defaultVerdict)], 2)
  }
  t.end()
})
