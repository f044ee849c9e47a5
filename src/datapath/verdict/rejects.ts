// SPDX-License-Identifier: GPL-2.0-or-later
// Which packets of a block with `action: reject` are answered (docs/verdicts.md, step 7); the others are dropped in silence. The answers
// themselves are built and sent after the batch (reject/, answer.ts): here it is only decided that one is owed.
//
// An answer to the wrong address makes the router attack for somebody else, and an answer to an answer never ends. So only those get one
// who can have sent the packet, it is never more than a trickle, and no kind of packet that answers are made of is answered.

import * as FIELDS from '../../contract/fields.js'
import type { Image } from '../../contract/image.js'
import * as IMAGE from '../../contract/image.js'
import * as NUMBERS from '../../contract/numbers.js'
import * as REASONS from '../../contract/reasons.js'
import * as VERDICTS from '../../contract/verdicts.js'
import { createLimits, type Limits, takeFromCustomer, takeToken, WAYS } from './limits.js'

const { DESTINATION, DIRECTION, FAMILY, FIRST_FRAGMENT, PROTOCOL, SOURCE, STATUS, TCP_FLAGS, TCP_RST } = FIELDS
const { ACTION_REJECT, BLOCK, BLOCK_WORDS } = IMAGE
const { PROTOCOL_TCP, REJECT_BURST, REJECT_BURST_PER_WORKER, REJECT_RATE, REJECT_RATE_PER_WORKER } = NUMBERS
const { HEADER_CHAIN } = REASONS
const { NO_BLOCK_INDEX, OUTBOUND } = VERDICTS

const ACTION = BLOCK.action

/** Buckets for a policy that rejects: 0.2 MB a worker. What is forgotten begins full; the worker's own bucket bounds that. */
const BUCKETS = 1 << 12
/**
 * A customer's network has 64 bits (RFC 4291 section 2.5.4): all behind them are his own, and with a bucket for each address one customer
 * who changes his would use up what the worker has for all.
 */
const NETWORK_WORDS = 2
/** The only bucket of the worker's table that is used. */
const WORKER_BUCKET = 0

export interface Rejects {
  readonly customers: Limits
  readonly worker: Limits
  /** Answers owed to packets of this batch. */
  owed: number
}

/** Whether any block of the image has `action: reject`. */
export function hasReject(image: Image): boolean {
  for (let block = 0; block < image.blockCount; block++) {
    if (image.blocks[block * BLOCK_WORDS + ACTION] === ACTION_REJECT) return true
  }
  return false
}

/** Full buckets for what an image may reject; `now` is the time of the batch, as in Limits. */
export function rejectsFor(image: Image, now: Float64Array): Rejects {
  const worker = createLimits(WAYS, now)
  worker.tokens[WORKER_BUCKET] = REJECT_BURST_PER_WORKER
  return { customers: createLimits(hasReject(image) ? BUCKETS : WAYS, now, NETWORK_WORDS), worker, owed: 0 }
}

/** 0.0.0.0/8, 127.0.0.0/8, and from 224.0.0.0 on multicast, reserved and broadcast: no single host has such an address. */
function isHostIpv4(address: number): boolean {
  const first = address >>> 24
  return first !== 0 && first !== 127 && first < 224
}

/** ff00::/8, and ::/96 and ::ffff:0:0/96, in which lie the unspecified and the loopback address. */
function isHostIpv6(fields: Uint32Array, at: number): boolean {
  if (fields[at] >>> 24 === 0xff) return false
  return fields[at] !== 0 || fields[at + 1] !== 0 || (fields[at + 2] !== 0 && fields[at + 2] !== 0xffff)
}

function betweenHosts(fields: Uint32Array): boolean {
  if (fields[FAMILY] === 4) return isHostIpv4(fields[SOURCE]) && isHostIpv4(fields[DESTINATION])
  return isHostIpv6(fields, SOURCE) && isHostIpv6(fields, DESTINATION)
}

function isAnswerable(fields: Uint32Array): boolean {
  if (fields[DIRECTION] !== OUTBOUND || fields[STATUS] === HEADER_CHAIN || !betweenHosts(fields)) return false
  return fields[PROTOCOL] !== PROTOCOL_TCP || ((fields[TCP_FLAGS] & TCP_RST) === 0 && fields[FIRST_FRAGMENT] === 0)
}

/** Whether the packet in `fields` is answered. Takes the tokens that this costs, and counts the answer as owed. */
export function owesAnswer(rejects: Rejects, fields: Uint32Array): boolean {
  if (!isAnswerable(fields)) return false
  if (!takeFromCustomer(rejects.customers, NO_BLOCK_INDEX, fields, REJECT_RATE, REJECT_BURST)) return false
  if (!takeToken(rejects.worker, WORKER_BUCKET, REJECT_RATE_PER_WORKER, REJECT_BURST_PER_WORKER)) return false
  rejects.owed++
  return true
}
