// SPDX-License-Identifier: GPL-2.0-or-later
// The compiler on small policies: which candidates its tables give, read by the contract alone. Rows are written from docs/verdicts.md.

import t from 'tap'
import {
  BLOCK,
  BLOCK_WORDS,
  CLASS,
  CLASS_A_BLOCK,
  CLASS_B_BLOCK,
  CLASS_CUSTOMER,
  CLASS_NAMED,
  CLASS_WORDS,
  IMAGE_HEADER,
  NEVER,
  openImage,
  PATTERN,
  PATTERN_WORDS,
  STOPS_REPLY,
  STOPS_REQUEST,
  TEST,
  TEST_WORDS,
} from '../../../src/contract/image.js'
import { DNS_REPLY } from '../../../src/contract/shapes.js'
import { ACCEPT, DROP } from '../../../src/contract/verdicts.js'
import { compile } from '../../../src/control/compile/compile.js'
import type { Policy } from '../../../src/control/policy/policy.js'
import { address } from '../../oracle/addresses.js'
import { block, exemption, KINDS, network, policy, profile, service } from '../../property/policies.js'
import { candidates, classOf } from './walk.js'

const digest = Uint32Array.from({ length: 8 }, (_, word) => 0xf0000000 + word)
const imageOf = (of: Policy, now?: number) => openImage(compile(of, { digest, generation: 7, ...(now === undefined ? {} : { now }) }).image)

const OUT = '203.0.113.9'
const customers = (prefixes: string, name = 'dynamic') => network(name, prefixes, { customers: true })

interface Row {
  readonly name: string
  readonly policy: Policy
  readonly now?: number
  /** direction, near, far, ports -> candidates. */
  readonly expect: readonly (readonly ['inbound' | 'outbound', string, string, string, string])[]
}

