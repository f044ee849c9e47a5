// SPDX-License-Identifier: GPL-2.0-or-later
// A clock behind a port of class A: the answers of NTP servers live on each of CLASS_A_NTP_PORTS that has a profile, whatever a server
// may send, and no request passes for one, whatever its sender may choose.

import t from 'tap'
import { FIELD_WORDS, PAYLOAD_AT, PAYLOAD_COPIED, PAYLOAD_HERE, PAYLOAD_LENGTH, SOURCE_PORT } from '../../../src/contract/fields.js'
import { BLOCK_WORDS, CLASS_A_BLOCK, ENTRY_NTP_REPLY } from '../../../src/contract/image.js'
import { CLASS_A, REASONS, REPLY } from '../../../src/contract/reasons.js'
import type { Shape } from '../../../src/contract/shape.js'
import { CLASS_A_NTP_PORTS, NTP_PORT, NTP_REPLY } from '../../../src/contract/shapes.js'
import { findProfile } from '../../../src/control/profiles/catalogue.js'
import { movedClockLives, movedClockLost, movedClockSilenced } from '../../../src/control/profiles/moved-clock.js'
import { inspect } from '../../../src/datapath/inspect/inspect.js'
import { buildImage } from '../../datapath/image-builder.js'

/** Of the UDP header, which a payload follows. */
const UDP_BYTES = 8
/** 138 and 139 have none: only IP135B covers them, by the header alone. */
const PORTS = CLASS_A_NTP_PORTS.filter((port) => findProfile(`IP${port}B`) !== null)
const requestOf = (port: number): Shape => findProfile(`IP${port}B`)?.request ?? []
const IMAGE = buildImage({ blocks: PORTS.map((port) => ({ blockClass: CLASS_A_BLOCK, request: requestOf(port), reply: NTP_REPLY })) })

/** The reason that the block of `port` gives to a datagram from source port 123; `length` where this is a first fragment of more. */
function reasonOf(port: number, payload: Uint8Array, length = payload.length): number {
  const fields = new Uint32Array(FIELD_WORDS)
  fields[SOURCE_PORT] = NTP_PORT
  fields[PAYLOAD_LENGTH] = length
  fields[PAYLOAD_HERE] = payload.length
  fields[PAYLOAD_COPIED] = payload.length
  fields[PAYLOAD_AT] = UDP_BYTES
  const bytes = Uint8Array.of(...new Uint8Array(UDP_BYTES), ...payload)
  const memory = { bytes, view: new DataView(bytes.buffer) }
  return inspect(IMAGE, PORTS.indexOf(port) | ENTRY_NTP_REPLY, memory, fields)
}

/** All first two bytes of a well-formed NTP reply: leap, version 1 to 4, mode 2 or 4; stratum to 16. */
const BEGINNINGS = Array.from({ length: 65536 }, (_, word) => [word >>> 8, word & 0xff] as const).filter(
  ([first, stratum]) => [2, 4].includes(first & 7) && (first & 0x38) >= 0x08 && (first & 0x38) <= 0x20 && stratum <= 16,
)

/** A generator that gives the same numbers in each run (Lehmer). */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 48271) % 2147483647
    return state % below
  }
}

t.test('the ports that have a profile', (t) => {
  t.strictSame(PORTS, [69, 111, 137, 161, 177, 389, 427, 520, 623])
  t.equal(BEGINNINGS.length, 4 * 4 * 2 * 17)
  t.equal(IMAGE.blocks.length, PORTS.length * BLOCK_WORDS)
  t.end()
})

/** Reference identifiers: names of sources, codes of kisses, addresses (those that come nearest to a name or a pointer among them), nothing. */
const IDENTIFIERS = [
  ...['GPS', 'PPS', 'ATOM', 'DCFa', 'LOCL', '.MRS', 'NIST', 'INIT', 'RATE', 'DENY', 'RSTR', 'XFUN', ' GPS', 'AAAA', 'PPPP'].map((name) =>
    [...Buffer.from(name.padEnd(4, '\0'), 'latin1')].slice(0, 4),
  ),
  [0, 0, 0, 0],
  [127, 127, 1, 0],
  [32, 65, 66, 67],
  [34, 78, 70, 12],
  [1, 65, 65, 32],
  [192, 168, 0, 33],
  [192, 14, 0, 32],
  [192, 0, 2, 1],
  [195, 255, 0, 33],
  [17, 72, 80, 65],
] as const

