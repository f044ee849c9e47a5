// SPDX-License-Identifier: GPL-2.0-or-later
// The sweep against the obvious way: every pair of prefixes.

import fc from 'fast-check'
import t from 'tap'
import { type Prefix, sweep } from '../../../src/control/policy/nesting.js'
import type { Prefixes } from '../../../src/control/policy/policy.js'

const columns = (prefixes: readonly Prefix[]): Prefixes => ({
  ipv4: Uint32Array.from(prefixes.filter(({ words }) => words.length === 1).flatMap(({ words, length }) => [...words, length])),
  ipv6: Uint32Array.from(prefixes.filter(({ words }) => words.length === 4).flatMap(({ words, length }) => [...words, length])),
})
const bitsOf = ({ words, length }: Prefix) =>
  words
    .map((word) => word.toString(2).padStart(32, '0'))
    .join('')
    .slice(0, length)
const contains = (outer: Prefix, inner: Prefix) => outer.words.length === inner.words.length && bitsOf(inner).startsWith(bitsOf(outer))
const show = ({ words, length }: Prefix) => `${words.join('.')}/${length}`

function swept(lists: readonly (readonly Prefix[])[], guests: number): Set<string> {
  const told: string[] = []
  sweep(lists.map(columns), guests, {
    twin: (first, list, prefix) => told.push(`twin ${first} ${list} ${show(prefix())}`),
    inside: (list, around, prefix) => told.push(`inside ${list} ${around} ${show(prefix())}`),
    met: (guest, host) => told.push(`met ${guest} ${host}`),
  })
  return new Set(told)
}

/** Each prefix by itself: what is nearest around it, and which guests touch it. */
function obvious(lists: readonly (readonly Prefix[])[], guests: number): Set<string> {
  const told = new Set<string>()
  const hosts: { list: number; prefix: Prefix }[] = []
  lists.slice(0, guests).forEach((prefixes, list) => {
    for (const prefix of prefixes) {
      const before = hosts.find((host) => show(host.prefix) === show(prefix))
      if (before === undefined) hosts.push({ list, prefix })
    }
  })
  const nearest = (prefix: Prefix, itself: boolean) =>
    hosts
      .filter((host) => contains(host.prefix, prefix) && (itself || show(host.prefix) !== show(prefix)))
      .sort((a, b) => b.prefix.length - a.prefix.length)[0]
  const counted = new Map<string, number>()
  lists.slice(0, guests).forEach((prefixes, list) => {
    for (const prefix of prefixes) {
      const owner = hosts.find((host) => show(host.prefix) === show(prefix)) as { list: number }
      const times = counted.get(show(prefix)) ?? 0
      counted.set(show(prefix), times + 1)
      if (times > 0) told.add(`twin ${owner.list} ${list} ${show(prefix)}`)
    }
  })
  for (const { list, prefix } of hosts) {
    const around = nearest(prefix, false)
    if (around !== undefined && around.list !== list) told.add(`inside ${list} ${around.list} ${show(prefix)}`)
  }
  lists.slice(guests).forEach((prefixes, index) => {
    for (const prefix of prefixes) {
      const around = nearest(prefix, true)
      if (around !== undefined) told.add(`met ${guests + index} ${around.list}`)
      for (const host of hosts)
        if (contains(prefix, host.prefix) && show(prefix) !== show(host.prefix)) told.add(`met ${guests + index} ${host.list}`)
    }
  })
  return told
}

// Few bits, so that prefixes meet; both ends of the address, so that every word takes part.
const ipv4 = fc
  .tuple(fc.constantFrom(0, 0x80000000, 0xc0000200, 0xc0000280, 0xffffffff), fc.constantFrom(0, 1, 2, 24, 25, 31, 32))
  .map(([word, length]) => ({
    words: [length === 0 ? 0 : (word & (-1 << (32 - length))) >>> 0],
    length,
  }))
const ipv6 = fc
  .tuple(
    fc.constantFrom(0, 0x20010db8, 0xffffffff),
    fc.constantFrom(0, 1, 0xffffffff),
    fc.constantFrom(0, 1, 32, 33, 63, 64, 65, 96, 127, 128),
  )
  .map(([high, low, length]) => ({
    words: [high, low, low, low].map((word, index) => {
      const bits = Math.min(32, Math.max(0, length - 32 * index))
      return bits === 0 ? 0 : (word & (-1 << (32 - bits))) >>> 0
    }),
    length,
  }))

t.test('a line a million times over costs a guest no more than one', (t) => {
  const line = { words: [0], length: 0 }
  const hosts = Array.from({ length: 10_000 }, (_, index) => ({ words: [index << 8], length: 24 }))
  let met = 0
  const listener = { twin: () => t.fail(), inside: () => t.fail(), met: () => met++ }
  sweep([columns(hosts), columns(Array.from({ length: 10_000 }, () => line))], 1, listener)
  t.equal(met, hosts.length)
  t.end()
})

t.test('as the obvious way', (t) => {
  const lists = fc.array(fc.array(fc.oneof(ipv4, ipv6), { maxLength: 8 }), { minLength: 1, maxLength: 5 })
  const property = fc.property(lists, fc.nat(), (lists, at) => {
    const guests = 1 + (at % lists.length)
    const [found, wanted] = [swept(lists, guests), obvious(lists, guests)]
    return [...found].every((line) => wanted.has(line)) && [...wanted].every((line) => found.has(line))
  })
  fc.assert(property, { numRuns: 2000 })
  t.pass('2,000 sets of lists')
  t.end()
})

t.test('nothing in, nothing told', (t) => {
  t.equal(swept([], 0).size, 0)
  t.equal(swept([[]], 1).size, 0)
  t.end()
})