const ROWS: readonly Row[] = [
  { name: 'an empty policy', policy: policy({}), expect: [['inbound', '198.51.100.1', OUT, 'udp 1 > 53', '']] },
  {
    name: 'one block, one network, both families',
    policy: policy({ networks: [customers('198.51.100.0/24 2001:db8:100::/40')], blocks: [block(KINDS.dns)] }),
    expect: [
      ['inbound', '198.51.100.1', OUT, 'udp 40000 > 53', '0'],
      ['inbound', '198.51.100.255', OUT, 'udp 53 > 53', '0'],
      ['inbound', '198.51.101.0', OUT, 'udp 40000 > 53', ''],
      ['inbound', '198.51.99.255', OUT, 'udp 40000 > 53', ''],
      ['inbound', '198.51.100.1', OUT, 'udp 53 > 54', ''],
      ['inbound', '198.51.100.1', OUT, 'udp 53 > 52', ''],
      ['inbound', '198.51.100.1', OUT, 'tcp 40000 > 53', ''],
      ['outbound', '198.51.100.1', OUT, 'udp 40000 > 53', ''],
      ['inbound', '198.51.100.1', OUT, 'unknown', '0'],
      ['inbound', '2001:db8:100::1', '2001:db8:ff::1', 'udp 40000 > 53', '0'],
      ['inbound', '2001:db8:1ff:ffff:ffff:ffff:ffff:ffff', '2001:db8:ff::1', 'udp 40000 > 53', '0'],
      ['inbound', '2001:db8:200::', '2001:db8:ff::1', 'udp 40000 > 53', ''],
    ],
  },
  {
    name: 'prefixes of every depth: the longest says whose the address is',
    policy: policy({
      networks: [
        customers('0.0.0.0/0 198.51.100.64/27 ::/0 2001:db8::/32 2001:db8::1/128'),
        network('other', '192.0.0.0/4 198.51.100.0/24 198.51.100.65/32 2000::/3 2001:db8::/64'),
      ],
      blocks: [block(KINDS.dns)],
    }),
    expect: [
      ['inbound', '10.0.0.1', OUT, 'udp 1 > 53', '0'],
      ['inbound', '198.51.100.1', OUT, 'udp 1 > 53', ''],
      ['inbound', '198.51.100.64', OUT, 'udp 1 > 53', '0'],
      ['inbound', '198.51.100.65', OUT, 'udp 1 > 53', ''],
      ['inbound', '198.51.100.95', OUT, 'udp 1 > 53', '0'],
      ['inbound', '198.51.100.96', OUT, 'udp 1 > 53', ''],
      ['inbound', '207.255.255.255', OUT, 'udp 1 > 53', ''],
      ['inbound', '208.0.0.0', OUT, 'udp 1 > 53', '0'],
      ['inbound', '1::1', '::1', 'udp 1 > 53', '0'],
      ['inbound', '2001:db7::1', '::1', 'udp 1 > 53', ''],
      ['inbound', '2001:db8:0:1::', '::1', 'udp 1 > 53', '0'],
      ['inbound', '2001:db8::2', '::1', 'udp 1 > 53', ''],
      ['inbound', '2001:db8::1', '::1', 'udp 1 > 53', '0'],
    ],
  },
  {
    name: 'two networks with the same prefix: the first has it',
    policy: policy({
      networks: [customers('192.0.2.0/24'), customers('192.0.2.0/24', 'second')],
      blocks: [block(KINDS.dns), block(KINDS.ntp, { protect: [1] })],
    }),
    expect: [
      ['inbound', '192.0.2.1', OUT, 'udp 1 > 53', '0'],
      ['inbound', '192.0.2.1', OUT, 'udp 1 > 123', ''],
    ],
  },
  {
    name: 'except by containment, longest prefix or not',
    policy: policy({
      networks: [
        customers('198.51.100.0/24'),
        network('mail', '192.0.2.0/24'),
        network('carved', '192.0.2.128/25'),
        network('acs', '192.0.2.0/28'),
      ],
      blocks: [block(KINDS.headerOnly, { except: [1] }), block(KINDS.headerOnly, { except: [3] }), block(KINDS.dns, { except: [1] })],
    }),
    expect: [
      ['outbound', '198.51.100.1', OUT, 'tcp 1 > 25', '0 port,1 port'],
      ['outbound', '198.51.100.1', '192.0.2.1', 'tcp 1 > 25', ''],
      ['outbound', '198.51.100.1', '192.0.2.99', 'tcp 1 > 25', '1 port'],
      ['outbound', '198.51.100.1', '192.0.2.200', 'tcp 1 > 25', '1 port'],
      ['inbound', '198.51.100.1', '192.0.2.200', 'udp 1 > 53', ''],
    ],
  },
  {
    name: 'exemptions: containment, whole and by service, narrower than nothing',
    policy: policy({
      networks: [customers('198.51.100.0/24'), customers('198.51.100.128/25', 'carved')],
      blocks: [block(KINDS.classAWide, { protect: [0, 1] }), block(KINDS.dns, { protect: [0, 1] })],
      exemptions: [
        exemption('198.51.100.0/24', [1]),
        exemption('198.51.100.0/28 198.51.100.144/28', [0], { service: service('udp/136-137') }),
        exemption('198.51.100.1/32', [0, 0]),
        exemption('198.51.100.2/32', [0], { service: service('udp/136-137') }),
        exemption('198.51.100.3/32', [0], { service: service('tcp/139') }),
      ],
    }),
    expect: [
      ['inbound', '198.51.100.200', OUT, 'udp 1 > 53', '1 exempt'],
      ['inbound', '198.51.100.200', OUT, 'udp 1 > 137', '0 ntp'],
      ['inbound', '198.51.100.0', OUT, 'udp 1 > 135', '0'],
      ['inbound', '198.51.100.0', OUT, 'udp 1 > 136', '0 exempt'],
      ['inbound', '198.51.100.144', OUT, 'udp 1 > 137', '0 exempt ntp'],
      ['inbound', '198.51.100.0', OUT, 'udp 1 > 138', '0 ntp'],
      ['inbound', '198.51.100.0', OUT, 'tcp 1 > 137', '0 port'],
      ['inbound', '198.51.100.0', OUT, 'unknown', '0,1 exempt'],
      ['inbound', '198.51.100.1', OUT, 'tcp 1 > 445', '0 exempt port'],
      ['inbound', '198.51.100.1', OUT, 'unknown', '0 exempt,1 exempt'],
      ['inbound', '198.51.100.2', OUT, 'udp 1 > 136', '0 exempt'],
      ['inbound', '198.51.100.3', OUT, 'tcp 1 > 139', '0 exempt port'],
      ['inbound', '198.51.100.3', OUT, 'udp 1 > 139', '0 ntp'],
    ],
  },
  {
    name: 'exemptions that are over are left out, at the second',
    policy: policy({
      networks: [customers('198.51.100.0/24')],
      blocks: [block(KINDS.dns)],
      exemptions: [exemption('198.51.100.1/32', [0], { expires: 1000 }), exemption('198.51.100.2/32', [0], { expires: 1001 })],
    }),
    now: 1000,
    expect: [
      ['inbound', '198.51.100.1', OUT, 'udp 1 > 53', '0'],
      ['inbound', '198.51.100.2', OUT, 'udp 1 > 53', '0 exempt'],
    ],
  },
  {
    name: 'the header decides: precision port, custom rules, profiles without shapes, TCP',
    policy: policy({
      networks: [customers('198.51.100.0/24')],
      blocks: [
        block(KINDS.dns, { precision: 'port' }),
        block(null, { services: [service('udp/53')] }),
        block(KINDS.headerOnly, { direction: 'inbound', precision: 'shape' }),
        block(profile('X', 'udp/53 tcp/53', { class: 'B' })),
        block(profile('Y', 'udp/source/99 tcp/source/99', { class: 'B' })),
      ],
    }),
    expect: [
      ['inbound', '198.51.100.1', OUT, 'udp 1 > 53', '0 port,1 port,3'],
      ['inbound', '198.51.100.1', OUT, 'tcp 1 > 25', '2 port'],
      ['inbound', '198.51.100.1', OUT, 'tcp 1 > 53', '3 port'],
      ['inbound', '198.51.100.1', OUT, 'udp 99 > 1', '4'],
      ['inbound', '198.51.100.1', OUT, 'tcp 99 > 1', '4 port'],
      ['inbound', '198.51.100.1', OUT, 'unknown', '0 port,1 port,2 port,3,4'],
    ],
  },
  {
    name: 'services on the source port, alone and with one on the destination port',
    policy: policy({
      networks: [customers('198.51.100.0/24')],
      blocks: [
        block(KINDS.dns),
        block(null, { services: [service('udp/source/53'), service('udp/54'), service('tcp/source/53')] }),
        block(null, { services: [service('udp/source/0-65535')] }),
      ],
      exemptions: [exemption('198.51.100.1/32', [1], { service: service('udp/source/53') })],
    }),
    expect: [
      ['inbound', '198.51.100.9', OUT, 'udp 53 > 53', '0,1 port,2 port'],
      ['inbound', '198.51.100.9', OUT, 'udp 53 > 9', '1 port,2 port'],
      ['inbound', '198.51.100.9', OUT, 'udp 9 > 54', '1 port,2 port'],
      ['inbound', '198.51.100.9', OUT, 'udp 53 > 54', '1 port,2 port'],
      ['inbound', '198.51.100.9', OUT, 'udp 65535 > 0', '2 port'],
      ['inbound', '198.51.100.9', OUT, 'tcp 53 > 53', '1 port'],
      ['inbound', '198.51.100.9', OUT, 'tcp 9 > 54', ''],
      ['inbound', '198.51.100.1', OUT, 'udp 53 > 9', '1 exempt port,2 port'],
      ['inbound', '198.51.100.1', OUT, 'udp 9 > 54', '1 port,2 port'],
    ],
  },
  {
    name: 'NTP replies live on the ports of class A, inbound, by shape',
    policy: policy({
      networks: [customers('198.51.100.0/24')],
      blocks: [
        block(KINDS.classA),
        block(KINDS.classA, { precision: 'port' }),
        block(KINDS.classA, { direction: 'outbound' }),
        block(KINDS.dns, { services: [service('udp/161')] }),
        block(profile('CHARGEN', 'udp/19', { class: 'A' })),
      ],
    }),
    expect: [
      ['inbound', '198.51.100.1', OUT, 'udp 123 > 161', '0 ntp,1 port,3'],
      ['outbound', '198.51.100.1', OUT, 'udp 123 > 161', '2'],
      ['inbound', '198.51.100.1', OUT, 'udp 123 > 19', '4'],
      ['inbound', '198.51.100.1', OUT, 'udp 123 > 69', ''],
    ],
  },
  {
    name: 'class A on the source port: the exception is told by the destination port all the same',
    policy: policy({
      networks: [customers('198.51.100.0/24')],
      blocks: [block(profile('X', 'udp/source/123', { class: 'A' }))],
    }),
    expect: [
      ['inbound', '198.51.100.1', OUT, 'udp 123 > 69', '0 ntp'],
      ['inbound', '198.51.100.1', OUT, 'udp 123 > 70', '0'],
      ['inbound', '198.51.100.1', OUT, 'udp 124 > 69', ''],
    ],
  },
]

