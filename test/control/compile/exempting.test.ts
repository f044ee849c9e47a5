// SPDX-License-Identifier: GPL-2.0-or-later
// Exemptions that come and go in a living image: after each change its tables, read by the contract alone, say of every edge of every prefix
// what the changed policy compiled anew says.

import fc from 'fast-check'
import t from 'tap'
import { IMAGE_HEADER, type Image, openImage } from '../../../src/contract/image.js'
import { type Compiled, compile } from '../../../src/control/compile/compile.js'
import { Exempting, type Outcome } from '../../../src/control/compile/exempting.js'
import { SPARE_CLASSES, SPARE_GROUPS, SPARE_NODES } from '../../../src/control/compile/room.js'
import type { Prefix } from '../../../src/control/policy/nesting.js'
import type { Exemption, Policy } from '../../../src/control/policy/policy.js'
import { type Address, addressText, bitsOf, clearHostBits, listPrefixes, prefixColumns, prefixText } from '../../oracle/addresses.js'
import { block, exemption, KINDS, network, policy, service } from '../../property/policies.js'
import { candidates } from './walk.js'

const options = { digest: new Uint32Array(8), generation: 1 }
const OUT = '203.0.113.9'
const customers = (prefixes: string, name = 'dynamic') => network(name, prefixes, { customers: true })

/** An exemption of one prefix, as Exempting is told of it. */
type Change = readonly [prefix: Prefix, blocks: readonly number[], service: Exemption['service']]
function change({ prefix: { ipv4, ipv6 }, blocks, service: of }: Exemption): Change {
  const words = [...(ipv4.length > 0 ? ipv4 : ipv6)]
  return [{ words: words.slice(0, -1), length: words.at(-1)! }, blocks, of]
}

function living(of: Policy): { image: Image; exempting: Exempting; compiled: Compiled } {
  const compiled = compile(of, options)
  return { image: openImage(compiled.image), exempting: new Exempting(compiled), compiled }
}

const PORTS = ['udp 40000 > 53', 'udp 40000 > 123', 'udp 53 > 53', 'tcp 1 > 25', 'tcp 1 > 139', 'udp 9 > 136', 'unknown']

/** All that the image says of an address. */
function told(image: Image, near: string, far: string): string {
  return (['inbound', 'outbound'] as const)
    .flatMap((direction) => PORTS.map((ports) => candidates(image, direction, near, far, ports).join()))
    .join(' | ')
}

/** Both ends of each prefix, and the addresses beside them. */
function edges(of: Policy): Address[] {
  const prefixes = [...of.networks.map(({ prefixes }) => prefixes), ...of.exemptions.map(({ prefix }) => prefix)].flatMap(listPrefixes)
  return prefixes.flatMap(({ family, value, length }) => {
    const size = 1n << BigInt(bitsOf(family) - length)
    return [value, value + size - 1n, value - 1n, value + size].map((each) => ({ family, value: BigInt.asUintN(bitsOf(family), each) }))
  })
}

/** Also at the edges of `gone`, which may be in the policy no more. */
function requireSame(image: Image, of: Policy, gone: readonly Exemption[], done: string): void {
  const anew = openImage(compile(of, options).image)
  for (const each of edges({ ...of, exemptions: [...of.exemptions, ...gone] })) {
    for (const far of ['203.0.113.9', '192.0.2.25']) {
      const [is, should] = [told(image, addressText(each), far), told(anew, addressText(each), far)]
      if (is !== should) throw new Error(`${done}: ${addressText(each)} is told ${is}, not ${should}`)
    }
  }
}

const BASE = policy({
  networks: [
    customers('198.51.0.0/16 198.51.100.0/24 2001:db8:100::/40'),
    customers('198.51.100.64/26 2001:db8:100:1::/64', 'carved'),
    network('mail', '192.0.2.0/24'),
  ],
  blocks: [
    block(KINDS.dns, { protect: [0, 1] }),
    block(KINDS.ntp),
    block(KINDS.headerOnly, { protect: [1], except: [2] }),
    block(KINDS.classAWide, { protect: [0, 1] }),
  ],
  exemptions: [exemption('198.51.100.200/32', [3], { service: service('udp/136') }), exemption('2001:db8:100::/48', [0])],
})

t.test('one exemption, added and removed', (t) => {
  const { image, exempting } = living(BASE)
  const host = change(exemption('198.51.100.7/32', [0]))
  const of = (near: string) => candidates(image, 'inbound', near, OUT, 'udp 1 > 53')
  const counted = () => image.header[IMAGE_HEADER.changes]
  t.same([of('198.51.100.7'), counted()], [['0'], 0])
  t.equal(exempting.add(...host), 'changed')
  t.same([of('198.51.100.6'), of('198.51.100.7'), of('198.51.100.8'), counted()], [['0'], ['0 exempt'], ['0'], 1])
  t.equal(exempting.remove(...host), 'changed')
  t.same([of('198.51.100.7'), counted()], [['0'], 2])
  t.equal(exempting.remove(...host), 'unknown')
  t.equal(exempting.remove(...change(exemption('198.51.100.7/32', [1]))), 'unknown', 'another block')
  t.equal(exempting.remove(...change(exemption('198.51.100.0/24', [0]))), 'unknown', 'another length')
  t.end()
})

