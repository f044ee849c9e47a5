// SPDX-License-Identifier: GPL-2.0-or-later
// The blocks of the image, and the shapes they are told by.

import {
  ACTION_DROP,
  ACTION_REJECT,
  BLOCK,
  BLOCK_WORDS,
  CLASS_A_BLOCK,
  CLASS_B_BLOCK,
  CLASS_C_BLOCK,
  CLASS_D_BLOCK,
  CLASS_NONE,
  MAX_BLOCKS,
  MODE_ENFORCE,
  MODE_OBSERVE,
  STOPS_REPLY,
  STOPS_REQUEST,
} from '../../contract/image.js'
import { NTP_REPLY } from '../../contract/shapes.js'
import type { Block, Policy } from '../policy/policy.js'
import { requireAtMost } from './limits.js'
import { ShapeTable } from './shapes.js'

const BLOCK_CLASSES = { A: CLASS_A_BLOCK, B: CLASS_B_BLOCK, C: CLASS_C_BLOCK, D: CLASS_D_BLOCK } as const

export interface BlockTable {
  /** As the sections of the image. */
  readonly blocks: Uint32Array
  readonly patterns: Uint32Array
  readonly tests: Uint32Array
}

export function buildBlocks(policy: Policy): BlockTable {
  requireAtMost(MAX_BLOCKS, policy.blocks.length, 'blocks')
  const shapes = new ShapeTable()
  const blocks = new Uint32Array(policy.blocks.length * BLOCK_WORDS)
  for (const [number, block] of policy.blocks.entries()) {
    writeBlock(blocks.subarray(number * BLOCK_WORDS, (number + 1) * BLOCK_WORDS), block, shapes)
  }
  return { blocks, patterns: Uint32Array.from(shapes.patterns), tests: Uint32Array.from(shapes.tests) }
}

function writeBlock(words: Uint32Array, { mode, action, profile, since, expires, limit }: Block, shapes: ShapeTable): void {
  const blockClass = profile?.class == null ? CLASS_NONE : BLOCK_CLASSES[profile.class]
  const request = shapes.place(profile?.request ?? null)
  // The only reply that class A knows is the clock's (contract/shapes.ts, CLASS_A_NTP_PORTS).
  const reply = shapes.place(blockClass === CLASS_A_BLOCK ? NTP_REPLY : (profile?.reply ?? null))
  words[BLOCK.mode] = mode === 'enforce' ? MODE_ENFORCE : MODE_OBSERVE
  words[BLOCK.action] = action === 'reject' ? ACTION_REJECT : ACTION_DROP
  words[BLOCK.blockClass] = blockClass
  words[BLOCK.since] = since
  words[BLOCK.expires] = expires
  words[BLOCK.requestAt] = request.first
  words[BLOCK.requestCount] = request.count
  words[BLOCK.replyAt] = reply.first
  words[BLOCK.replyCount] = reply.count
  words[BLOCK.replyMinimum] = reply.minimum
  words[BLOCK.replySourcePort] = profile?.replySourcePort ?? 0
  words[BLOCK.limitRate] = limit?.rate ?? 0
  words[BLOCK.limitBurst] = limit?.burst ?? 0
  words[BLOCK.stops] = profile?.stops === 'reply' ? STOPS_REPLY : STOPS_REQUEST
}
