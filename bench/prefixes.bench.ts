// SPDX-License-Identifier: GPL-2.0-or-later
// Longest-prefix look-up alone, in images of very many prefixes: look-ups a second of CPU, for IPv4 beside DPDK's rte_lpm_lookup, which has
// the same table, the same addresses, and must find the same answers. Every answer goes into a checksum, on both sides by the same
// arithmetic: no look-up can be optimised away. A sample is checked against a search that is slow and obvious besides.

import { setFlagsFromString } from 'node:v8'
import { CLASS, CLASS_WORDS, type Image, openImage } from '../src/contract/image.js'
import { compile } from '../src/control/compile/compile.js'
import type { Policy } from '../src/control/policy/policy.js'
import { classOfIpv4, classOfIpv6 } from '../src/datapath/classify/prefixes.js'
import { COMPILER_FLAGS } from '../src/datapath/compiler-flags.js'
import { hasReference, RoutingTable } from './lpm.js'
import { cpuMicroseconds, readOptions, startRecord } from './record.js'
import { seeded } from './seeded.js'
import { spreadOf } from './spread.js'
import { columnsByNetwork, type Drawn, drawIpv4, drawIpv6, globalIpv6, ipv6Holders, searchedNetwork, unicastIpv4 } from './tables.js'

for (const flag of COMPILER_FLAGS) setFlagsFromString(flag)

const SEED = 24
const NOW_SECONDS = 1_800_000_000
/** For addresses strewn evenly; beside hosts is the worst that can be asked, and has none. */
const GOAL = 'at least 0.8'
const FULL = { ipv4: 1_000_000, hosts: 120_000, ipv6: 100_000, addresses: 1 << 20, sample: 20_000, passes: 2, rounds: 21 }
const TINY = { ipv4: 2000, hosts: 200, ipv6: 500, addresses: 4096, sample: 500, passes: 1, rounds: 2 }
/** Passes before the clock starts, in each round: the other program has had the caches meanwhile. */
const SETTLING = 1
/** Before the first round: by then V8 has compiled what it will. */
const WARM_UP = 10

const options = readOptions()
const size = options.tiny ? TINY : FULL
const random = seeded(SEED)
const record = startRecord('prefixes', options)

interface Table {
  readonly name: string
  readonly image: Image
  readonly drawn: Drawn
  /** Address class of each network. */
  readonly classes: readonly number[]
}

type List = readonly [addresses: string, fields: Uint32Array, goal: string | null]

type LookUpAll = (image: Image, fields: Uint32Array, times: number) => number

interface Measured {
  readonly name: string
  /** Nanoseconds of CPU, and the checksum, of so many passes over all addresses. */
  readonly measure: (times: number) => Promise<{ nanoseconds: number; checksum: number }>
  readonly perSecond: number[]
}

function policyOf({ width, ...drawn }: Drawn): Policy {
  const none = new Uint32Array(0)
  const networks = columnsByNetwork({ width, ...drawn }).map((columns, index) => ({
    name: `network-${index}`,
    customers: true,
    shared: false,
    prefixes: width === 1 ? { ipv4: columns, ipv6: none } : { ipv4: none, ipv6: columns },
  }))
  return { timezone: 'UTC', outside: [], networks, blocks: [], exemptions: [], overload: 'fail-open', hook: 'forward', observeRate: 20_000 }
}

function tableOf(name: string, drawn: Drawn): Table {
  const policy = policyOf(drawn)
  const start = cpuMicroseconds()
  const { image: memory } = compile(policy, { digest: new Uint32Array(8), generation: 1, now: NOW_SECONDS })
  const seconds = (cpuMicroseconds() - start) / 1e6
  record({ kind: 'build', name, prefixes: drawn.networks.length, seconds, bytes: memory.byteLength })
  const image = openImage(memory)
  const classes: number[] = []
  for (let at = CLASS_WORDS; at < image.classes.length; at += CLASS_WORDS) {
    classes[(image.classes[at + CLASS.network] as number) - 1] = at / CLASS_WORDS
  }
  return { name, image, drawn, classes }
}

// Look-ups by themselves, as the engine has them; eight a turn, because V8 asks before each turn whether image and arrays are still what it
// compiled for, which is twice the work of a look-up. One loop a family, so that each has its own call sites, as in the engine.

function lookUpAllIpv4(image: Image, fields: Uint32Array, times: number): number {
  let sum = 0
  for (let pass = 0; pass < times; pass++) {
    for (let at = 0; at < fields.length; at += 8) {
      sum = (Math.imul(sum, 31) + classOfIpv4(image, fields, at)) | 0
      sum = (Math.imul(sum, 31) + classOfIpv4(image, fields, at + 1)) | 0
      sum = (Math.imul(sum, 31) + classOfIpv4(image, fields, at + 2)) | 0
      sum = (Math.imul(sum, 31) + classOfIpv4(image, fields, at + 3)) | 0
      sum = (Math.imul(sum, 31) + classOfIpv4(image, fields, at + 4)) | 0
      sum = (Math.imul(sum, 31) + classOfIpv4(image, fields, at + 5)) | 0
      sum = (Math.imul(sum, 31) + classOfIpv4(image, fields, at + 6)) | 0
      sum = (Math.imul(sum, 31) + classOfIpv4(image, fields, at + 7)) | 0
    }
  }
  return sum >>> 0
}