t.test('two that say the same are one until the last is gone', (t) => {
  const { image, exempting } = living(
    policy({ ...BASE, exemptions: [exemption('198.51.100.7/32', [0]), exemption('198.51.100.7/32', [0])] }),
  )
  const host = change(exemption('198.51.100.7/32', [0, 0]))
  const of = () => candidates(image, 'inbound', '198.51.100.7', OUT, 'udp 1 > 53').join()
  t.equal(exempting.add(...host), 'changed')
  const seen: (Outcome | string)[] = []
  for (let time = 0; time < 4; time++) seen.push(of(), exempting.remove(...host))
  t.same(seen, ['0 exempt', 'changed', '0 exempt', 'changed', '0 exempt', 'changed', '0', 'unknown'])
  t.end()
})

t.test('what the tables cannot say', (t) => {
  const { image, exempting } = living(BASE)
  const rows: readonly [string, Exemption, Outcome][] = [
    ['an IPv4 prefix shorter than /16', exemption('198.50.0.0/15', [0]), 'too-wide'],
    ['an IPv6 prefix shorter than /32', exemption('2001:db8::/31', [0]), 'too-wide'],
    ['a service that no exemption names', exemption('198.51.100.7/32', [3], { service: service('udp/137') }), 'new-service'],
    ['one that another names', exemption('198.51.100.7/32', [3], { service: service('udp/136') }), 'changed'],
  ]
  for (const [name, each, outcome] of rows) t.equal(exempting.add(...change(each)), outcome, name)
  t.equal(exempting.remove(...change(exemption('198.51.100.7/32', [3], { service: service('udp/137') }))), 'unknown')
  t.same(candidates(image, 'inbound', '198.51.100.7', OUT, 'udp 1 > 136'), ['3 exempt'])
  t.end()
})

/** Until the first that is not `changed`; how many were. */
function fill(exempting: Exempting, most: number, each: (index: number) => Change): [number, Outcome] {
  for (let index = 0; index < most; index++) {
    const outcome = exempting.add(...each(index))
    if (outcome !== 'changed') return [index, outcome]
  }
  return [most, 'changed']
}

const hostAt = (address: number): Prefix => ({ words: [address >>> 0], length: 32 })

t.test('room: groups and nodes', (t) => {
  const { image, exempting } = living(policy({ networks: [customers('10.0.0.0/8 2001::/16')], blocks: [block(KINDS.dns)] }))
  const four = fill(exempting, 1 << 16, (index) => [hostAt(0x0a000001 + index * 256), [0], null])
  t.same(four, [SPARE_GROUPS, 'no-room'])
  const full = 0x0a000001 + SPARE_GROUPS * 256
  t.same(candidates(image, 'inbound', addressText({ family: 4, value: BigInt(full) }), OUT, 'udp 1 > 53'), ['0'], 'as it was')
  t.equal(exempting.remove(hostAt(0x0a000001), [0], null), 'changed')
  t.equal(exempting.add(hostAt(0x0a000002), [0], null), 'changed', 'a group once made serves again')
  const six = fill(exempting, 1 << 16, (index) => [{ words: [0x20010000 + index, 0, 0, 1], length: 128 }, [0], null])
  // Each takes 13 nodes of its own; one for every 256 of them, below the root, is shared.
  t.equal(six[1], 'no-room')
  t.ok(six[0] > SPARE_NODES / 14 && six[0] <= SPARE_NODES / 12, `${six[0]} hosts`)
  t.end()
})

