// SPDX-License-Identifier: GPL-2.0-or-later
// The answers of a batch, after it was decided: each rejected packet is read once more in its slot, since its fields are gone, and its
// sender is told. That costs, but verdict/rejects.ts has seen to it that it happens seldom. What cannot be sent is counted and forgotten:
// to the customer a lost refusal is a refusal without words.

import * as COUNTERS from '../contract/counters.js'
import * as FIELDS from '../contract/fields.js'
import * as NUMBERS from '../contract/numbers.js'
import * as VERDICTS from '../contract/verdicts.js'
import type { Engine } from './decide.js'
import type { RawSocket } from './packet/rawsocket.js'
import { parse } from './parse/parse.js'
import { putReset } from './reject/reset.js'
import { ANSWER_BYTES, putUnreachable } from './reject/unreachable.js'

const { LOOSE_REJECTS_SENT, LOOSE_REJECTS_UNSENT } = COUNTERS
const { FIELD_WORDS, PROTOCOL } = FIELDS
const { PROTOCOL_TCP } = NUMBERS
const { REJECT, verdictOf } = VERDICTS

/** Where answers are written before they are sent. */
export interface Desk {
  readonly fields: Uint32Array
  readonly answer: Uint8Array
}

export function createDesk(): Desk {
  return { fields: new Uint32Array(FIELD_WORDS), answer: new Uint8Array(ANSWER_BYTES) }
}

/** Writes the answer to the packet in `slot` and returns its length. */
function write({ fields, answer }: Desk, { batch }: Engine, slot: number): number {
  const at = batch.at[slot]
  parse(batch.bytes, at, batch.copied[slot], batch.length[slot], fields)
  if (fields[PROTOCOL] === PROTOCOL_TCP) return putReset(answer, batch.bytes, fields)
  return putUnreachable(answer, batch.bytes, at, batch.copied[slot], fields)
}

/** Answers the rejected ones among the first `count` packets of the batch that was decided last; without a socket it only counts them. */
export function answerRejected(engine: Engine, count: number, desk: Desk, socket: RawSocket | null): void {
  if (engine.rejects.owed === 0) return
  const { batch, counters, loose } = engine
  for (let slot = 0; slot < count; slot++) {
    if (verdictOf(batch.decision[slot]) !== REJECT) continue
    const isSent = socket !== null && socket.send(desk.answer, write(desk, engine, slot), batch.inInterface[slot]) === 0
    counters[loose + (isSent ? LOOSE_REJECTS_SENT : LOOSE_REJECTS_UNSENT)] += 1
  }
  engine.rejects.owed = 0
}