t.test('candidates', (t) => {
  for (const { name, policy: of, now, expect } of ROWS) {
    const image = imageOf(of, now)
    for (const [direction, near, far, ports, list] of expect) {
      t.equal(candidates(image, direction, near, far, ports).join(), list, `${name}: ${direction} ${near} ${far} ${ports}`)
    }
  }
  t.end()
})

t.test('header', (t) => {
  const open = imageOf(policy({ networks: [customers('198.51.100.0/24')], blocks: [block(KINDS.dns)] }))
  t.equal(open.header[IMAGE_HEADER.generation], 7)
  t.equal(open.header[IMAGE_HEADER.bytes], open.memory.byteLength)
  t.strictSame([...open.header.subarray(IMAGE_HEADER.digest, IMAGE_HEADER.digest + 8)], [...digest])
  t.equal(open.header[IMAGE_HEADER.destinationPortClasses], 3)
  t.equal(open.blockCount, 1)
  t.equal(open.byInterface, false)
  t.equal(open.defaultVerdict, ACCEPT)
  const closed = imageOf(policy({ outside: ['eth0'], overload: 'fail-closed' }))
  t.equal(closed.byInterface, true)
  t.equal(closed.defaultVerdict, DROP)
  t.end()
})

t.test('address classes', (t) => {
  const image = imageOf(policy({ networks: [network('resolvers', '192.0.2.53/32'), customers('198.51.100.0/24')] }))
  const read = (text: string) => {
    const at = classOf(image, address(text)) * CLASS_WORDS
    return [image.classes[at + CLASS.flags], image.classes[at + CLASS.network]]
  }
  t.strictSame(read('203.0.113.1'), [0, 0])
  t.strictSame(read('192.0.2.53'), [CLASS_NAMED, 1])
  t.strictSame(read('198.51.100.1'), [CLASS_NAMED | CLASS_CUSTOMER, 2])
  t.end()
})

