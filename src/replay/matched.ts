// SPDX-License-Identifier: GPL-2.0-or-later
// What the decision word does not say of a packet: which of its block's services it is of, and which pattern its payload matched. Asked of
// the engine's own stages, and only where a block has several of either.

import type { Batch } from '../contract/batch.js'
import { DESTINATION_PORT, FIELD_WORDS, PROTOCOL, SOURCE_PORT } from '../contract/fields.js'
import { BLOCK, BLOCK_WORDS, type Image } from '../contract/image.js'
import { PROTOCOL_TCP, PROTOCOL_UDP } from '../contract/numbers.js'
import { DORMANT, EXEMPT, HEADER_CHAIN, UNDECIDED } from '../contract/reasons.js'
import { blockOf, NO_BLOCK_INDEX, reasonOf, SHAPE_REPLY, SHAPE_REQUEST, shapeOf } from '../contract/verdicts.js'
import type { Block, Policy } from '../control/policy/policy.js'
import type { Service } from '../control/profiles/profile.js'
import { evaluateShape } from '../datapath/inspect/fixed.js'
import { MATCH } from '../datapath/inspect/found.js'
import { parse } from '../datapath/parse/parse.js'

export class Matched {
  readonly #batch: Batch
  readonly #image: Image
  readonly #blocks: readonly Block[]
  readonly #fields = new Uint32Array(FIELD_WORDS)

  constructor(batch: Batch, image: Image, { blocks }: Policy) {
    this.#batch = batch
    this.#image = image
    this.#blocks = blocks
  }

  /** Index of the service in the block that gave the packet in `slot` its reason; -1 for none, or where its ports are not known. */
  service(slot: number): number {
    const decision = this.#batch.decision[slot]
    const index = blockOf(decision)
    if (index === NO_BLOCK_INDEX) return -1
    const reason = reasonOf(decision)
    if (reason === HEADER_CHAIN) return -1
    const { services } = this.#blocks[index] as Block
    // Dormant and exempt may be said of an endless header chain too.
    if (services.length === 1 && reason !== DORMANT && reason !== EXEMPT) return 0
    return this.#parse(slot) === UNDECIDED ? serviceOf(services, this.#fields) : -1
  }

  /** Index, in the block's request or reply shape, of the pattern that the packet in `slot` matched; -1 where no shape did. */
  pattern(slot: number): number {
    const decision = this.#batch.decision[slot]
    const shape = shapeOf(decision)
    const index = blockOf(decision)
    if (index === NO_BLOCK_INDEX || (shape !== SHAPE_REQUEST && shape !== SHAPE_REPLY)) return -1
    if (this.#parse(slot) !== UNDECIDED) return -1
    const [first, count] = shape === SHAPE_REQUEST ? [BLOCK.requestAt, BLOCK.requestCount] : [BLOCK.replyAt, BLOCK.replyCount]
    const { blocks } = this.#image
    const at = index * BLOCK_WORDS
    for (let pattern = 0; pattern < blocks[at + count]; pattern++) {
      if (evaluateShape(this.#image, blocks[at + first] + pattern, 1, this.#batch, this.#fields) === MATCH) return pattern
    }
    return -1
  }

  #parse(slot: number): number {
    const { bytes, at, copied, length } = this.#batch
    return parse(bytes, at[slot], copied[slot], length[slot], this.#fields)
  }
}

/** The first of `services` that the packet in `fields` is of, as explain takes it; -1 for none. */
function serviceOf(services: readonly Service[], fields: Uint32Array): number {
  const protocol = fields[PROTOCOL] === PROTOCOL_UDP ? 'udp' : fields[PROTOCOL] === PROTOCOL_TCP ? 'tcp' : null
  return services.findIndex(({ protocol: own, side, first, last }) => {
    const port = fields[side === 'source' ? SOURCE_PORT : DESTINATION_PORT]
    return own === protocol && first <= port && port <= last
  })
}
