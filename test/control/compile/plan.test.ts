// SPDX-License-Identifier: GPL-2.0-or-later
// The steering plan: which rules, over which sets, in which order.

import t from 'tap'
import { compile } from '../../../src/control/compile/compile.js'
import type { Policy } from '../../../src/control/policy/policy.js'
import { listPrefixes, prefixText } from '../../oracle/addresses.js'
import { block, exemption, KINDS, network, policy, service } from '../../property/policies.js'

const planOf = (of: Policy, now = 0) => compile(of, { digest: new Uint32Array(8), generation: 1, now }).plan
const customers = (name: string, prefixes: string) => network(name, prefixes, { customers: true })

/** `enforce udp destination 53,123 to dynamic`. */
const rulesOf = (of: Policy, now = 0) =>
  planOf(of, now).rules.map(
    ({ kind, protocol, side, ports, address, set }) =>
      `${kind} ${protocol} ${side} ${ports.map(([first, last]) => (first === last ? first : `${first}-${last}`))} ${address === 'destination' ? 'to' : 'from'} ${set}`,
  )

const setsOf = (of: Policy) =>
  planOf(of).sets.map(({ name, prefixes, exclusions }) => ({
    name,
    prefixes: listPrefixes(prefixes).map(prefixText).join(' '),
    exclusions: listPrefixes(exclusions).map(prefixText).join(' '),
  }))

const NETWORKS = [customers('dynamic', '198.51.100.0/24'), customers('static', '203.0.113.0/24')]

t.test('rules', (t) => {
  t.same(rulesOf(policy({})), [])
  t.same(planOf(policy({ hook: 'prerouting', overload: 'fail-closed', observeRate: 7 })), {
    hook: 'prerouting',
    overload: 'fail-closed',
    observeRate: 7,
    sets: [],
    rules: [],
  })
  t.same(
    rulesOf(
      policy({
        networks: NETWORKS,
        blocks: [
          block(KINDS.ssdp, { mode: 'observe' }),
          block(KINDS.dns),
          block(KINDS.ntp, { protect: [1, 0] }),
          block(KINDS.mssql),
          block(null, { services: [service('udp/54'), service('udp/50-53'), service('udp/source/53'), service('tcp/7547')] }),
          block(KINDS.headerOnly, { protect: [0, 1, 1] }),
          block(KINDS.classAWide, { protect: [0, 1], mode: 'observe' }),
        ],
      }),
    ),
    [
      'enforce udp destination 50-54,1434 to dynamic',
      'enforce udp destination 123 to dynamic-static',
      'enforce udp source 53 to dynamic',
      'enforce tcp destination 7547 to dynamic',
      'enforce tcp destination 25 from dynamic-static',
      'observe udp destination 1900 to dynamic',
      'observe udp destination 135-139 to dynamic-static',
      'observe tcp destination 135-139,445 to dynamic-static',
    ],
    'ports of blocks for the same customers are one rule, enforced ones first',
  )
  t.end()
})

t.test('blocks that are over are left out, those to come are in', (t) => {
  const of = policy({ networks: NETWORKS, blocks: [block(KINDS.dns, { expires: 1000 }), block(KINDS.ntp, { since: 2000, protect: [1] })] })
  t.same(rulesOf(of, 999), ['enforce udp destination 53 to dynamic', 'enforce udp destination 123 to static'])
  t.same(rulesOf(of, 1000), ['enforce udp destination 123 to static'])
  t.same(
    planOf(of, 1000).sets.map(({ name }) => name),
    ['static'],
  )
  t.end()
})

t.test('sets', (t) => {
  t.same(
    setsOf(
      policy({
        networks: [
          customers('dynamic', '198.51.100.0/24 198.51.100.0/28 198.51.100.72/30 2001:db8:100::/40'),
          network('mail', '198.51.100.64/26 192.0.2.0/24 2001:db8:100::/48'),
          customers('static', '198.51.100.128/25 203.0.113.0/24'),
        ],
        blocks: [block(KINDS.dns), block(KINDS.ntp, { protect: [2, 0] })],
        exemptions: [exemption('198.51.100.1/32', [0])],
      }),
    ),
    [
      {
        name: 'dynamic',
        prefixes: '198.51.100.0/24 198.51.100.72/30 2001:db8:100::/40',
        exclusions: '198.51.100.64/26 198.51.100.128/25 2001:db8:100::/48',
      },
      {
        name: 'dynamic-static',
        prefixes: '198.51.100.0/24 198.51.100.72/30 203.0.113.0/24 2001:db8:100::/40',
        exclusions: '198.51.100.64/26 2001:db8:100::/48',
      },
    ],
    'what lies inside the set is left out; what others carve out is excluded; what comes back inside that is a prefix again',
  )
  t.end()
})

t.test('sets: two networks with the same prefix', (t) => {
  const of = (protect: number[], first = '192.0.2.0/24', second = '192.0.2.0/24 198.51.100.0/24') =>
    setsOf(policy({ networks: [customers('a', first), customers('b', second)], blocks: [block(KINDS.dns, { protect })] }))[0]
  t.same(of([0]), { name: 'a', prefixes: '192.0.2.0/24', exclusions: '' }, 'the first has it')
  t.same(of([1]), { name: 'b', prefixes: '198.51.100.0/24', exclusions: '' }, 'the second does not')
  t.same(of([1], '192.0.2.0/24', '192.0.0.0/16 192.0.2.0/24'), { name: 'b', prefixes: '192.0.0.0/16', exclusions: '192.0.2.0/24' })
  t.same(
    of([0], '2001:db8::/32 2001:db8:1::/48', '2001:db8:1::/48'),
    { name: 'a', prefixes: '2001:db8::/32', exclusions: '' },
    'entered and left at once is neither',
  )
  t.end()
})

t.test('names of sets', (t) => {
  const names = ['Dynamic_Pool', 'dynamic.pool', '加入者', 'a-very-long-name-of-a-network', 'x', '-y-']
  const of = policy({
    networks: names.map((name, index) => customers(name, `192.0.2.${index}/32`)),
    blocks: [...names.map((_, index) => block(KINDS.dns, { protect: [index] })), block(KINDS.dns, { protect: [5, 4] })],
  })
  const given = setsOf(of).map(({ name }) => name)
  t.same(given, ['dynamic-pool', 'dynamic-pool-1', 'set-1', 'a-very-long-na-1', 'x', 'y', 'x-y'])
  for (const name of given) t.match(name, /^[a-z0-9-]{1,16}$/)
  t.same(
    setsOf(of).map(({ name }) => name),
    given,
  )
  t.end()
})
