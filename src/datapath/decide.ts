// SPDX-License-Identifier: GPL-2.0-or-later
// The data path, whole: each packet goes parse -> classify -> inspect (for each candidate) -> verdict; docs/verdicts.md says what comes out.
// Plain ones take a shorter way to the same (plain.ts). Nothing here allocates, throws for what a packet holds, logs or waits. All its files
// bind the contract's constants, and functions that each packet runs through, to constants of their own: V8 folds those into the code, but
// loads imported ones at each use (a quarter of the time of a packet).

import type { Batch } from '../contract/batch.js'
import * as FIELDS from '../contract/fields.js'
import * as IMAGE from '../contract/image.js'
import * as REASONS from '../contract/reasons.js'
import * as VERDICTS from '../contract/verdicts.js'
import * as CLASSIFY from './classify/classify.js'
import type { InForce } from './classify/in-force.js'
import * as IN_FORCE from './classify/in-force.js'
import * as INTERFACES from './classify/interfaces.js'
import * as INSPECT from './inspect/inspect.js'
import * as PARSE from './parse/parse.js'
import * as PLAIN from './plain.js'
import type { Limits } from './verdict/limits.js'
import * as LIMITS from './verdict/limits.js'
import * as VERDICT from './verdict/verdict.js'

const { classify, NOT_OURS_LIST } = CLASSIFY
const { createInForce, leftOut, refreshInForce } = IN_FORCE
const { activeHalf } = INTERFACES
const { inspect } = INSPECT
const { parse } = PARSE
const { decidePlain, readyBlocks } = PLAIN
const { limitsFor, police } = LIMITS
const { countOutcome, countSpoofed, countUndecided, isEnforced, openLedger, prefill, settle, settleUnread } = VERDICT

const { HEADER_CHAIN, NO_BLOCK, NOT_OURS, OTHER, UNDECIDED } = REASONS
const { NO_BLOCK_INDEX, reasonOf, SHAPE_NONE } = VERDICTS
const { ENTRY_BLOCK } = IMAGE
const { FIELD_WORDS, SHAPE } = FIELDS

/** One worker's engine under one image. Made anew with each image, since counters, limits and dates belong to it. */
export type Engine = VERDICT.Ledger & {
  readonly fields: Uint32Array
  readonly inForce: InForce
  readonly limits: Limits
  /** Blocks that plain.ts may decide by itself. */
  readonly ready: Uint8Array
}

/** An engine for the packets in `batch` under `image`; `counters` come from createCounters(image.blockCount). */
export function createEngine(batch: Batch, image: IMAGE.Image, counters: Float64Array): Engine {
  const fields = new Uint32Array(FIELD_WORDS)
  const limits = limitsFor(image)
  // Each by its name: V8 lays out a copy made by spreading anew after some calls, and throws away what it has compiled (worker/rehearsal.ts).
  const { loose, rejects } = openLedger(batch, image, counters, limits.now)
  return { batch, image, counters, loose, rejects, fields, inForce: createInForce(image), limits, ready: readyBlocks(image) }
}

/** Who has settled a packet so far; a greater one overrules a smaller. */
const NOBODY = 0
const OBSERVED = 1
const ENFORCED = 2

/**
 * Walks a list of covering blocks in policy order, up to an enforced one that has anything to say. One that finds `other` has not: else
 * a packet that fits two blocks, by its source port and by its destination port, would slip through the later.
 */
function walk(engine: Engine, slot: number, list: number): void {
  const { image, fields, inForce } = engine
  let settled = NOBODY
  for (let at = list + 1; at <= list + image.lists[list]; at++) {
    const entry = image.lists[at] | 0
    if (leftOut(inForce, entry) !== UNDECIDED) continue
    const block = entry & ENTRY_BLOCK
    const seen = inspect(image, entry, engine.batch, fields)
    const by = isEnforced(image, block) ? ENFORCED : OBSERVED
    const found = by === ENFORCED ? police(engine.limits, image, block, fields, seen) : seen
    const decides = by === ENFORCED && found !== OTHER
    if (decides || by > settled) settle(engine, slot, fields, found, fields[SHAPE], block)
    else countOutcome(engine, block, found)
    if (decides) return
    if (by > settled) settled = by
  }
  const first = image.lists[list + 1] | 0
  if (settled === NOBODY) settle(engine, slot, fields, leftOut(inForce, first), SHAPE_NONE, first & ENTRY_BLOCK)
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
  else if (image.lists[list] === 0) settle(engine, slot, fields, NO_BLOCK, SHAPE_NONE, NO_BLOCK_INDEX)
  else walk(engine, slot, list)
}

/** Brings the engine to `nowSeconds`, and decides what `plain` does not leave to the stages. */
function decideBatch(engine: Engine, count: number, nowSeconds: number, plain: boolean): void {
  refreshInForce(engine.image, engine.inForce, nowSeconds)
  engine.limits.now[0] = nowSeconds
  prefill(engine, count)
  const half = activeHalf(engine.image)
  const { decision } = engine.batch
  let whole = false
  try {
    if (plain) decidePlain(engine, count, half)
    for (let slot = 0; slot < count; slot++) {
      if (reasonOf(decision[slot]) === UNDECIDED) decidePacket(engine, slot, half)
    }
    whole = true
  } finally {
    if (!whole) countUndecided(engine, count)
  }
}

/** Decides the first `count` packets of the batch as of `nowSeconds` (since 1970, UTC; limits make use of the fraction). */
export function decide(engine: Engine, count: number, nowSeconds: number): void {
  decideBatch(engine, count, nowSeconds, true)
}

/** As decide(), by the stages alone: for who wants to read in the fields what they have left there. */
export function decideByStages(engine: Engine, count: number, nowSeconds: number): void {
  decideBatch(engine, count, nowSeconds, false)
}