t.test('whatever a server sends is an NTP reply', (t) => {
  const below = numbers(20261123)
  const bytes = (count: number): number[] => Array.from({ length: count }, () => below(256))
  const hurt = new Map<string, string>()
  const word = (value: number): number[] => [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff)
  // Plain; an MD5 and a SHA-1 key with their digests; an extension field; a network time security answer.
  const tails = [0, 0, 0, 20, 24, 28, 36, 176]
  for (let round = 0; round < 20000; round++) {
    const [first, stratum] = BEGINNINGS[below(BEGINNINGS.length)] as (typeof BEGINNINGS)[number]
    // A reference clock has no delay to itself, and one that is disciplined by pulses has a dispersion of a few units of 15 microseconds.
    const delay = stratum < 2 ? 0 : below(2) === 0 ? below(4) : below(0x10000)
    const dispersion = below(2) === 0 ? below(8) : below(0x20000)
    const identifier = below(3) === 0 ? bytes(4) : (IDENTIFIERS[below(IDENTIFIERS.length)] as readonly number[])
    // From 1 January 2020 to the end of the era, and the first weeks of the next; or never set.
    const seconds = below(8) === 0 ? below(0x200000) : 0xe1b65f80 + below(0x1e49a07f)
    const stamp = (): number[] => [...word(seconds), ...bytes(4)]
    const payload = [
      ...[first, stratum, below(18), below(6) === 0 ? below(256) : 0xe0 + below(27)],
      ...word(delay),
      ...word(dispersion),
      ...identifier,
      ...(below(5) === 0 ? [0, 0, 0, 0, 0, 0, 0, 0] : stamp()),
      // The origin is what the client sent: anything, where it hides its time.
      ...(below(3) === 0 ? bytes(8) : stamp()),
      ...stamp(),
      ...stamp(),
      ...bytes(tails[below(tails.length)] as number),
    ]
    for (const port of PORTS)
      if (reasonOf(port, Uint8Array.from(payload)) !== REPLY) hurt.set(`${port}`, Buffer.from(payload).toString('hex'))
  }
  t.strictSame([...hurt], [])
  t.end()
})

const bytesOf = (hex: string): number[] => [...Buffer.from(hex.replaceAll(' ', ''), 'hex')]
const star = `20 434b ${'41'.repeat(30)} 00`
const padded = (bytes: number[]): number[] => [...bytes, ...new Array<number>(Math.max(0, 48 - bytes.length)).fill(0)]

/** What can be asked on ports whose first two bytes are the sender's: the rest of the packet, behind an identifier of two or four bytes. */
const FORGED = [
  [111, 'dump, version 2', `0000 00000000 00000002 000186a0 00000002 00000004 ${'00'.repeat(16)}`],
  [
    111,
    'dump, with an identifier that is a poll interval and a precision',
    `06e9 00000000 00000002 000186a0 00000002 00000004 ${'00'.repeat(16)}`,
  ],
  [111, 'address list, version 4', `ffff 00000000 00000002 000186a0 00000004 0000000b ${'00'.repeat(16)}`],
  [111, 'indirect call', `0000 00000000 00000002 000186a0 00000002 00000005 ${'00'.repeat(16)} 000186a3 00000002 00000000 00000000`],
  [137, 'node status', `0010 0001 0000 0000 0000 ${star} 0021 0001`],
  [137, 'node status whose flags are a poll interval and a precision', `06e9 0001 0000 0000 0000 ${star} 0021 0001`],
  [137, 'node status with counts that nobody keeps', `06e9 ffff 0000 0000 0002 ${star} 0021 0001`],
  [137, 'node status by a pointer', `06e9 0001 0000 0000 0000 c012 0021 0001 ${star}`],
  [137, 'node status by a pointer, and a class that is a time', `06e9 0001 0000 0000 0000 c012 0021 ee12 ${star}`],
  [137, 'query for a name', `0110 0001 0000 0000 0000 20 4547 4643 4546 4545 ${'4341'.repeat(12)} 00 0020 0001`],
  [137, 'node status, label of two letters', `06e9 0001 0000 0000 0000 02 434b 00 0021 0001`],
] as const

