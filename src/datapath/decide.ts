// SPDX-License-Identifier: GPL-2.0-or-later
// The data path, whole: each packet of a batch goes parse -> classify -> (inspect for each candidate) -> verdict. docs/verdicts.md says
// what must come out. Nothing here allocates, throws for what a packet holds, logs or waits.

import type { Batch } from '../contract/batch.js'
import { FIELD_WORDS, SHAPE } from '../contract/fields.js'
import { ENTRY_BLOCK, ENTRY_EXEMPT, type Image } from '../contract/image.js'
import { DORMANT, EXEMPT, HEADER_CHAIN, LIMITED, NO_BLOCK, NOT_OURS, REPLY, UNDECIDED } from '../contract/reasons.js'
import { NO_BLOCK_INDEX, SHAPE_NONE } from '../contract/verdicts.js'
import { classify, NOT_OURS_LIST } from './classify/classify.js'
import { createStanding, refreshStanding, STANDING_DORMANT, STANDING_ENFORCE, type Standing } from './classify/in-force.js'
import { activeHalf } from './classify/interfaces.js'
import { inspect } from './inspect/inspect.js'
import { parse } from './parse/parse.js'
import { type Limits, limitsFor, overLimit } from './verdict/limits.js'
import { countOutcome, countSpoofed, countUndecided, type Ledger, openLedger, prefill, settle, settleUnread } from './verdict/verdict.js'

/** One worker's engine under one image. Made anew with each image, since counters, limits and standings belong to it. */
export interface Engine extends Ledger {
  readonly fields: Uint32Array
  readonly standing: Standing
  readonly limits: Limits
}

/** An engine for the packets in `batch` under `image`; `counters` come from createCounters(image.blockCount). */
export function createEngine(batch: Batch, image: Image, counters: Float64Array): Engine {
  const fields = new Uint32Array(FIELD_WORDS)
  return { ...openLedger(batch, image, counters), fields, standing: createStanding(image), limits: limitsFor(image) }
}

/** Walks the blocks that cover the packet, in policy order. The first observed one settles it until an enforced one overrules that. */
function walk(engine: Engine, slot: number, list: number): void {
  const { image, fields, standing } = engine
  const end = list + image.lists[list]
  let settled = false
  let reason = NO_BLOCK
  let block = NO_BLOCK_INDEX
  for (let at = list + 1; at <= end; at++) {
    const entry = image.lists[at] | 0
    const covering = entry & ENTRY_BLOCK
    const stands = standing.blocks[covering]
    if (stands === STANDING_DORMANT || (entry & ENTRY_EXEMPT) !== 0) {
      if (block === NO_BLOCK_INDEX) reason = stands === STANDING_DORMANT ? DORMANT : EXEMPT
      if (block === NO_BLOCK_INDEX) block = covering
      continue
    }
    const found = inspect(image, entry, engine.batch.bytes, fields)
    if (stands === STANDING_ENFORCE) {
      const limited = found === REPLY && overLimit(engine.limits, image, covering, fields)
      settle(engine, slot, fields, limited ? LIMITED : found, fields[SHAPE], covering)
      return
    }
    if (settled) countOutcome(engine, covering, found)
    else settle(engine, slot, fields, found, fields[SHAPE], covering)
    settled = true
  }
  if (!settled) settle(engine, slot, fields, reason, SHAPE_NONE, block)
}

function decidePacket(engine: Engine, slot: number, half: number): void {
  const { batch, image, fields } = engine
  const status = parse(batch.bytes, batch.at[slot], batch.copied[slot], batch.length[slot], fields)
  if (status !== UNDECIDED && status !== HEADER_CHAIN) {
    settleUnread(engine, slot, status)
    return
  }
  const list = classify(image, fields, batch.inInterface[slot], batch.outInterface[slot], half)
  countSpoofed(engine, fields)
  if (list === NOT_OURS_LIST) settle(engine, slot, fields, NOT_OURS, SHAPE_NONE, NO_BLOCK_INDEX)
  else walk(engine, slot, list)
}

/** Decides the first `count` packets of the batch as of `nowSeconds` (since 1970, UTC; limits make use of the fraction). */
export function decide(engine: Engine, count: number, nowSeconds: number): void {
  refreshStanding(engine.image, engine.standing, nowSeconds)
  engine.limits.now[0] = nowSeconds
  prefill(engine, count)
  const half = activeHalf(engine.image)
  try {
    for (let slot = 0; slot < count; slot++) decidePacket(engine, slot, half)
  } finally {
    countUndecided(engine, count)
  }
}
