// SPDX-License-Identifier: GPL-2.0-or-later
// Prefixes to columns: the quick way and the slow way say the same, and both refuse the same.

import fc from 'fast-check'
import t from 'tap'
import { Report } from '../../../src/control/policy/diagnostics.js'
import { locatePrefix, MAX_FILE_PREFIXES, PrefixListBuilder, prefixText, readPrefixFile } from '../../../src/control/policy/prefixes.js'

const readText = (text: string) => {
  const report = new Report()
  const file = { path: 'pool.txt', text }
  const list = readPrefixFile(file, report)
  return { list, file, report, found: report.diagnostics([file]).map(({ code, line, column }) => `${code}:${line}:${column}`) }
}

/** The slow way alone. */
const addText = (text: string) => {
  const report = new Report()
  const file = { path: 'policy.yaml', text }
  const builder = new PrefixListBuilder(file)
  builder.add(text, { file, start: 0, end: text.length }, report)
  return { list: builder.list(), found: report.diagnostics([file]) }
}

t.test('columns', (t) => {
  const { list, found } = readText(
    '\ufeff# pool\n192.0.2.0/24\r\n  0.0.0.0/0\t# all\n255.255.255.255/32# one\n\n2001:db8::/32\n::/0\n2001:DB8:1:2:3:4:5:6/128',
  )
  t.strictSame(found, [])
  t.strictSame([...list.ipv4], [0xc0000200, 24, 0, 0, 0xffffffff, 32])
  t.strictSame([...list.ipv6], [0x20010db8, 0, 0, 0, 32, 0, 0, 0, 0, 0, 0x20010db8, 0x00010002, 0x00030004, 0x00050006, 128])
  t.strictSame(
    [...list.ipv4At].map((at) => list.file.text[at]),
    ['1', '0', '2'],
  )
  t.strictSame(
    [...list.ipv6At].map((at) => list.file.text[at]),
    ['2', ':', '2'],
  )
  t.end()
})

t.test('a file may end anywhere', (t) => {
  for (const text of ['192.0.2.0/24', '192.0.2.0/24 ', '192.0.2.0/24#', '192.0.2.0/24\n', '192.0.2.0/24 # x', '192.0.2.0/24\r']) {
    const { list, found } = readText(text)
    t.strictSame([[...list.ipv4], found], [[0xc0000200, 24], []], JSON.stringify(text))
  }
  for (const text of [
    '1',
    '1.',
    '1.2.3.4',
    '1.2.3.4/',
    '19',
    '192',
    '1.2.3.4/3x',
    '1.2.3.4/333',
    '1.2.3.4/0x',
    '1.2.3.4/01',
    '256.0.0.0/8',
    '01.0.0.0/8',
    '192.0.2.0/33',
    '192.0.2.0/99',
  ]) {
    t.strictSame(readText(text).found, ['bad-prefix:1:1'], text)
  }
  t.end()
})

t.test('faults', (t) => {
  for (const [text, code, hint] of [
    ['192.0.2.1/24', 'host-bits', 'did you mean 192.0.2.0/24, or 192.0.2.1/32?'],
    ['2001:db8::1/64', 'host-bits', 'did you mean 2001:db8::/64, or 2001:db8::1/128?'],
    ['::ffff:192.0.2.0/120', 'mapped-prefix', 'write the IPv4 prefix: 192.0.2.0/24'],
    ['::ffff:0:0/96', 'mapped-prefix', 'write the IPv4 prefix: 0.0.0.0/0'],
    ['192.0.2.0', 'bad-prefix', 'add the length: 192.0.2.0/32 is this one address'],
    ['::', 'bad-prefix', 'add the length: ::/128 is this one address'],
    ['::/129', 'bad-prefix', 'the length is a number from 0 to 128'],
    ['192.0.2.0/24/24', 'bad-prefix', 'the length is a number from 0 to 32'],
    ['192.0.2.0/-1', 'bad-prefix', 'the length is a number from 0 to 32'],
    ['fe80::1%eth0/128', 'bad-prefix', 'write ADDRESS/LENGTH, as in 192.0.2.0/24 or 2001:db8::/32'],
    [':::/0', 'bad-prefix', 'write ADDRESS/LENGTH, as in 192.0.2.0/24 or 2001:db8::/32'],
    [`${'1:'.repeat(1000)}/0`, 'bad-prefix', 'write ADDRESS/LENGTH, as in 192.0.2.0/24 or 2001:db8::/32'],
  ] as const) {
    const { list, found } = addText(text)
    t.strictSame([found[0]?.code, found[0]?.hint], [code, hint], text.slice(0, 30))
    t.equal(list.ipv4.length + list.ipv6.length, 0, 'nothing is taken')
  }
  t.strictSame(addText('::ffff:0:0/95').found[0]?.code, 'host-bits', 'shorter than mapped')
  t.strictSame(addText('64:ff9b::192.0.2.0/120').found, [], 'a dotted end is fine elsewhere')
  t.end()
})

