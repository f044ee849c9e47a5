// SPDX-License-Identifier: GPL-2.0-or-later
// One candidate -> reason (docs/verdicts.md, end of step 3, and step 5): the class table. Says what the packet is to this block; what
// follows from it (mode, action, limit) is verdict's.

import type { Bytes } from '../../contract/batch.js'
import * as FIELDS from '../../contract/fields.js'
import type { Image } from '../../contract/image.js'
import * as IMAGE from '../../contract/image.js'
import * as REASONS from '../../contract/reasons.js'
import * as SHAPES from '../../contract/shapes.js'
import * as VERDICTS from '../../contract/verdicts.js'
import * as FIXED from './fixed.js'
import * as FOUND from './found.js'

const { evaluateShape } = FIXED
const { CUT_OFF, MATCH, NO, SHORT_OF } = FOUND

const { PAYLOAD_LENGTH, SHAPE, SOURCE_PORT, STATUS } = FIELDS
const {
  BLOCK,
  BLOCK_WORDS,
  CLASS_A_BLOCK,
  CLASS_B_BLOCK,
  CLASS_C_BLOCK,
  CLASS_D_BLOCK,
  ENTRY_BLOCK,
  ENTRY_NTP_REPLY,
  ENTRY_PORT,
  STOPS_REPLY,
} = IMAGE
const { ANSWER, CLASS_A, CUT, HEADER_CHAIN, NOT_REPLY, OTHER, PORT, REPLY, REQUEST, SHORT, WRONG_SOURCE_PORT } = REASONS
const { NTP_PORT } = SHAPES
const { SHAPE_CUT, SHAPE_NONE, SHAPE_OTHER, SHAPE_REPLY, SHAPE_REQUEST, SHAPE_SHORT } = VERDICTS

const BLOCK_CLASS = BLOCK.blockClass
const REQUEST_AT = BLOCK.requestAt
const REQUEST_COUNT = BLOCK.requestCount
const REPLY_AT = BLOCK.replyAt
const REPLY_COUNT = BLOCK.replyCount
const REPLY_MINIMUM = BLOCK.replyMinimum
const REPLY_SOURCE_PORT = BLOCK.replySourcePort
const STOPS = BLOCK.stops

/** `matched` where the shape was found, else the shape that says why it was not. */
function shapeOfResult(result: number, matched: number): number {
  if (result === MATCH) return matched
  if (result === CUT_OFF) return SHAPE_CUT
  return result === SHORT_OF ? SHAPE_SHORT : SHAPE_OTHER
}

/**
 * No legitimate use from outside: everything goes, but for the clock of a second NTP client behind a Linux NAT. Some requests begin with
 * bytes that the sender chooses (the XID of a remote call, the ID of a name query): one that looks like an NTP reply is a request still.
 */
function inspectClassA(image: Image, at: number, entry: number, memory: Bytes, fields: Uint32Array): number {
  if ((entry & ENTRY_NTP_REPLY) === 0 || fields[SOURCE_PORT] !== NTP_PORT) return CLASS_A
  const result = evaluateShape(image, image.blocks[at + REPLY_AT], image.blocks[at + REPLY_COUNT], memory, fields)
  fields[SHAPE] = shapeOfResult(result, SHAPE_REPLY)
  if (result !== MATCH) return result === CUT_OFF ? CUT : CLASS_A
  const request = evaluateShape(image, image.blocks[at + REQUEST_AT], image.blocks[at + REQUEST_COUNT], memory, fields)
  if (request === NO) return REPLY
  fields[SHAPE] = shapeOfResult(request, SHAPE_REQUEST)
  return request === CUT_OFF ? CUT : CLASS_A
}

/** Clients with fixed source ports: only what is positively a reply of the service lives. */
function inspectClassB(image: Image, at: number, memory: Bytes, fields: Uint32Array): number {
  const { blocks } = image
  const request = evaluateShape(image, blocks[at + REQUEST_AT], blocks[at + REQUEST_COUNT], memory, fields)
  if (request !== NO) {
    fields[SHAPE] = shapeOfResult(request, SHAPE_REQUEST)
    if (request === MATCH) return REQUEST
    return request === CUT_OFF ? CUT : SHORT
  }
  if (fields[PAYLOAD_LENGTH] < blocks[at + REPLY_MINIMUM]) {
    fields[SHAPE] = SHAPE_SHORT
    return SHORT
  }
  const reply = evaluateShape(image, blocks[at + REPLY_AT], blocks[at + REPLY_COUNT], memory, fields)
  fields[SHAPE] = shapeOfResult(reply, SHAPE_REPLY)
  if (reply === MATCH) return fields[SOURCE_PORT] === blocks[at + REPLY_SOURCE_PORT] ? REPLY : WRONG_SOURCE_PORT
  if (reply === CUT_OFF) return CUT
  return reply === SHORT_OF ? SHORT : NOT_REPLY
}

/** Ports in ephemeral ranges, and class D: only what is positively a request is one; or a reply, where replies are what the block stops. */
function inspectClassC(image: Image, at: number, memory: Bytes, fields: Uint32Array): number {
  const { blocks } = image
  const replies = blocks[at + STOPS] === STOPS_REPLY
  const result = replies
    ? evaluateShape(image, blocks[at + REPLY_AT], blocks[at + REPLY_COUNT], memory, fields)
    : evaluateShape(image, blocks[at + REQUEST_AT], blocks[at + REQUEST_COUNT], memory, fields)
  fields[SHAPE] = shapeOfResult(result, replies ? SHAPE_REPLY : SHAPE_REQUEST)
  if (result === MATCH) return replies ? ANSWER : REQUEST
  if (result === CUT_OFF) return CUT
  return result === SHORT_OF ? SHORT : OTHER
}

/** The reason that the candidate `entry` of a list gives to the packet in `fields`; leaves the shape it saw in SHAPE. */
export function inspect(image: Image, entry: number, memory: Bytes, fields: Uint32Array): number {
  fields[SHAPE] = SHAPE_NONE
  if (fields[STATUS] === HEADER_CHAIN) return HEADER_CHAIN
  if ((entry & ENTRY_PORT) !== 0) return PORT
  const at = (entry & ENTRY_BLOCK) * BLOCK_WORDS
  const blockClass = image.blocks[at + BLOCK_CLASS]
  if (blockClass === CLASS_B_BLOCK) return inspectClassB(image, at, memory, fields)
  if (blockClass === CLASS_C_BLOCK || blockClass === CLASS_D_BLOCK) return inspectClassC(image, at, memory, fields)
  if (blockClass === CLASS_A_BLOCK) return inspectClassA(image, at, entry, memory, fields)
  return PORT
}
