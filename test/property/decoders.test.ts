// SPDX-License-Identifier: GPL-2.0-or-later
// Parsers against readings that nobody of this project wrote: what dns-packet, asn1-ber, coap-packet and bencode write is told for what it
// is, and what they can read back from changed bytes is judged by what they read. Where they are more generous than our text, the test
// says in which way.

import { BerReader, BerWriter } from 'asn1-ber'
import bencode from 'bencode'
import * as coap from 'coap-packet'
import { decode, encode } from 'dns-packet'
import fc from 'fast-check'
import t from 'tap'
import { PARSER_BYTES, type Parser } from '../../src/contract/shape.js'
import { askEngine } from '../datapath/inspect/parser-cases.js'
import { hold } from './hold.js'

const says = (parser: Parser, bytes: Uint8Array) => askEngine(parser)(bytes, bytes.length, bytes.length, bytes.length)

const change = fc.record({ at: fc.nat(300), value: fc.nat(255) })
const changes = fc.array(change, { maxLength: 3 })

/** A copy with bytes changed, whole within what the parser reads. */
function changed(bytes: Uint8Array, by: readonly { readonly at: number; readonly value: number }[], parser: Parser): Uint8Array {
  const copy = Uint8Array.from(bytes.slice(0, PARSER_BYTES[parser]))
  for (const { at, value } of by) if (copy.length > 0) copy[at % copy.length] = value
  return copy
}

/** What `read` makes of bytes, or null where it throws or finds too few. */
function attempt<T>(read: () => T | null): T | null {
  try {
    return read()
  } catch {
    return null
  }
}

function expect(parser: Parser, bytes: Uint8Array, matches: boolean): void {
  const said = says(parser, bytes)
  if ((said === 'matches') !== matches) throw new Error(`${parser} says ${said}: ${Buffer.from(bytes).toString('hex')}`)
}

t.setTimeout(300_000)

t.test('DNS questions', async (t) => {
  const name = fc.array(fc.stringMatching(/^[a-z0-9_-]{1,20}$/), { maxLength: 4 }).map((labels) => labels.join('.') || '.')
  const question = fc.record({ name, type: fc.constantFrom('PTR', 'ANY', 'SRV', 'A') })
  const query = fc.array(question, { minLength: 1, maxLength: 3 }).map((questions) => encode({ type: 'query', questions }))
  hold(
    t,
    'written',
    fc.property(query, (bytes) => expect('dns-question', bytes, true)),
    2000,
  )
  let read = 0
  const readBack = fc.property(query, changes, (bytes, by) => {
    const copy = changed(bytes, by, 'dns-question')
    const questions = attempt(() => decode(Buffer.from(copy)).questions)
    // It follows pointers into the header, and joins what they lead to into names of any length.
    if (questions === null || questions.length === 0 || copy.includes(0xc0)) return
    read++
    expect('dns-question', copy, true)
  })
  hold(t, 'read back', readBack, 3000)
  t.ok(read > 500, `${read} read`)
})

/** asn1-ber takes lengths of any number of bytes; agents and we at most eight. */
class Reader extends BerReader {
  override readLength(offset = this.offset): number | null {
    const at = super.readLength(offset)
    if (at !== null && at - offset > 9) throw new RangeError('too many bytes of length')
    return at
  }
}

const REQUESTS = [0xa0, 0xa1, 0xa3, 0xa5, 0xa6]
const REPLIES = [0xa2, 0xa8]
const tag = fc.constantFrom(...REQUESTS, ...REPLIES, ...REPLIES, 0xa4, 0xa7)

t.test('SNMP', async (t) => {
  const message = fc
    .record({
      version: fc.constantFrom(0, 1),
      community: fc.string({ maxLength: 40 }),
      tag,
      id: fc.nat(0x7fffffff),
      more: fc.uint8Array({ maxLength: 20 }),
    })
    .map(({ version, community, tag, id, more }) => {
      const writer = new BerWriter()
      writer.startSequence()
      writer.writeInt(version)
      writer.writeString(community)
      writer.startSequence(tag)
      writer.writeInt(id)
      writer.writeBuffer(Buffer.from(more), 0x04)
      writer.endSequence()
      writer.endSequence()
      return { bytes: Uint8Array.from(writer.buffer), tag }
    })
  const written = fc.property(message, ({ bytes, tag }) => {
    expect('snmp-request', bytes, REQUESTS.includes(tag))
    expect('snmp-reply', bytes, REPLIES.includes(tag))
  })
  hold(t, 'written', written, 3000)
  const seen = { request: 0, reply: 0, neither: 0 }
  const readBack = fc.property(message, changes, ({ bytes }, by) => {
    const copy = changed(bytes, by, 'snmp-request')
    const read = attempt(() => readSnmp(copy))
    if (read === null) return
    seen[REQUESTS.includes(read.tag) ? 'request' : REPLIES.includes(read.tag) ? 'reply' : 'neither']++
    expect('snmp-request', copy, REQUESTS.includes(read.tag))
    expect('snmp-reply', copy, REPLIES.includes(read.tag) && read.fits)
  })
  hold(t, 'read back', readBack, 5000)
  for (const [kind, count] of Object.entries(seen)) t.ok(count > 100, `${kind}: ${count} read`)
})

