// SPDX-License-Identifier: GPL-2.0-or-later

import t from 'tap'
import { between, equal } from '../../../src/contract/shape.js'
import { renderConditions, unrenderable } from '../../../src/control/install/drops-tests.js'
import { rule } from './kernel-plans.js'

const port = { side: 'source', port: 53, equal: true } as const

t.test('conditions of a rule', (t) => {
  const rows: [string, Parameters<typeof rule>[1]][] = [
    ['', {}],
    ['udp sport 53', { port }],
    ['udp dport != 53', { port: { side: 'destination', port: 53, equal: false } }],
    ['udp length 20-65535', { minimum: 12 }],
    ['udp length 8-19', { maximum: 11 }],
    ['udp length 8', { maximum: 0 }],
    ['', { maximum: 65527 }],
    ['udp length 8-65534', { maximum: 65526 }],
    ['@th,80,8 & 0x80 0x0', { tests: [equal(2, 1, 0x80, 0)] }],
    ['@th,64,8 0x17', { tests: [equal(0, 1, 0xff, 0x17)] }],
    ['@th,64,32 0xffffffff', { tests: [equal(0, 4, 0xffffffff, 0xffffffff)] }],
    ['@th,96,16 & 0xfff 0x1-0x20', { tests: [between(4, 2, 0xfff, 1, 32)] }],
    [
      'udp sport 53 udp length 20-108 @th,80,8 & 0x80 0x0 @th,64,8 0x1',
      {
        minimum: 12,
        maximum: 100,
        port,
        tests: [equal(2, 1, 0x80, 0), equal(0, 1, 0xff, 1)],
      },
    ],
  ]
  for (const [text, of] of rows) t.equal(renderConditions(rule(9, of), 'udp'), text)
  t.equal(renderConditions(rule(9, { port }), 'tcp'), 'tcp sport 53')
  t.throws(() => renderConditions(rule(9, { minimum: 1 }), 'tcp'), TypeError)
  t.throws(() => renderConditions(rule(9, { tests: [equal(0, 1, 1, 1)] }), 'tcp'), TypeError)
  t.end()
})

t.test('the farthest byte', (t) => {
  t.equal(unrenderable(rule(9)), null)
  t.equal(unrenderable(rule(9, { tests: [equal(244, 4, 1, 1)] })), null)
  t.match(unrenderable(rule(9, { tests: [equal(0, 1, 1, 1), equal(245, 4, 1, 1)] })), /payload byte 245/)
  t.end()
})
