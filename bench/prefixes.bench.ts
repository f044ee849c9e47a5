// SPDX-License-Identifier: GPL-2.0-or-later
// Longest-prefix look-up alone, in an image of very many prefixes with lengths as in the Internet's routing table: look-ups a second of
// CPU for random addresses, and how long the table took to build. Every answer of a sample is checked against a search that is slow and obvious.

import { openImage } from '../src/contract/image.js'
import { compile } from '../src/control/compile/compile.js'
import type { Policy, Prefixes } from '../src/control/policy/policy.js'
import { classOfIpv4, classOfIpv6 } from '../src/datapath/classify/prefixes.js'
import { cpuMicroseconds, readOptions, startRecord } from './record.js'
import { type Seeded, seeded } from './seeded.js'
import { spreadOf } from './spread.js'

const SEED = 24
const NOW_SECONDS = 1_800_000_000
const options = readOptions()
const ipv4Count = options.tiny ? 2000 : 1_000_000
const ipv6Count = options.tiny ? 500 : 100_000
const addresses = options.tiny ? 4096 : 1 << 20
const sample = options.tiny ? 500 : 20_000
const passes = options.tiny ? 1 : 4
const rounds = options.tiny ? 2 : 11

/** Shares of prefix lengths, roughly as announced to the default-free zone, with some longer ones as an ISP has inside. */
const IPV4_LENGTHS = spread({ 16: 2, 18: 2, 19: 3, 20: 5, 21: 5, 22: 12, 23: 10, 24: 56, 26: 2, 28: 1, 32: 2 })
const IPV6_LENGTHS = spread({ 29: 4, 32: 24, 36: 6, 40: 10, 44: 10, 48: 44, 56: 1, 64: 1 })
/** Longer IPv6 prefixes lie inside so many /32: the Internet's are not strewn evenly either. */
const IPV6_HOLDERS = 4000

function spread(shares: Readonly<Record<number, number>>): number[] {
  return Object.entries(shares).flatMap(([length, share]) => Array<number>(share).fill(Number(length)))
}

function drawLength(lengths: readonly number[], random: Seeded): number {
  return lengths[random.below(lengths.length)] as number
}

/** The words of an address with all bits behind `length` cleared. */
function masked(words: readonly number[], length: number): number[] {
  return words.map((word, index) => {
    const bits = Math.min(32, Math.max(0, length - index * 32))
    return bits === 0 ? 0 : (word & (0xffffffff << (32 - bits))) >>> 0
  })
}

interface Drawn {
  readonly words: Uint32Array
  /** `length:words` of each, for the slow search. */
  readonly keys: ReadonlySet<string>
}

function draw(count: number, lengths: readonly number[], address: () => number[], random: Seeded): Drawn {
  const keys = new Set<string>()
  const words: number[] = []
  while (keys.size < count) {
    const length = drawLength(lengths, random)
    const prefix = masked(address(), length)
    const key = `${length}:${prefix.join(':')}`
    if (keys.has(key)) continue
    keys.add(key)
    words.push(...prefix, length)
  }
  return { words: Uint32Array.from(words), keys }
}

function policyOf(prefixes: Prefixes): Policy {
  return {
    timezone: 'UTC',
    outside: [],
    networks: [{ name: 'many', customers: true, shared: false, prefixes }],
    blocks: [],
    exemptions: [],
    overload: 'fail-open',
    hook: 'forward',
  }
}

const random = seeded(SEED)
const unicast = () => 0x0100_0000 + random.below(0xdf00_0000)
const holders = Array.from({ length: IPV6_HOLDERS }, () => 0x2000_0000 + random.below(0x2000_0000))
const ipv6Inside = () => [holders[random.below(IPV6_HOLDERS)] as number, random.word(), random.word(), random.word()]
/** Half of the look-ups go where prefixes are, half anywhere in global unicast. */
const ipv6Anywhere = () => (random.below(2) === 0 ? ipv6Inside() : [0x2000_0000 + random.below(0x2000_0000), ...ipv6Inside().slice(1)])

const record = startRecord('prefixes', options)
const ipv4 = draw(ipv4Count, IPV4_LENGTHS, () => [unicast()], random)
const ipv6 = draw(ipv6Count, IPV6_LENGTHS, ipv6Inside, random)
const buildStart = cpuMicroseconds()
const { image: memory } = compile(policyOf({ ipv4: ipv4.words, ipv6: ipv6.words }), {
  digest: new Uint32Array(8),
  generation: 1,
  now: NOW_SECONDS,
})
record({
  kind: 'build',
  ipv4Prefixes: ipv4Count,
  ipv6Prefixes: ipv6Count,
  seconds: (cpuMicroseconds() - buildStart) / 1e6,
  bytes: memory.byteLength,
})
const image = openImage(memory)

interface Family {
  readonly name: string
  readonly wordsEach: number
  readonly fields: Uint32Array
  readonly keys: ReadonlySet<string>
  readonly lengths: number
  readonly look: typeof classOfIpv4
}

function family(name: string, wordsEach: number, address: () => number[], drawn: Drawn, look: typeof classOfIpv4): Family {
  const fields = new Uint32Array(addresses * wordsEach)
  for (let at = 0; at < fields.length; at += wordsEach) fields.set(address(), at)
  return { name, wordsEach, fields, keys: drawn.keys, lengths: wordsEach * 32, look }
}

function isCovered({ fields, wordsEach, keys, lengths }: Family, at: number): boolean {
  const words = [...fields.subarray(at, at + wordsEach)]
  for (let length = lengths; length >= 0; length--) if (keys.has(`${length}:${masked(words, length).join(':')}`)) return true
  return false
}

// One loop for each family, so that each has its own call site, as in the engine.
function lookUpAllIpv4(fields: Uint32Array): number {
  let found = 0
  for (let at = 0; at < fields.length; at++) if (classOfIpv4(image, fields, at) !== 0) found++
  return found
}

function lookUpAllIpv6(fields: Uint32Array): number {
  let found = 0
  for (let at = 0; at < fields.length; at += 4) if (classOfIpv6(image, fields, at) !== 0) found++
  return found
}

function measure(one: Family, lookUpAll: (fields: Uint32Array) => number): void {
  for (let n = 0; n < sample; n++) {
    const at = n * one.wordsEach
    if ((one.look(image, one.fields, at) !== 0) !== isCovered(one, at)) throw new Error(`${one.name}: address ${n} got the wrong class`)
  }
  const perSecond: number[] = []
  let found = 0
  for (let round = 0; round <= rounds; round++) {
    const start = cpuMicroseconds()
    for (let pass = 0; pass < passes; pass++) found = lookUpAll(one.fields)
    if (round > 0) perSecond.push((addresses * passes * 1e6) / (cpuMicroseconds() - start))
  }
  record({ kind: 'result', name: one.name, foundShare: found / addresses, lookUpsPerSecond: spreadOf(perSecond) })
}

measure(
  family('IPv4', 1, () => [unicast()], ipv4, classOfIpv4),
  lookUpAllIpv4,
)
measure(family('IPv6', 4, ipv6Anywhere, ipv6, classOfIpv6), lookUpAllIpv6)
