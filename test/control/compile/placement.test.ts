// SPDX-License-Identifier: GPL-2.0-or-later
// Where blocks are decided, and the kernel plan: rules, order, sets. test/property/placement.test.ts holds what plans do against the oracle.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { REASONS } from '../../../src/contract/reasons.js'
import { PORTMAP_REQUEST } from '../../../src/contract/shapes.js'
import { reduceExemptions } from '../../../src/control/compile/exemptions.js'
import type { KernelRule } from '../../../src/control/compile/kernel-plan.js'
import { type Asked, planKernel } from '../../../src/control/compile/placement.js'
import type { Block, Policy } from '../../../src/control/policy/policy.js'
import { PROFILES } from '../../../src/control/profiles/catalogue.js'
import type { Profile, Service } from '../../../src/control/profiles/profile.js'
import { listPrefixes, prefixText } from '../../oracle/addresses.js'
import { block, exemption, KINDS, network, policy, profile, service } from '../../property/policies.js'

const NOW = 1000
const customers = (name: string, prefixes: string) => network(name, prefixes, { customers: true })
const NETWORKS = [customers('dynamic', '198.51.100.0/24'), customers('static', '203.0.113.0/24'), network('mail', '192.0.2.25/32')]

/** A set that is carved out of nothing says which networks it was asked for. */
const planOf = (of: Policy, asked: readonly Asked[] = []) =>
  planKernel(of, NOW, reduceExemptions(of, NOW), (networks) => ({ ...EMPTY, asked: networks }) as never, asked)
const EMPTY = {
  prefixes: { ipv4: new Uint32Array(), ipv6: new Uint32Array() },
  exclusions: { ipv4: new Uint32Array(), ipv6: new Uint32Array() },
}
const blocksOf = (...blocks: Block[]) => policy({ networks: NETWORKS, blocks })

/** `kernel header`, `userspace behind 0`. */
const placesOf = (of: Policy, asked: readonly Asked[] = []) =>
  planOf(of, asked).placed.map(({ place, cause, behind }) => `${place} ${cause}${behind === null ? '' : ` ${behind}`}`)

/** `drop request 1- 0/1&7=3 source=123`. */
function ruleText({ reason, minimum, maximum, tests, port }: KernelRule): string {
  const hex = (value: number) => value.toString(16)
  const texts = tests.map(({ offset, width, mask, low, high }) => {
    return `${offset}/${width}&${hex(mask)}=${hex(low)}${low === high ? '' : `-${hex(high)}`}`
  })
  const bounds = minimum === 0 && maximum === 65535 ? [] : [`${minimum}-${maximum === 65535 ? '' : maximum}`]
  const other = port === null ? [] : [`${port.side}${port.equal ? '=' : '!='}${port.port}`]
  return [reason === null ? 'leave' : `drop ${REASONS[reason]}`, ...bounds, ...texts, ...other].join(' ')
}

const serviceText = ({ protocol, side, first, last }: Service) =>
  `${protocol}${side === 'source' ? '/source' : ''}/${first}${first === last ? '' : `-${last}`}`

/** For each block of the plan, its services with who is exempt and the rules. */
const rulesOf = (of: Policy, asked: readonly Asked[] = []) =>
  planOf(of, asked).blocks.map(({ block: number, services }) => ({
    [number]: services.map(({ service: each, exempt, rules }) =>
      [`${serviceText(each)}${exempt === null ? '' : ` but ${exempt}`}`, ...rules.map(ruleText)].join('; '),
    ),
  }))

t.test('every profile of the catalogue', (t) => {
  const listed = JSON.parse(readFileSync(join(process.cwd(), 'test/cases/places.json'), 'utf8')) as string[]
  const precision = (of: Profile) => (of.class === null ? 'port' : 'shape')
  t.same(
    PROFILES.map((each) => `${each.name} ${placesOf(blocksOf(block(each, { precision: precision(each) })))[0]}`),
    listed,
  )
  t.same(
    new Set(PROFILES.map((each) => placesOf(blocksOf(block(each, { precision: 'port' })))[0])),
    new Set(['kernel header', 'userspace limit']),
  )
  t.end()
})