t.test('the quick way takes exactly what the slow way takes', (t) => {
  const octet = fc.oneof(fc.integer({ min: 0, max: 300 }).map(String), fc.constantFrom('', '0', '00', '01', 'a', '1000', '255', '256'))
  const length = fc.oneof(fc.integer({ min: 0, max: 40 }).map(String), fc.constantFrom('', '00', '032', '-1', ' 8', '1 2'))
  const masked = fc.tuple(fc.nat(0xffffffff), fc.integer({ min: 0, max: 32 })).map(([address, bits]) => {
    const word = bits === 0 ? 0 : (address & (-1 << (32 - bits))) >>> 0
    return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}/${bits}`
  })
  const odd = fc.tuple(octet, octet, octet, octet, length).map(([a, b, c, d, bits]) => `${a}.${b}.${c}.${d}/${bits}`)
  const property = fc.property(fc.oneof(masked, odd), (text) => {
    const [quick, slow] = [readText(text), addText(text)]
    return quick.list.ipv4.join() === slow.list.ipv4.join() && quick.found.length === slow.found.length
  })
  fc.assert(property, { numRuns: 2000 })
  t.end()
})

t.test('and so of IPv6', (t) => {
  const group = fc.oneof(
    fc.integer({ min: 0, max: 0xffff }).map((each) => each.toString(16)),
    fc.constantFrom('0', '0', '0000', '00Ab', '', ':', '12345', 'g', 'ffff'),
  )
  const written = fc.array(group, { minLength: 0, maxLength: 9 }).map((groups) => groups.join(':'))
  const gapped = fc.tuple(written, written).map(([head, tail]) => `${head}::${tail}`)
  const dotted = fc.constantFrom(
    '::192.0.2.0',
    '::ffff:192.0.2.0',
    '64:ff9b::192.0.2.0',
    '1:2:3:4:5:6:7::',
    '::2:3:4:5:6:7:8',
    '1::3:4:5:6:7:8',
    'fe80::1%1',
    '::',
    ':',
    '::ffff:0:0',
  )
  const length = fc.oneof(
    fc.integer({ min: 0, max: 140 }).map(String),
    fc.constantFrom('128', '0', '96', '', '00', '064', '-1', ' 8', '1 2', '1000'),
  )
  const end = fc.constantFrom('', '\n', ' # x', '\r\n', '\t', 'x')
  let taken = 0
  const property = fc.property(fc.oneof(written, gapped, dotted), length, end, (address, bits, behind) => {
    const [quick, slow] = [readText(`${address}/${bits}${behind}`), addText(`${address}/${bits}${behind === 'x' ? 'x' : ''}`)]
    taken += slow.list.ipv6.length > 0 ? 1 : 0
    const at = quick.list.ipv6At.length === 0 || quick.list.ipv6At[0] === 0
    const comment = quick.found.length === 0 && slow.found.length > 0 && address === ''
    return comment || (at && quick.list.ipv6.join() === slow.list.ipv6.join() && quick.found.length === slow.found.length)
  })
  fc.assert(property, { numRuns: 10_000 })
  t.ok(taken > 300, `${taken} good ones`)
  // Of random ones few end where their length does: every length of one address, and one bit too many.
  const whole = [0x20010db8, 0x12345678, 0x9abcdef0, 0x0fedcba9]
  for (let bits = 0; bits <= 128; bits++) {
    const words = whole.map((word, index) =>
      bits <= 32 * index ? 0 : bits >= 32 * index + 32 ? word : (word & (-1 << (32 * index + 32 - bits))) >>> 0,
    )
    const text = words
      .flatMap((word) => [word >>> 16, word & 0xffff])
      .map((each) => each.toString(16))
      .join(':')
    t.strictSame([...readText(`${text}/${bits}`).list.ipv6], [...words, bits])
    t.equal(readText(`${text}/${bits}`).list.ipv6.join(), addText(`${text}/${bits}`).list.ipv6.join())
  }
  t.equal(readText('2001:db8::1/127').found[0], 'host-bits:1:1')
  t.end()
})

t.test('prefixes are found again in the text, and print as they are written', (t) => {
  const { list } = readText('192.0.2.0/24\n2001:db8::/32\n198.51.100.0/24 # x\n192.0.2.0/24\n2001:db8::/32\n')
  const ipv4 = { words: [0xc0000200], length: 24 }
  const ipv6 = { words: [0x20010db8, 0, 0, 0], length: 32 }
  const spanOf = (prefix: typeof ipv4, skip: number) => {
    const { start, end } = locatePrefix(list, prefix, skip)
    return [start, list.file.text.slice(start, end)]
  }
  t.strictSame(spanOf(ipv4, 0), [0, '192.0.2.0/24'])
  t.strictSame(spanOf(ipv4, 1), [47, '192.0.2.0/24'])
  t.strictSame(spanOf(ipv6, 0), [13, '2001:db8::/32'])
  t.strictSame(spanOf(ipv6, 1), [60, '2001:db8::/32'])
  t.equal(prefixText(ipv4), '192.0.2.0/24')
  t.equal(prefixText(ipv6), '2001:db8::/32')
  t.equal(prefixText({ words: [0, 0, 0, 0], length: 0 }), '::/0')
  t.end()
})

t.test('more than the limit is refused, and no more is read', (t) => {
  const { list, found } = readText('10.0.0.0/8\n'.repeat(MAX_FILE_PREFIXES + 2))
  t.equal(list.ipv4At.length, MAX_FILE_PREFIXES)
  t.strictSame(found, [`too-large:${MAX_FILE_PREFIXES + 1}:1`])
  t.end()
})