t.test('a request that begins like an NTP reply is a request', (t) => {
  for (const [port, what, rest] of FORGED) {
    let passed = 0
    for (const beginning of BEGINNINGS) {
      const payload = Uint8Array.from(padded([...beginning, ...bytesOf(rest)]))
      if (reasonOf(port, payload) !== CLASS_A) passed++
      // And with its end in another fragment, wherever it is cut.
      for (let here = 8; here < payload.length; here += 8)
        if (reasonOf(port, payload.subarray(0, here), payload.length) !== CLASS_A) passed++
    }
    t.equal(passed, 0, `${port}: ${what}`)
  }
  t.end()
})

t.test('without their shapes these requests would pass: the test can fail', (t) => {
  const other = PORTS[0] as number
  for (const [port, what, rest] of FORGED) {
    const payload = Uint8Array.from(padded([0x24, 1, ...bytesOf(rest)]))
    t.equal(REASONS[reasonOf(other, payload)], 'reply', `${port}: ${what}, asked of the block of ${other}`)
  }
  t.end()
})

/**
 * Whether some payload that begins with these two bytes has the shape: no test of a byte or two at the beginning excludes it. (No shape here
 * tests four bytes from offset 0 or 1.)
 */
const mayBegin = (shape: Shape, [first, second]: readonly [number, number]): boolean =>
  shape.some(({ tests }) =>
    tests.every(({ offset, width, mask, low, high }) => {
      const value =
        offset === 0 && width === 1
          ? first
          : offset === 0 && width === 2
            ? first * 256 + second
            : offset === 1 && width === 1
              ? second
              : null
      return value === null || ((value & mask) >= low && (value & mask) <= high)
    }),
  )

t.test('on the other ports no request can begin like an NTP reply', (t) => {
  for (const port of PORTS) {
    const chosen = port === 111 || port === 137
    const imitations = BEGINNINGS.filter((beginning) => mayBegin(requestOf(port), beginning))
    t.equal(imitations.length, chosen ? BEGINNINGS.length : 0, `${port}`)
  }
  t.end()
})

t.test('nor anything else that these protocols define, but one response of RIP', (t) => {
  const from = (count: number, first = 0): number[] => Array.from({ length: count }, (_, index) => first + index)
  const all = from(256)
  const pairs = (firsts: number[], seconds: number[]): [number, number][] =>
    firsts.flatMap((one) => seconds.map((two) => [one, two] as [number, number]))
  const begin = new Set(BEGINNINGS.map(String))
  const imitations = (defined: [number, number][]): string[] => defined.map(String).filter((pair) => begin.has(pair))
  // TFTP: opcodes 1 to 6. SNMP and LDAP: a SEQUENCE and its length. XDMCP: version 1. SLP: versions 1 and 2, functions. RMCP: version 6.
  t.strictSame(imitations(pairs([0], all)), [], '69 TFTP, 177 XDMCP')
  t.strictSame(imitations(pairs([0x30], all)), [], '161 SNMP, 389 LDAP')
  t.strictSame(imitations(pairs([1, 2], all)), [], '427 SLP')
  t.strictSame(imitations(pairs([6], all)), [], '623 RMCP')
  // RIP: commands 1 to 11, versions 1 and 2. Command 10 is the update response of RFC 2091, which asks for nothing, and a response is
  // ignored unless it comes from port 520 (RFC 2453 section 3.9.2).
  t.strictSame(imitations(pairs(from(11, 1), [1, 2])), ['10,1', '10,2'], '520 RIP')
  t.end()
})

t.test('the sentences name the port, in both languages', (t) => {
  for (const sentence of [movedClockLives, movedClockLost, movedClockSilenced]) {
    t.match(sentence(427).en, /port 427 /)
    t.match(sentence(427).ja, /ポート 427 /)
  }
  t.end()
})