t.test('why in userspace', (t) => {
  const cases: [Partial<Block>, Asked, string][] = [
    [{}, 'auto', 'kernel fixed-shape'],
    [{}, 'kernel', 'kernel fixed-shape'],
    [{}, 'userspace', 'userspace asked'],
    [{}, 'refused', 'userspace refused'],
    [{ mode: 'observe' }, 'kernel', 'userspace observed'],
    [{ mode: 'observe' }, 'userspace', 'userspace asked'],
    [{ direction: 'outbound', action: 'reject' }, 'auto', 'userspace rejects'],
    [{ limit: { rate: 1, burst: 1 } }, 'auto', 'kernel fixed-shape'],
    [{ since: NOW }, 'auto', 'kernel fixed-shape'],
    [{ since: NOW + 1 }, 'userspace', 'userspace not-yet'],
    [{ expires: NOW + 1 }, 'auto', 'kernel fixed-shape'],
    [{ expires: NOW }, 'auto', 'userspace over'],
    [{ precision: 'port' }, 'auto', 'kernel header'],
    [{ profile: null, precision: 'port', services: [service('udp/9')] }, 'auto', 'kernel header'],
  ]
  for (const [part, asked, expected] of cases) t.same(placesOf(blocksOf(block(KINDS.dns, part)), [asked]), [expected], expected)
  t.same(placesOf(blocksOf(block(KINDS.classA), block(KINDS.classAWide), block(KINDS.classA, { direction: 'outbound' }))), [
    'kernel fixed-shape',
    'kernel fixed-shape',
    'kernel header',
  ])
  t.end()
})

t.test('order', (t) => {
  const observed = block(KINDS.dns, { mode: 'observe' })
  const dns = (part: Partial<Block> = {}) => block(KINDS.dns, part)
  const custom = (services: string, part: Partial<Block> = {}) => block(null, { services: services.split(' ').map(service), ...part })
  const cases: [string, Block[], string[]][] = [
    ['an observed block before', [observed, dns()], ['userspace observed', 'userspace behind 0']],
    [
      'behind one that is behind',
      [observed, custom('udp/50-53'), custom('udp/50')],
      ['userspace observed', 'userspace behind 0', 'userspace behind 1'],
    ],
    ['an observed block after', [dns(), observed], ['kernel fixed-shape', 'userspace observed']],
    ['other ports', [observed, custom('udp/54')], ['userspace observed', 'kernel header']],
    ['the other protocol', [observed, custom('tcp/53')], ['userspace observed', 'kernel header']],
    ['the other direction', [observed, custom('udp/53', { direction: 'outbound' })], ['userspace observed', 'kernel header']],
    ['other customers', [observed, dns({ protect: [1] })], ['userspace observed', 'kernel fixed-shape']],
    ['some of the same customers', [observed, dns({ protect: [1, 0] })], ['userspace observed', 'userspace behind 0']],
    ['over', [dns({ mode: 'observe', expires: NOW }), dns()], ['userspace over', 'kernel fixed-shape']],
    ['not in force yet', [dns({ since: NOW + 1 }), dns()], ['userspace not-yet', 'kernel fixed-shape']],
    ['crossing', [observed, custom('udp/source/7')], ['userspace observed', 'kernel header']],
  ]
  for (const [title, blocks, expected] of cases) t.same(placesOf(blocksOf(...blocks)), expected, title)
  t.same(
    rulesOf(blocksOf(observed, custom('udp/source/7 tcp/53'))),
    [{ 0: ['udp/53; leave'] }, { 1: ['udp/source/7; drop port', 'tcp/53; drop port'] }],
    'what an earlier block may match is left alone',
  )
  t.same(rulesOf(blocksOf(custom('udp/source/7'), observed)), [{ 0: ['udp/source/7; drop port'] }], 'what a later one may match is not')
  t.same(
    rulesOf(blocksOf(dns({ mode: 'observe', expires: NOW }), dns({ since: NOW + 1 }), custom('udp/source/7'))),
    [{ 2: ['udp/source/7; drop port'] }],
    'nor what one may match that is not in force',
  )
  t.same(
    rulesOf(blocksOf(observed, dns({ protect: [1] }), custom('udp/source/7', { protect: [2] }))).map((each) => Object.keys(each).join()),
    ['1', '2'],
    'nor of other customers',
  )
  t.end()
})

