// SPDX-License-Identifier: GPL-2.0-or-later
// Each shape of the catalogue: any bytes, and the packets of test/cases/shapes changed and cut anywhere, are told as the oracle tells them.
// And every prefix of a valid request and of a valid reply gives the answer that test/cases/prefixes.json documents, whether its sender
// ended it there, a first fragment did, or a copy. A shape without an entry needs one with `file` and `what`; then
// `UPDATE=1 node build/test/property/shapes.test.js` writes what is told today, for a human to read before it is committed.

import fc from 'fast-check'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { FIELD_WORDS, PAYLOAD_AT, PAYLOAD_COPIED, PAYLOAD_HERE, PAYLOAD_LENGTH } from '../../src/contract/fields.js'
import { type Image, PATTERN_WORDS } from '../../src/contract/image.js'
import type { Shape } from '../../src/contract/shape.js'
import { PROFILES } from '../../src/control/profiles/catalogue.js'
import { evaluateShape } from '../../src/datapath/inspect/fixed.js'
import { payloadOf } from '../contract/shape-cases.js'
import { buildImage } from '../datapath/image-builder.js'
import { type Match, matchShape } from '../oracle/shape.js'
import { ROOT } from '../rules/tree.js'
import { hold } from './hold.js'
import { messageFor } from './messages.js'

const MATCHES: readonly Match[] = ['no', 'yes', 'short', 'cut']
const LONGEST = 1500
const TABLE = `${ROOT}test/cases/prefixes.json`

/** A valid packet of a shape, and the answers for each of its prefixes. */
interface Entry {
  readonly file: string
  readonly what: string
  readonly ended?: string
  readonly fragment?: string
}

interface Example {
  readonly what: string
  readonly payload: string
  readonly is: string
}

const EXAMPLES = readdirSync(`${ROOT}test/cases/shapes`)
  .sort()
  .flatMap((file) => {
    const rows = JSON.parse(readFileSync(`${ROOT}test/cases/shapes/${file}`, 'utf8')) as Example[]
    return rows.map((row) => ({ ...row, file: file.replace('.json', ''), bytes: payloadOf(row.payload) }))
  })

/** Each shape once, under the first profile and side that has it. */
const shapes = new Map<Shape, { readonly name: string; readonly side: 'request' | 'reply' }>()
for (const { name, request, reply } of PROFILES) {
  if (request !== null && !shapes.has(request)) shapes.set(request, { name: `${name} request`, side: 'request' })
  if (reply !== null && !shapes.has(reply)) shapes.set(reply, { name: `${name} reply`, side: 'reply' })
}

const slab = new Uint8Array(LONGEST * 2)
const memory = { bytes: slab, view: new DataView(slab.buffer) }
const fields = new Uint32Array(FIELD_WORDS)

function engineSays(image: Image, shape: Shape, payload: Uint8Array, length: number, here: number, copied: number): Match {
  slab.fill(0x31 + (copied % 80), 0, payload.length + 64)
  slab.set(payload.subarray(0, copied), 7)
  fields[PAYLOAD_AT] = 7
  fields[PAYLOAD_LENGTH] = length
  fields[PAYLOAD_HERE] = here
  fields[PAYLOAD_COPIED] = copied
  return MATCHES[evaluateShape(image, image.patterns.length / PATTERN_WORDS - shape.length, shape.length, memory, fields)] ?? 'cut'
}

/** Where each answer begins, by length: `no, matches from 14`. */
function runs(answers: readonly string[]): string {
  const words: Record<string, string> = { yes: 'matches' }
  return answers
    .flatMap((answer, at) => (answer === answers[at - 1] ? [] : [`${words[answer] ?? answer}${at === 0 ? '' : ` from ${at}`}`]))
    .join(', ')
}

t.setTimeout(600_000)

const documented = JSON.parse(readFileSync(TABLE, 'utf8')) as Record<string, Entry>
const found: Record<string, Entry> = {}

for (const [shape, { name, side }] of shapes) {
  t.test(name, async (t) => {
    const image = buildImage({ blocks: [{ request: shape }] })
    const both = (payload: Uint8Array, length: number, here: number, copied: number): Match => {
      const engine = engineSays(image, shape, payload, length, here, copied)
      const oracle = matchShape(shape, { length, here, copied: payload.slice(0, copied) })
      if (engine === oracle) return engine
      const hex = Buffer.from(payload).toString('hex')
      throw new Error(`the oracle says ${oracle}, the engine ${engine}: ${hex}, length ${length}, here ${here}, copied ${copied}`)
    }
    const entry = documented[name]
    const own = EXAMPLES.filter(({ file, is }) => file === entry?.file && (is === side || is === 'both'))
    const valid = own.find(({ what }) => what === entry?.what)
    if (!entry || !valid) {
      t.fail(`${name}: no entry in ${TABLE}, or no such packet`)
      return
    }
    const parsers = [...new Set(shape.flatMap(({ parser }) => parser ?? []))]
    const change = fc.record({ at: fc.nat(LONGEST), value: fc.nat(255) })
    const changed = fc
      .record({ of: fc.oneof(fc.constantFrom(...EXAMPLES), fc.constantFrom(...own)), changes: fc.array(change, { maxLength: 2 }) })
      .map(({ of, changes }) => {
        const copy = of.bytes.slice(0, LONGEST)
        for (const { at, value } of changes) if (copy.length > 0) copy[at % copy.length] = value
        return copy
      })
    const payloads = fc.oneof(fc.uint8Array({ maxLength: 600 }), changed, ...parsers.map(messageFor))
    const agree = fc.property(
      payloads,
      fc.constantFrom(0, 0, 0, 1, 1400),
      fc.nat(LONGEST),
      fc.nat(LONGEST),
      (payload, more, hereSeed, copiedSeed) => {
        const here = more > 0 || hereSeed % 2 === 0 ? Math.min(payload.length, hereSeed) : payload.length
        both(payload, payload.length + more, here, copiedSeed % 2 === 0 ? Math.min(here, copiedSeed) : here)
      },
    )
    hold(t, 'any bytes, and packets changed and cut', agree, 1500)

    const all = valid.bytes.length
    const lengths = Array.from({ length: all + 1 }, (_, length) => length)
    const fragments = lengths.map((here) => both(valid.bytes, all, here, here))
    const copies = lengths.map((copied) => both(valid.bytes, all, all, copied))
    const ended = runs(lengths.map((length) => both(valid.bytes, length, length, length)))
    found[name] = { file: valid.file, what: valid.what, ended, fragment: runs(fragments) }
    if (process.env.UPDATE !== '1') t.strictSame(found[name], entry, 'every prefix of a valid one')
    t.equal(both(valid.bytes, all, all, all), 'yes', 'which is one')
    t.strictSame(
      copies,
      fragments.map((answer) => (answer === 'short' ? 'cut' : answer)),
      'what is not copied is cut as what is not here is short',
    )
  })
}

t.test('each entry has a shape', async (t) => {
  if (process.env.UPDATE === '1') writeFileSync(TABLE, `${JSON.stringify(found, null, 2)}\n`)
  else t.strictSame(Object.keys(documented).sort(), [...shapes.values()].map(({ name }) => name).sort())
})
