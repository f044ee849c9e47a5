// SPDX-License-Identifier: GPL-2.0-or-later
// Shapes held to packets: test/cases/shapes/NAME.json says of each whether it is a request, a reply, both or neither. The engine itself
// evaluates them. Each pattern of the shapes must be the one that recognises some packet: one that no packet reaches tests nothing.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { FIELD_WORDS, PAYLOAD_AT, PAYLOAD_COPIED, PAYLOAD_HERE, PAYLOAD_LENGTH } from '../../src/contract/fields.js'
import { type Image, PATTERN_WORDS } from '../../src/contract/image.js'
import type { Shape } from '../../src/contract/shape.js'
import { evaluateShape } from '../../src/datapath/inspect/fixed.js'
import { MATCH, NO } from '../../src/datapath/inspect/found.js'
import { buildImage } from '../datapath/image-builder.js'

interface Row {
  /** What the packet is, and where its bytes are from. */
  readonly what: string
  /** Hexadecimal bytes, `00*40` for forty of them, and text in single quotes; blanks do not count outside of text. */
  readonly payload: string
  readonly is: 'request' | 'reply' | 'both' | 'neither'
  /** Bytes that make it that: `0-2 19:20`. Any of them changed (by 80, or by the hexadecimal bits named) and it is that no longer. */
  readonly by?: string
  /** Cut to so many bytes it still is that; to one less, no longer. */
  readonly least?: number
}

/** The bytes of a row's payload. */
export function payloadOf(written: string): Uint8Array {
  const bytes: number[] = []
  for (const [part, text, hex, times] of written.matchAll(/'([^']*)'|([0-9a-f]{2})\*(\d+)|\S\S/g)) {
    if (text !== undefined) bytes.push(...Buffer.from(text, 'latin1'))
    else if (hex !== undefined) bytes.push(...new Array<number>(Number(times)).fill(Number.parseInt(hex, 16)))
    else bytes.push(Number.parseInt(part, 16))
  }
  if (bytes.some((byte) => !(byte >= 0 && byte <= 255))) throw new TypeError(`not bytes: ${written}`)
  return Uint8Array.from(bytes)
}

/** Payloads as unlike the row's as can be with one byte changed, or with the last one that counts cut off; and what was done to each. */
function* nearMisses({ by = '', least }: Row, payload: Uint8Array): Generator<[done: string, payload: Uint8Array]> {
  for (const [, first, last = first, bits = '80'] of by.matchAll(/(\d+)(?:-(\d+))?(?::([0-9a-f]{2}))?/g)) {
    for (let at = Number(first); at <= Number(last); at++) {
      const changed = payload.slice()
      changed[at] = (changed[at] as number) ^ Number.parseInt(bits, 16)
      yield [`byte ${at} changed by ${bits}`, changed]
    }
  }
  if (least !== undefined) yield [`cut to ${least - 1} bytes`, payload.slice(0, least - 1)]
}

/** Images are large, so each shape has one, in which its patterns stand last. */
const images = new Map<Shape, Image>()

function imageOf(shape: Shape): Image {
  const known = images.get(shape)
  if (known !== undefined) return known
  const image = buildImage({ blocks: [{ request: shape }] })
  images.set(shape, image)
  return image
}

/** What the engine finds where a payload has been copied whole; only one pattern of the shape is asked where `pattern` is given. */
export function evaluateWhole(shape: Shape, payload: Uint8Array, pattern?: number): number {
  const image = imageOf(shape)
  const fields = new Uint32Array(FIELD_WORDS)
  // Behind the payload lies what another packet left.
  const bytes = new Uint8Array(payload.length + 73).fill(0x64)
  bytes.set(payload, 9)
  fields[PAYLOAD_AT] = 9
  for (const field of [PAYLOAD_LENGTH, PAYLOAD_HERE, PAYLOAD_COPIED]) fields[field] = payload.length
  const first = image.patterns.length / PATTERN_WORDS - shape.length
  return evaluateShape(
    image,
    first + (pattern ?? 0),
    pattern === undefined ? shape.length : 1,
    { bytes, view: new DataView(bytes.buffer) },
    fields,
  )
}

/** Holds both shapes to the rows of test/cases/shapes/`name`.json, and each of their patterns to at least one of them. */
export function holdShapes(t: Test, name: string, request: Shape, reply: Shape | null): void {
  const rows = JSON.parse(readFileSync(join(process.cwd(), 'test/cases/shapes', `${name}.json`), 'utf8')) as Row[]
  const payloads = rows.map(({ payload }) => payloadOf(payload))
  for (const [which, shape] of [['request', request] as const, ...(reply === null ? [] : [['reply', reply] as const])]) {
    rows.forEach((row, index) => {
      const { what, is, least } = row
      const payload = payloads[index] as Uint8Array
      const wanted = is === which || is === 'both' ? MATCH : NO
      t.equal(evaluateWhole(shape, payload), wanted, `${what}: ${wanted === MATCH ? 'a' : 'no'} ${which}`)
      if (wanted === NO) return
      if (least !== undefined) t.equal(evaluateWhole(shape, payload.slice(0, least)), MATCH, `${what}: a ${which} in ${least} bytes`)
      for (const [done, missed] of nearMisses(row, payload)) t.equal(evaluateWhole(shape, missed), NO, `${what}, ${done}: no ${which}`)
    })
    shape.forEach((pattern, index) => {
      const reached = payloads.some((payload) => evaluateWhole(shape, payload, index) === MATCH)
      t.ok(reached, `${which} pattern ${index + 1} (${pattern.name ?? 'the only one'}) is reached`)
    })
  }
  t.end()
}