t.test('rules', (t) => {
  const ofProfile = (of: Profile, part: Partial<Block> = {}) =>
    rulesOf(blocksOf(block(of, part))).flatMap((each) => Object.values(each).flat())
  const test = (value: number) => ({ offset: 1, width: 2 as const, mask: -1, low: value, high: value + 1 })
  const fixed = (minimum: number, value: number) => ({ minimum, maximum: 99, tests: [test(value)] })
  const parsed = (minimum: number, value: number) => ({ ...fixed(minimum, value), parser: 'dns-question' as const })
  const made = (part: Partial<Profile>) => profile('X', 'udp/5', { class: 'B', replySourcePort: 7, ...part })
  t.same(ofProfile(made({ request: [fixed(2, 1), parsed(4, 2)], reply: [parsed(12, 3), fixed(20, 4)] })), [
    [
      'udp/5',
      'drop request 3-99 1/2&ffff=1-2',
      'leave 4-99 1/2&ffff=2-3',
      'drop short 0-11',
      'leave 20-99 1/2&ffff=4-5 source=7',
      'drop wrong-source-port 20-99 1/2&ffff=4-5',
      'leave 12-99 1/2&ffff=3-4',
      'drop not-reply',
    ].join('; '),
  ])
  t.same(ofProfile(made({ request: [{ minimum: 4, maximum: 5, tests: [{ ...test(1), offset: 9 }] }] })), ['udp/5; drop not-reply'], 'never')
  t.same(ofProfile(made({ class: 'C', request: [parsed(1, 1), fixed(9, 2)] })), [
    'udp/5; drop request 9-99 1/2&ffff=2-3; leave 3-99 1/2&ffff=1-2',
  ])
  t.same(ofProfile(made({ class: 'C', reply: [fixed(9, 2)], stops: 'reply' })), ['udp/5; drop answer 9-99 1/2&ffff=2-3'])
  t.same(ofProfile(made({ class: 'C', request: [parsed(9, 2)] })), [])
  t.same(ofProfile(made({ class: 'C', services: [service('udp/5'), service('tcp/5')], request: [parsed(9, 2)] })), [
    'udp/5; leave 9-99 1/2&ffff=2-3',
    'tcp/5; drop port',
  ])
  t.end()
})

t.test('rules: the replies of clocks that class A lets live', (t) => {
  const clocks = (port: string) => [
    `leave 48- 0/1&7=4 0/1&38=8-20 1/1&ff=0-10 ${port}`,
    `leave 48- 0/1&7=2 0/1&38=8-20 1/1&ff=0-10 ${port}`,
  ]
  const rules = (of: Profile, part: Partial<Block> = {}) => rulesOf(blocksOf(block(of, part)))[0]?.[0]
  t.same(rules(profile('X', 'udp/130-140 tcp/130', { class: 'A' })), [
    'udp/130-136; drop class-a',
    ['udp/137-139', ...clocks('source=123'), 'drop class-a'].join('; '),
    'udp/140; drop class-a',
    'tcp/130; drop port',
  ])
  t.same(rules(profile('X', 'udp/130-140', { class: 'A' }), { direction: 'outbound' }), ['udp/130-140; drop class-a'])
  const bySource = rules(profile('X', 'udp/source/120-130', { class: 'A' }))
  t.same(bySource?.[0], 'udp/source/120-122; drop class-a')
  t.equal(bySource?.[1]?.split('; ').length, 1 + 11 * 2 + 1)
  t.match(bySource?.[1], clocks('destination=69').join('; '))
  t.same(bySource?.[2], 'udp/source/124-130; drop class-a')
  t.match(rules(KINDS.portmap)?.[0], /^udp\/111; drop class-a .*4\/4&ffffffff=0.* source=123; .*leave/, `${PORTMAP_REQUEST.length} first`)
  t.end()
})