t.test('room: classes, near sides, tables and lists', (t) => {
  const of = (count: number, part: Parameters<typeof block>[1], protectedOnes = '198.51.100.0/24') =>
    policy({
      networks: [customers(protectedOnes), customers('198.51.101.0/24', 'idle')],
      blocks: Array.from({ length: count }, (_, index) => block(KINDS.dns, { name: `b${index}`, ...part })),
    })
  const subsets = (index: number) => Array.from({ length: 14 }, (_, bit) => bit).filter((bit) => ((index + 1) >> bit) & 1)
  const exempt = (text: string) => (index: number) => change(exemption(text, subsets(index)))

  const classes = living(of(14, {}))
  // Each is removed before the next comes, so that one class is one set of blocks; nobody protects the network.
  const one = exempt('198.51.101.1/32')
  let made = 0
  while (classes.exempting.add(...one(made)) === 'changed') classes.exempting.remove(...one(made++))
  t.ok(made >= SPARE_CLASSES - 1 && made <= SPARE_CLASSES, `${made} classes`)
  t.equal(classes.exempting.add(...one(0)), 'changed', 'those that are there serve again')
  t.equal(classes.exempting.add(...one(made + 1)), 'no-room')

  const nears = living(of(14, {}))
  const near = exempt('198.51.100.1/32')
  let sides = 0
  while (nears.exempting.add(...near(sides)) === 'changed') nears.exempting.remove(...near(sides++))
  t.equal(sides, 256)
  t.same(candidates(nears.image, 'inbound', '198.51.100.1', OUT, 'udp 1 > 53').length, 14)
  t.notOk(
    candidates(nears.image, 'inbound', '198.51.100.1', OUT, 'udp 1 > 53').some((entry) => entry.includes('exempt')),
    'as it was',
  )

  const both = policy({
    networks: [customers('198.51.100.0/24')],
    blocks: Array.from({ length: 18 }, (_, index) =>
      block(KINDS.dns, { name: `b${index}`, direction: index < 9 ? 'inbound' : 'outbound' }),
    ),
  })
  const tables = living(both)
  const half = (index: number) => change(exemption('198.51.100.1/32', [...subsets(index), ...subsets(index).map((bit) => bit + 9)]))
  let tabled = 0
  while (tabled < 500 && tables.exempting.add(...half(tabled)) === 'changed') tables.exempting.remove(...half(tabled++))
  t.equal(tabled, 128, 'each has two tables')

  const lists = living(of(400, {}))
  let listed = 0
  while (listed < 1000 && lists.exempting.add(...near(listed)) === 'changed') lists.exempting.remove(...near(listed++))
  t.ok(listed < 200, `${listed} near sides with lists of 400`)
  t.end()
})

t.test('a prefix with too many others inside is compiled', (t) => {
  const { exempting } = living(policy({ networks: [customers('2001:db8::/32')], blocks: [block(KINDS.dns)] }))
  const scattered = fill(exempting, 700, (index) => [{ words: [0x20010db8, index << 16, 0, 1], length: 128 }, [0], null])
  t.same(scattered, [700, 'changed'])
  t.equal(exempting.add({ words: [0x20010db8, 0, 0, 0], length: 32 }, [0], null), 'no-room')
  t.equal(exempting.add({ words: [0x20010db8, 0, 0, 0], length: 48 }, [0], null), 'changed')
  t.end()
})

const POOL_LENGTHS = { 4: [32, 31, 26, 25, 24, 23, 20, 16], 6: [128, 127, 64, 63, 56, 48, 40, 33, 32] } as const
const pool = fc
  .record({
    six: fc.boolean(),
    base: fc.nat(3),
    length: fc.nat(100),
    blocks: fc.constantFrom([0], [0], [1], [3], [0, 1], [0, 1, 2, 3]),
    named: fc.constantFrom(false, false, true),
  })
  .map(({ six, base, length, blocks, named }) => {
    const family = six ? 6 : 4
    const bases = six
      ? ['2001:db8:100::', '2001:db8:100:1::5', '2001:db8:1ff::', '2001:db8:200::']
      : ['198.51.100.70', '198.51.100.0', '198.51.99.255', '192.0.2.0']
    const [{ value }] = listPrefixes(exemption(`${bases[base]}/${bitsOf(family)}`, []).prefix) as unknown as [Address]
    const cut = clearHostBits({ family, value }, POOL_LENGTHS[family][length % POOL_LENGTHS[family].length]!)
    return exemption('192.0.2.0/24', blocks, { prefix: prefixColumns([cut]), service: named ? service('udp/136') : null })
  })

t.test('a random series is the policy compiled anew, after each step', (t) => {
  const property = fc.property(
    fc.array(pool, { minLength: 1, maxLength: 8, size: 'max' }),
    fc.array(fc.tuple(fc.boolean(), fc.nat(100)), { minLength: 1, maxLength: 16, size: 'max' }),
    fc.nat(4),
    (all, steps, atFirst) => {
      // A service must be named from the start.
      let exemptions = [...BASE.exemptions, ...all.slice(0, atFirst)]
      const { image, exempting } = living({ ...BASE, exemptions })
      for (const [adds, index] of steps) {
        const taken = index % Math.max(1, exemptions.length)
        const of = adds ? all[index % all.length]! : exemptions[taken]
        if (of === undefined) continue
        const outcome = adds ? exempting.add(...change(of)) : exempting.remove(...change(of))
        const done = `${adds ? 'add' : 'remove'} ${listPrefixes(of.prefix).map(prefixText)} ${of.blocks} ${of.service?.first}`
        if (outcome !== 'changed') throw new Error(`${done}: ${outcome}`)
        exemptions = adds ? [...exemptions, of] : exemptions.toSpliced(taken, 1)
        requireSame(image, { ...BASE, exemptions }, [of], done)
      }
    },
  )
  fc.assert(property, { numRuns: 60 })
  t.pass('60 series')
  t.end()
})