function lookUpAllIpv6(image: Image, fields: Uint32Array, times: number): number {
  let sum = 0
  for (let pass = 0; pass < times; pass++) {
    for (let at = 0; at < fields.length; at += 4) sum = (Math.imul(sum, 31) + classOfIpv6(image, fields, at)) | 0
  }
  return sum >>> 0
}

function addressList(width: number, address: () => readonly number[]): Uint32Array {
  const fields = new Uint32Array(size.addresses * width)
  for (let at = 0; at < fields.length; at += width) fields.set(address(), at)
  return fields
}

/** Share of the addresses of `fields` that some prefix covers. Throws where one of a sample got another network than its longest prefix's. */
function foundShare({ name, image, drawn, classes }: Table, fields: Uint32Array): number {
  const { width } = drawn
  const look = width === 1 ? classOfIpv4 : classOfIpv6
  let found = 0
  for (let at = 0; at < fields.length; at += width) {
    const got = look(image, fields, at)
    if (got !== 0) found++
    if (at >= size.sample * width) continue
    const network = searchedNetwork(drawn, [...fields.subarray(at, at + width)])
    if (got !== (network < 0 ? 0 : classes[network])) throw new Error(`${name}: address ${at / width} got class ${got}`)
  }
  return found / size.addresses
}

const typescript = (name: string, { image }: Table, fields: Uint32Array, lookUpAll: LookUpAll): Measured => ({
  name,
  measure: async (times) => {
    const start = cpuMicroseconds()
    const checksum = lookUpAll(image, fields, times)
    return { nanoseconds: (cpuMicroseconds() - start) * 1000, checksum }
  },
  perSecond: [],
})

/** All of `measured` in turn, round by round; throws where they do not agree. */
async function measureInTurn(measured: readonly Measured[]): Promise<void> {
  for (const { measure } of measured) await measure(WARM_UP)
  for (let round = 0; round < size.rounds; round++) {
    const sums = new Set<number>()
    for (const { measure, perSecond } of measured) {
      await measure(SETTLING)
      const { nanoseconds, checksum } = await measure(size.passes)
      sums.add(checksum)
      perSecond.push((size.addresses * size.passes * 1e9) / nanoseconds)
    }
    if (sums.size > 1) throw new Error(`${measured[0]?.name}: the answers differ`)
  }
}

async function measureTable(table: Table, lists: readonly List[], lookUpAll: LookUpAll) {
  const { name, drawn, classes } = table
  const arrays = lists.map(([, fields]) => fields)
  const reference = drawn.width === 1 && hasReference() ? await RoutingTable.open(drawn, classes, arrays) : null
  for (const [list, [addresses, fields, goal]] of lists.entries()) {
    const found = foundShare(table, fields)
    const ours = typescript('image', table, fields, lookUpAll)
    const measured = [ours]
    if (reference !== null) {
      measured.push({ name: 'rte_lpm_lookup', measure: (times) => reference.lookUp(list, times), perSecond: [] })
    }
    await measureInTurn(measured)
    for (const { name: program, perSecond } of measured) {
      record({ kind: 'result', table: name, addresses, program, foundShare: found, lookUpsPerSecond: spreadOf(perSecond) })
    }
    if (reference === null) continue
    const theirs = (measured[1] as Measured).perSecond
    const value = spreadOf(ours.perSecond.map((rate, round) => rate / (theirs[round] as number)))
    record({ kind: 'ratio', table: name, addresses, ratio: 'image / rte_lpm_lookup', value, goal })
  }
  await reference?.close()
}

if (!hasReference()) process.stderr.write('prefixes: rte_lpm is not measured: it takes libdpdk-dev\n')

const anywhere = () => [unicastIpv4(random)]
await measureTable(tableOf('IPv4', drawIpv4(size.ipv4, 0, random)), [['random', addressList(1, anywhere), GOAL]], lookUpAllIpv4)

const withHosts = drawIpv4(size.ipv4, size.hosts, random)
/** Half of them in a /24 that a host's prefix is in, where each look-up takes the second read. */
const besideHosts = () => {
  const host = withHosts.columns[2 * (size.ipv4 + random.below(size.hosts))] as number
  return random.below(2) === 0 ? anywhere() : [((host & ~0xff) | random.below(256)) >>> 0]
}
await measureTable(
  tableOf('IPv4 with hosts', withHosts),
  [
    ['random', addressList(1, anywhere), GOAL],
    ['half beside hosts', addressList(1, besideHosts), null],
  ],
  lookUpAllIpv4,
)

const inside = ipv6Holders(random)
/** Half of the look-ups go where prefixes are, half anywhere in global unicast. */
const ipv6Anywhere = () => (random.below(2) === 0 ? inside() : [globalIpv6(random), ...inside().slice(1)])
await measureTable(
  tableOf('IPv6', drawIpv6(size.ipv6, inside, random)),
  [['half inside', addressList(4, ipv6Anywhere), null]],
  lookUpAllIpv6,
)