t.test('exemptions', (t) => {
  const rules = (blocks: Block[], exemptions: [string, string | null, number[]?][]) =>
    rulesOf(
      policy({
        networks: NETWORKS,
        blocks,
        exemptions: exemptions.map(([prefixes, by, of]) => exemption(prefixes, of ?? [0], { service: by === null ? null : service(by) })),
      }),
    )
  const wide = block(null, { services: [service('udp/10-19'), service('udp/15-29'), service('tcp/10')] })
  t.same(rules([wide], [['198.51.100.1/32', null]]), [{ 0: ['udp/10-29 but exempt; drop port', 'tcp/10 but exempt; drop port'] }])
  t.same(rules([wide], [['198.51.100.1/32', 'udp/20-40']]), [
    { 0: ['udp/10-19; drop port', 'udp/20-29 but exempt; drop port', 'tcp/10; drop port'] },
  ])
  t.same(rules([wide], [['198.51.100.1/32', 'udp/30-40']]), [{ 0: ['udp/10-29; drop port', 'tcp/10; drop port'] }])
  t.same(
    rules(
      [wide, wide],
      [
        ['198.51.100.1/32', 'tcp/10', [1]],
        ['198.51.100.2/32', null, [1]],
        ['198.51.100.3/32', null, [0]],
      ],
    ),
    [
      { 0: ['udp/10-29 but exempt; drop port', 'tcp/10 but exempt; drop port'] },
      { 1: ['udp/10-29 but exempt-1; drop port', 'tcp/10 but exempt-2; drop port'] },
    ],
  )
  t.same(
    rules([wide], [['198.51.100.1/32', 'udp/source/53']]),
    [{ 0: ['udp/10-29; leave source=53; drop port', 'tcp/10; drop port'] }],
    'pairs of ports: for everybody',
  )
  t.same(rules([wide], [['198.51.100.1/32', 'udp/source/53-54']])[0]?.[0]?.[0], 'udp/10-29; leave; drop port')
  t.end()
})

t.test('sets', (t) => {
  const {
    sets,
    customers: all,
    blocks,
    hook,
    outside,
  } = planOf(
    policy({
      hook: 'prerouting',
      outside: ['eth0'],
      networks: NETWORKS,
      blocks: [
        block(KINDS.dns, { except: [2] }),
        block(KINDS.ntp, { protect: [1, 0], except: [2, 2, 1] }),
        block(KINDS.mssql, { protect: [0, 1, 1], except: [2] }),
        block(KINDS.mdns, { mode: 'observe', protect: [1] }),
      ],
      exemptions: [
        exemption('198.51.100.1/32', [0, 3]),
        exemption('198.51.100.2/32 2001:db8::2/128', [3, 0]),
        exemption('198.51.100.3/32', [0], { expires: NOW }),
      ],
    }),
  )
  t.same([hook, outside, all], ['prerouting', ['eth0'], 'dynamic-static'])
  t.same(
    blocks.map(({ block: number, direction, near, except, services }) => [number, direction, near, except, services[0]?.exempt]),
    [
      [0, 'inbound', 'dynamic', 'not-mail', 'exempt'],
      [1, 'inbound', 'dynamic-static', 'not-static-mail', null],
      [2, 'inbound', 'dynamic-static', 'not-mail', null],
    ],
  )
  t.same(
    sets.map(({ name, prefixes, ...rest }) => [
      name,
      (rest as { asked?: number[] }).asked ?? listPrefixes(prefixes).map(prefixText).join(' '),
    ]),
    [
      ['dynamic', [0]],
      ['not-mail', '192.0.2.25/32'],
      ['exempt', '198.51.100.1/32 198.51.100.2/32 2001:db8::2/128'],
      ['dynamic-static', [0, 1]],
      ['not-static-mail', '203.0.113.0/24 192.0.2.25/32'],
    ],
    'each once, and none that no rule asks for',
  )
  const none = planOf(blocksOf(block(KINDS.dns, { mode: 'observe' })))
  t.same([none.customers, none.sets, none.blocks], [null, [], []])
  t.end()
})

t.test('names of sets', (t) => {
  const names = ['Dynamic_Pool', 'dynamic.pool', '加入者', 'a-very-long-name-of-a-network', 'exempt']
  const of = policy({
    networks: names.map((name, index) => customers(name, `192.0.2.${index}/32`)),
    blocks: names.map((_, index) => block(KINDS.dns, { protect: [index] })),
    exemptions: [exemption('192.0.2.4/32', [4])],
  })
  const given = planOf(of).sets.map(({ name }) => name)
  t.same(given, ['dynamic-pool', 'dynamic-pool-1', 'set-1', 'a-very-long-na-1', 'exempt', 'exempt-1', 'dynamic-pool-d-1'])
  t.end()
})
