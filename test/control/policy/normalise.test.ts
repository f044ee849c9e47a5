// SPDX-License-Identifier: GPL-2.0-or-later
// The small ISP's policy as a value, defaults applied.

import t from 'tap'
import { ALWAYS, NEVER } from '../../../src/contract/image.js'
import type { Policy } from '../../../src/control/policy/policy.js'
import { findProfile } from '../../../src/control/profiles/catalogue.js'
import { loadCase, loadText } from './cases.js'

const seconds = (iso: string) => Date.parse(iso) / 1000

t.test('a small ISP', (t) => {
  const policy = loadCase('good-small-isp').policy as Policy
  t.equal(policy.timezone, 'Asia/Tokyo')
  t.strictSame(policy.outside, ['eth0', 'ppp*'])
  t.strictSame([policy.overload, policy.hook], ['fail-open', 'forward'])
  t.strictSame(
    policy.networks.map(({ name, customers, shared, prefixes }) => [
      name,
      customers,
      shared,
      prefixes.ipv4.length / 2,
      prefixes.ipv6.length / 5,
    ]),
    [
      ['dynamic', true, false, 1, 1],
      ['static', true, false, 2, 1],
      ['resolvers', false, false, 2, 0],
      ['mail', false, false, 1, 0],
      ['acs', false, false, 1, 0],
    ],
  )
  const [dns, ntp, mail, slammer, cwmp] = policy.blocks
  t.strictSame(dns, {
    name: 'IP53B',
    profile: findProfile('IP53B'),
    direction: 'inbound',
    services: [{ protocol: 'udp', first: 53, last: 53, side: 'destination' }],
    protect: [0],
    except: [],
    mode: 'enforce',
    precision: 'shape',
    placement: 'auto',
    action: 'drop',
    since: seconds('2026-12-01T00:00:00+09:00'),
    expires: NEVER,
    emergency: false,
    limit: null,
    reason: 'Open forwarders in customer routers abused for DNS amplification',
    review: seconds('2027-06-01T00:00:00+09:00'),
  })
  t.strictSame([ntp?.mode, ntp?.since, ntp?.review, ntp?.reason], ['observe', ALWAYS, null, null])
  t.strictSame([mail?.precision, mail?.action, mail?.except, mail?.direction], ['port', 'reject', [3], 'outbound'])
  t.strictSame(
    [slammer?.name, slammer?.emergency, slammer?.protect, slammer?.expires],
    ['slammer', true, [0, 1], seconds('2027-01-15T00:00:00+09:00')],
  )
  t.strictSame(
    [cwmp?.profile, cwmp?.precision, cwmp?.services],
    [null, 'port', [{ protocol: 'tcp', first: 7547, last: 7547, side: 'destination' }]],
  )
  t.strictSame(policy.exemptions, [
    {
      prefix: { ipv4: Uint32Array.of(0xc6336435, 32), ipv6: new Uint32Array() },
      blocks: [0],
      service: null,
      expires: seconds('2027-03-31T00:00:00+09:00'),
      owner: 'ticket 4711',
      reason: 'runs an authoritative name server',
    },
  ])
  t.end()
})

t.test('every form of a block', (t) => {
  const policy = loadCase('good-block-forms').policy as Policy
  t.strictSame(
    policy.blocks.map(({ name, mode, precision, limit }) => [name, mode, precision, limit]),
    [
      ['dns-preview', 'observe', 'shape', null],
      ['IP53B', 'enforce', 'shape', { rate: 50, burst: 100 }],
      ['dns-flats', 'enforce', 'port', null],
      ['ntp-2026', 'enforce', 'port', null],
      ['ntp-2027', 'enforce', 'port', null],
      ['OP25B', 'enforce', 'port', null],
      ['mail-to-partner', 'enforce', 'port', null],
      ['netbios', 'enforce', 'port', null],
      ['IP3478B', 'observe', 'port', null],
    ],
  )
  t.strictSame(
    policy.exemptions.map(({ service, owner, reason, expires }) => [service, owner, reason, expires]),
    [[{ protocol: 'udp', first: 138, last: 138, side: 'destination' }, null, null, NEVER]],
  )
  t.strictSame(
    policy.networks.map(({ shared }) => shared),
    [true, false, false],
  )
  t.end()
})

t.test('an empty policy', (t) => {
  t.strictSame(loadText('version: 1').policy, {
    timezone: 'Etc/UTC',
    outside: [],
    networks: [],
    blocks: [],
    exemptions: [],
    overload: 'fail-open',
    hook: 'forward',
    observeRate: 20_000,
  })
  const set = loadText('version: 1\ndefaults: { overload: fail-closed, hook: prerouting, observe: { rate: 500/s } }').policy
  t.strictSame([set?.overload, set?.hook, set?.observeRate], ['fail-closed', 'prerouting', 500])
  t.end()
})

t.test('prefixes keep their order and lose their doubles', (t) => {
  const { policy } = loadText(
    'version: 1\nnetworks: { n: { prefixes: [203.0.113.0/24, 192.0.2.0/24, 203.0.113.0/24, 203.0.113.0/25, "2001:db8::/33", "2001:db8::/32", "2001:db8:0::/32"] } }',
  )
  t.strictSame([...(policy?.networks[0]?.prefixes.ipv4 ?? [])], [0xcb007100, 24, 0xc0000200, 24, 0xcb007100, 25])
  t.strictSame([...(policy?.networks[0]?.prefixes.ipv6 ?? [])], [0x20010db8, 0, 0, 0, 33, 0x20010db8, 0, 0, 0, 32])
  const many = Array.from({ length: 5000 }, (_, index) => `198.${18 + (index >> 8)}.${index & 255}.0/24`)
  const twice = loadText(`version: 1\nnetworks: { n: { prefixes: [${[...many, ...many].join(', ')}] } }`).policy
  t.equal(twice?.networks[0]?.prefixes.ipv4.length, 10_000)
  t.strictSame([...(twice?.networks[0]?.prefixes.ipv4.subarray(-2) ?? [])], [0xc6120000 + 4999 * 256, 24])
  t.end()
})