t.test('a hundred thousand hosts with one exemption are one class', (t) => {
  const exemptions = Array.from({ length: 100_000 }, (_, host) =>
    exemption('0.0.0.0/0', [0], {
      prefix: { ipv4: Uint32Array.of(0xc6120000 + host, 32), ipv6: new Uint32Array() },
    }),
  )
  const of = policy({ networks: [customers('198.18.0.0/15')], blocks: [block(KINDS.dns)], exemptions })
  const { provenance, image } = compile(of, { digest, generation: 1 })
  t.equal(provenance.classes.length, 3)
  t.same(candidates(openImage(image), 'inbound', '198.19.134.159', OUT, 'udp 1 > 53'), ['0 exempt'])
  t.same(candidates(openImage(image), 'inbound', '198.19.134.160', OUT, 'udp 1 > 53'), ['0'])
  t.end()
})

t.test('hosts far from each other: the tables grow while prefixes are on their way down', (t) => {
  const hosts = Array.from({ length: 40 }, (_, index) => `2001:db8:${index.toString(16)}:${index}::${index}`)
  const other = Array.from({ length: 40 }, (_, index) => `198.18.${index}.${index}`)
  const prefixes = [...hosts.map((host) => `${host}/128`), ...other.map((host) => `${host}/32`)].join(' ')
  const image = imageOf(policy({ networks: [customers(prefixes)], blocks: [block(KINDS.dns)] }))
  for (const host of [...hosts, ...other]) t.same(candidates(image, 'inbound', host, OUT, 'udp 1 > 53'), ['0'], host)
  for (const host of hosts) t.same(candidates(image, 'inbound', `${host}:1`, OUT, 'udp 1 > 53'), [], `${host}:1`)
  t.end()
})

t.test('an exemption that adds nothing makes no near side of its own', (t) => {
  const nears = (...prefixes: [string, Parameters<typeof exemption>[2]][]) =>
    compile(
      policy({
        networks: [customers('198.51.100.0/24')],
        blocks: [block(KINDS.dns)],
        exemptions: prefixes.map(([prefix, part]) => exemption(prefix, [0], part)),
      }),
      { digest, generation: 1 },
    ).grounds.sides.nears.length
  const dns = { service: service('udp/53') }
  t.equal(nears(['198.51.100.0/25', {}]), 3)
  t.equal(nears(['198.51.100.0/25', {}], ['198.51.100.0/26', {}]), 3)
  t.equal(nears(['198.51.100.0/25', {}], ['198.51.100.0/26', dns]), 3, 'a service of a block that is left alone anyway')
  t.equal(nears(['198.51.100.0/25', dns], ['198.51.100.0/26', dns]), 3)
  t.equal(nears(['198.51.100.0/25', dns], ['198.51.100.0/26', {}]), 4)
  t.end()
})