/** Versions 1 and 2c up to the tag of the PDU, and whether it fits as a reply must. */
function readSnmp(bytes: Uint8Array): { readonly tag: number; readonly fits: boolean } | null {
  const reader = new Reader(Buffer.from(bytes))
  if (reader.readSequence(0x30) === null) return null
  const end = reader.offset + reader.length
  const version = reader.readInt(0x02)
  if (version === null || version < 0 || version > 1) return null
  if (reader.readString(0x04, true) === null) return null
  const tag = reader.peek()
  if (tag === null) return null
  const begins = attempt(() => reader.readSequence())
  return { tag, fits: begins !== null && reader.offset + reader.length <= end && end <= bytes.length }
}

t.test('CLDAP', async (t) => {
  const OPERATIONS = { 99: 'request', 100: 'reply', 101: 'reply', 115: 'reply', 97: 'neither' } as const
  const operation = fc.constantFrom(0x63, 0x63, 0x64, 0x65, 0x73, 0x61)
  const message = fc
    .record({ id: fc.nat(0x7fffffff), operation, more: fc.uint8Array({ maxLength: 20 }) })
    .map(({ id, operation, more }) => {
      const writer = new BerWriter()
      writer.startSequence()
      writer.writeInt(id)
      writer.startSequence(operation)
      writer.writeBuffer(Buffer.from(more), 0x04)
      writer.endSequence()
      writer.endSequence()
      return { bytes: Uint8Array.from(writer.buffer), kind: OPERATIONS[operation as keyof typeof OPERATIONS] }
    })
  const written = fc.property(message, ({ bytes, kind }) => {
    expect('cldap-request', bytes, kind === 'request')
    expect('cldap-reply', bytes, kind === 'reply')
  })
  hold(t, 'written', written, 3000)
})

t.test('CoAP', async (t) => {
  const option = fc.record({
    name: fc.integer({ min: 1, max: 3000 }).map(String),
    value: fc.uint8Array({ maxLength: 40 }).map((value) => Buffer.from(value)),
  })
  const message = fc
    .record({
      code: fc.constantFrom('0.01', '0.02', '0.03', '0.04', '0.05'),
      token: fc.uint8Array({ maxLength: 8 }).map((token) => Buffer.from(token)),
      options: fc.array(option, { maxLength: 5 }),
      payload: fc.stringMatching(/^[a-z]{0,10}$/).map((text) => Buffer.from(text)),
    })
    .map((packet) => Uint8Array.from(coap.generate(packet)))
  hold(
    t,
    'written',
    fc.property(message, (bytes) => expect('coap-options', bytes, true)),
    3000,
  )
  let read = 0
  const readBack = fc.property(message, changes, (bytes, by) => {
    const copy = changed(bytes, by, 'coap-options')
    if (copy.length >= PARSER_BYTES['coap-options'] || copy.length < 4 || copy.at(-1) === 0xff) return
    // Version 1, and no empty message: a shape tells these by fixed tests.
    copy[0] = (copy[0]! & 0x3f) | 0x40
    copy[1] = copy[1]! | 0x01
    // It takes an option that the payload ends inside of; written again, that one is shorter.
    const again = attempt(() => coap.generate(coap.parse(Buffer.from(copy))))
    if ((copy[0]! & 0x0f) <= 8) expect('coap-options', copy, again !== null && Buffer.compare(again, copy) === 0)
    read++
  })
  hold(t, 'read back', readBack, 5000)
  t.ok(read > 2000, `${read} read`)
})

t.test('bencode', async (t) => {
  const bytes = fc.uint8Array({ maxLength: 30 })
  const inner = fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), fc.oneof(bytes, fc.nat()), { maxKeys: 4 })
  const message = fc.record(
    { a: inner, q: bytes, r: inner, e: fc.array(bytes, { maxLength: 2 }), ip: bytes, t: bytes, y: fc.constantFrom('q', 'r', 'e', 'x') },
    { requiredKeys: ['y'] },
  )
  // What is of no kind is searched for the mark of a query, which chance can put together from its neighbours.
  const marked = (of: Uint8Array) => Buffer.from(of).includes('1:y1:q')
  const judged = (of: Uint8Array, y: unknown) => {
    expect('bencode-query', of, y === 'q' || (y !== 'r' && y !== 'e' && marked(of)))
    expect('bencode-reply', of, y === 'r' || y === 'e')
  }
  const written = fc.property(message, (value) => {
    const of = bencode.encode(value)
    if (of.length <= PARSER_BYTES['bencode-query']) judged(Uint8Array.from(of), value.y)
  })
  hold(t, 'written', written, 3000)
  let read = 0
  const readBack = fc.property(message, changes, (value, by) => {
    const copy = changed(bencode.encode(value), by, 'bencode-query')
    // Lengths below zero lead it back, and round for ever.
    if (/-\d*:/.test(Buffer.from(copy).toString('latin1'))) return
    const back = attempt(() => bencode.decode(copy) as { readonly y?: Uint8Array } | null)
    // It reads strings beyond the end, any length and any order; what it writes again in the same way was right.
    const again = back === null ? null : attempt(() => bencode.encode(back))
    if (again === null || Buffer.compare(again, copy) !== 0 || Buffer.from(copy).includes('1:y1:q')) return
    read++
    expect('bencode-reply', copy, ['r', 'e'].includes(Buffer.from(back?.y ?? []).toString('latin1')))
  })
  hold(t, 'read back', readBack, 5000)
  t.ok(read > 500, `${read} read`)
})
