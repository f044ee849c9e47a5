// SPDX-License-Identifier: GPL-2.0-or-later
// Exemptions one by one.

import t from 'tap'
import { MAX_EXEMPTIONS } from '../../../src/control/policy/exemptions.js'
import { judge } from './cases.js'

const blocks = [
  'profile: IP53B, protect: [homes]',
  'profile: OP53B, protect: [homes]',
  'name: web, direction: inbound, service: tcp/80-90, protect: [homes]',
]

t.test('faults', (t) => {
  for (const [exemption, ...found] of [
    ['prefix: 198.51.100.53/32, blocks: [IP53B]'],
    ['prefix: 198.51.100.53/32, blocks: [IP53B, IP53B, web]'],
    ['prefix: 198.51.100.53, blocks: [IP53B]', 'bad-prefix'],
    ['prefix: 198.51.100.53/32, blocks: []', 'empty-exemption'],
    ['prefix: 198.51.100.53/32, blocks: [5]', 'wrong-type'],
    ['prefix: 198.51.100.53/32, blocks: [IP52B]', 'unknown-block'],
    ['prefix: 198.51.100.53/32, blocks: [IP53B], service: udp/53'],
    ['prefix: 198.51.100.53/32, blocks: [IP53B], service: tcp/53', 'idle-exemption'],
    ['prefix: 198.51.100.53/32, blocks: [IP53B, OP53B], service: tcp/53'],
    ['prefix: 198.51.100.53/32, blocks: [web], service: tcp/90-99'],
    ['prefix: 198.51.100.53/32, blocks: [web], service: tcp/91-99', 'idle-exemption'],
    ['prefix: 198.51.100.53/32, blocks: [web], service: tcp/0', 'bad-service'],
    ['prefix: 198.51.100.53/32, blocks: [web, wbe], service: udp/1', 'unknown-block'],
    ['prefix: 198.51.100.53/32, blocks: [web], expires: 2027-01-01', 'expired'],
    ['prefix: 198.51.100.53/32, blocks: [web], expires: 2027-01-02'],
    ['prefix: 198.51.100.53/32, blocks: [web], expires: 2027-02-30', 'bad-date'],
  ] as const) {
    t.strictSame(judge(blocks, [exemption]), found, exemption)
  }
  t.end()
})

t.test('more exemptions than one sweep takes', (t) => {
  const many = Array.from({ length: MAX_EXEMPTIONS + 1 }, () => 'prefix: "::/0", blocks: [web]')
  t.strictSame(judge(blocks, many), ['too-large'])
  t.end()
})