t.test('blocks and shapes', (t) => {
  const image = imageOf(
    policy({
      networks: [customers('198.51.100.0/24')],
      blocks: [
        block(KINDS.dns, { since: 5, expires: 6, mode: 'observe', limit: { rate: 50, burst: 100 } }),
        block(KINDS.classA, { action: 'reject' }),
        block(KINDS.dns, { name: 'again' }),
        block(null),
        block(KINDS.dnsAnswers),
      ],
    }),
  )
  const read = (number: number, field: keyof typeof BLOCK) => image.blocks[number * BLOCK_WORDS + BLOCK[field]]
  t.same([read(0, 'mode'), read(0, 'action'), read(0, 'since'), read(0, 'expires')], [0, 0, 5, 6])
  t.same([read(0, 'blockClass'), read(0, 'replySourcePort'), read(0, 'replyMinimum')], [CLASS_B_BLOCK, 53, 12])
  t.same([read(0, 'limitRate'), read(0, 'limitBurst'), read(0, 'stops')], [50, 100, STOPS_REQUEST])
  t.same([read(1, 'mode'), read(1, 'action'), read(1, 'since'), read(1, 'expires')], [1, 1, 0, NEVER])
  t.same([read(1, 'blockClass'), read(1, 'requestCount'), read(1, 'replyCount'), read(1, 'replyMinimum')], [CLASS_A_BLOCK, 0, 2, 48])
  t.same([read(2, 'requestAt'), read(2, 'replyAt')], [read(0, 'requestAt'), read(0, 'replyAt')], 'a shape is stored once')
  t.same(
    [read(3, 'blockClass'), read(3, 'requestCount'), read(3, 'replyCount'), read(3, 'replySourcePort'), read(3, 'limitRate')],
    [0, 0, 0, 0, 0],
  )
  t.same([read(4, 'stops'), read(4, 'requestCount'), read(4, 'replyAt')], [STOPS_REPLY, 0, read(0, 'replyAt')])

  const pattern = image.patterns.subarray((read(0, 'replyAt') as number) * PATTERN_WORDS)
  const [reply] = DNS_REPLY
  t.same([pattern[PATTERN.minimum], pattern[PATTERN.maximum], pattern[PATTERN.testCount]], [reply?.minimum, reply?.maximum, 2])
  const tests = image.tests.subarray((pattern[PATTERN.testAt] as number) * TEST_WORDS)
  t.same([tests[TEST.offset], tests[TEST.width], tests[TEST.mask], tests[TEST.low], tests[TEST.high]], [2, 1, 0xf8, 0x80, 0x80])
  t.same([tests[TEST_WORDS + TEST.offset], tests[TEST_WORDS + TEST.high]], [4, 1])
  t.end()
})

t.test('provenance: the classes in the words of the policy', (t) => {
  const { provenance, image } = compile(
    policy({
      networks: [customers('198.51.100.0/24'), network('mail', '192.0.2.0/24')],
      blocks: [block(KINDS.dns), block(KINDS.headerOnly, { except: [1] }), block(KINDS.classAWide)],
      exemptions: [
        exemption('198.51.100.1/32', [0]),
        exemption('198.51.100.1/32', [2], { service: service('udp/135-137') }),
        exemption('198.51.100.1/32', [2], { service: service('udp/source/53') }),
      ],
    }),
    { digest, generation: 1 },
  )
  const of = (text: string) => provenance.classes[classOf(openImage(image), address(text))]
  t.same(of(OUT), { network: null, excepts: [], exempted: [] })
  t.same(of('192.0.2.1'), { network: 'mail', excepts: ['mail'], exempted: [] })
  const wide = KINDS.classAWide.name
  t.same(of('198.51.100.1'), { network: 'dynamic', excepts: [], exempted: ['IP53B', `${wide} udp/135-137`, `${wide} udp/source/53`] })
  const dns = openImage(image).ports[53] as number
  t.same(provenance.destinationPorts[dns], { protocol: 'udp', blocks: ['IP53B'], services: [] })
  t.same(provenance.sourcePorts[1], { protocol: 'udp', blocks: [], services: ['udp/source/53'] })
  t.end()
})
