// SPDX-License-Identifier: GPL-2.0-or-later
// Blocks one by one: names, networks, dates, profile or custom rule.

import t from 'tap'
import { MAX_BLOCKS } from '../../../src/contract/image.js'
import { judge, loadText } from './cases.js'

t.test('faults', (t) => {
  for (const [block, ...found] of [
    ['protect: [homes]', 'missing-key'],
    ['name: a, protect: [homes], service: tcp/1', 'missing-key'],
    ['profile: IP53B, protect: [homes], direction: inbound', 'profile-conflict'],
    ['profile: IP99B, protect: [homes]', 'unknown-profile'],
    ['name: a, direction: inbound, service: tcp/0, protect: [homes]', 'bad-service'],
    ['profile: IP53B, protect: []', 'empty-protect'],
    ['profile: IP53B, protect: [5]', 'wrong-type'],
    ['profile: IP53B, protect: [mail]', 'not-customers'],
    ['profile: IP53B, protect: [nobody], except: [nothing]', 'unknown-network', 'unknown-network'],
    ['profile: IP53B, protect: [homes, homes]'],
    ['name: any, profile: IP53B, protect: [homes]', 'reserved-name'],
    ['name: IP53B, profile: IP53B, protect: [homes]'],
    ['profile: IP53B, protect: [homes], since: 2027-02-01, expires: 2027-02-01', 'empty-period'],
    ['profile: IP53B, protect: [homes], since: 2027-02-01, expires: 2027-02-02'],
    ['profile: IP53B, protect: [homes], expires: 2027-01-01', 'expired'],
    ['profile: IP53B, protect: [homes], expires: 2027-01-02'],
    ['profile: IP53B, protect: [homes], review: 2027-02-30', 'bad-date'],
  ] as const) {
    t.strictSame(judge([block]), found, block)
  }
  t.end()
})

t.test('a name is taken once', (t) => {
  t.strictSame(judge(['profile: IP53B, protect: [homes]', 'profile: IP53B, protect: [flats]']), ['duplicate-name'])
  t.strictSame(judge(['name: a, profile: IP53B, protect: [homes]', 'name: a, profile: IP123B, protect: [homes]']), ['duplicate-name'])
  t.strictSame(judge(['protect: [homes]', 'protect: [homes]']), ['missing-key', 'missing-key'], 'no name is not one name')
  t.end()
})

t.test('a block with a fault is blamed once', (t) => {
  t.strictSame(judge(['profile: IP53B, protect: [homes]', 'name: b, profile: IP53B, protect: [homes], action: reject']), ['reject-inbound'])
  t.strictSame(judge(['profile: IP99B, protect: [homes]'], ['prefix: 198.51.100.53/32, blocks: [IP99B]']), ['unknown-profile'])
  const faulty = loadText(
    'version: 1\ninterfaces: { outside: [a] }\nnetworks: { n: { customers: true } }\nblocks: [{ profile: IP53B, protect: [n] }]',
  )
  t.strictSame(
    faulty.diagnostics.map(({ code }) => code),
    ['missing-key'],
    'a faulty network is known by its name',
  )
  t.end()
})

t.test('more blocks than an image holds', (t) => {
  const blocks = Array.from(
    { length: MAX_BLOCKS + 1 },
    (_, index) => `name: b${index}, direction: outbound, service: tcp/${index + 1}, protect: [homes]`,
  )
  t.strictSame(judge(blocks), ['too-large'])
  t.strictSame(judge(blocks.slice(1)), [])
  t.end()
})
