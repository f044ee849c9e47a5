// SPDX-License-Identifier: GPL-2.0-or-later
// What a single block may not be, from both sides of each rule.

import t from 'tap'
import { isHeaderOnly, parseRate, precisionOf } from '../../../src/control/policy/block-rules.js'
import type { CheckedBlock } from '../../../src/control/policy/blocks.js'
import { findProfile } from '../../../src/control/profiles/catalogue.js'
import { judge } from './cases.js'

t.test('each rule', (t) => {
  for (const [block, ...found] of [
    ['profile: IP53B, protect: [homes], emergency: true', 'emergency-without-expires'],
    ['profile: IP53B, protect: [homes], emergency: true, expires: 2027-02-01'],
    ['profile: IP53B, protect: [homes], emergency: false'],
    ['profile: IP53B, protect: [homes], action: reject', 'reject-inbound'],
    ['profile: IP53B, protect: [homes], action: drop'],
    ['profile: OP53B, protect: [homes], action: reject'],
    ['name: a, direction: inbound, service: tcp/25, protect: [homes], action: reject', 'reject-inbound'],
    ['name: a, direction: outbound, service: tcp/25, protect: [homes], action: reject'],
    ['profile: IP3478B, protect: [homes], mode: enforce', 'class-d-enforced'],
    ['profile: IP3478B, protect: [homes], mode: enforce, precision: port', 'class-d-enforced'],
    ['profile: IP3478B, protect: [homes]'],
    ['profile: IP3478B, protect: [homes], precision: port'],
    ['profile: IP3478B, protect: [homes], mode: enforce, limit: { rate: 50/s, burst: 100 }'],
    ['profile: IP3478B, protect: [homes], mode: enforce, limit: { rate: 50/s, burst: 100 }, precision: shape'],
    ['profile: IP3478B, protect: [homes], mode: enforce, limit: { rate: 50/s, burst: 100 }, precision: port', 'class-d-enforced'],
    ['profile: IP3478B, protect: [homes], mode: observe, limit: { rate: 50/s, burst: 100 }'],
    ['profile: IP3478B, protect: [homes], mode: observe, limit: { rate: 50/s, burst: 100 }, precision: port', 'idle-limit'],
    ['name: a, direction: inbound, service: udp/25, protect: [homes]', 'custom-udp'],
    ['name: a, direction: inbound, service: udp/25, protect: [homes], precision: shape', 'custom-udp'],
    ['name: a, direction: inbound, service: udp/25, protect: [homes], precision: port'],
    ['name: a, direction: inbound, service: tcp/25, protect: [homes]'],
    ['name: a, direction: inbound, service: tcp/25, protect: [homes], precision: shape', 'no-shapes'],
    ['profile: OP25B, protect: [homes], precision: shape', 'no-shapes'],
    ['profile: OP53B, protect: [homes], precision: shape', 'no-shapes'],
    ['profile: IP53B, protect: [homes], mode: observe, placement: kernel', 'no-kernel'],
    ['profile: OP25B, protect: [homes], mode: enforce, action: reject, placement: kernel', 'no-kernel'],
    ['profile: IP3478B, protect: [homes], mode: enforce, limit: { rate: 5/s, burst: 5 }, placement: kernel', 'no-kernel'],
    ['profile: OP53B, protect: [homes], precision: port'],
    ['profile: OP53RB, protect: [homes], mode: enforce'],
    ['profile: OP53RB, protect: [homes], mode: enforce, action: reject'],
    ['profile: OP53RB, protect: [homes], precision: port'],
    ['profile: OP53RB, protect: [homes], limit: { rate: 1/s, burst: 1 }', 'idle-limit'],
    ['profile: IP53B, protect: [homes], limit: { rate: 1/s, burst: 1 }'],
    ['profile: IP161B, protect: [homes], limit: { rate: 1000000/s, burst: 1000000 }'],
    ['profile: IP19B, protect: [homes], limit: { rate: 1/s, burst: 1 }', 'idle-limit'],
    ['profile: IP1900B, protect: [homes], limit: { rate: 1/s, burst: 1 }', 'idle-limit'],
    ['profile: IP53B, protect: [homes], limit: { rate: 1/s, burst: 1 }, precision: port', 'idle-limit'],
    ['profile: IP53B, protect: [homes], limit: { rate: 0/s, burst: 1 }', 'bad-rate'],
    ['profile: IP53B, protect: [homes], limit: { rate: 1000001/s, burst: 1 }', 'bad-rate'],
    ['profile: IP53B, protect: [homes], review: 2027-01-01', 'overdue-review'],
    ['profile: IP53B, protect: [homes], review: 2027-01-02'],
  ] as const) {
    t.strictSame(judge([block]), found, block)
  }
  t.end()
})

t.test('defaults count as if they stood in the block', (t) => {
  const custom = 'name: a, direction: inbound, service: udp/25, protect: [homes]'
  t.strictSame(judge([custom], [], '{ precision: port }'), [])
  t.strictSame(judge(['profile: IP3478B, protect: [homes]'], [], '{ mode: enforce }'), ['class-d-enforced'])
  const limited = 'profile: IP3478B, protect: [homes], limit: { rate: 1/s, burst: 1 }'
  t.strictSame(judge([limited], [], '{ mode: enforce }'), [])
  t.strictSame(judge([limited], [], '{ mode: enforce, precision: port }'), ['class-d-enforced'])
  t.strictSame(
    judge(['profile: OP25B, protect: [homes]'], [], '{ precision: shape }'),
    [],
    'a default asks for no shapes where there are none',
  )
  t.strictSame(judge(['profile: IP53B, protect: [homes], limit: { rate: 1/s, burst: 1 }'], [], '{ precision: port }'), ['idle-limit'])
  t.end()
})

t.test('precision in the end', (t) => {
  const block = (name: string | null, precision?: 'port' | 'shape') => {
    const profile = name === null ? null : findProfile(name)
    const services = profile?.services ?? [{ protocol: 'udp', first: 1, last: 1, side: 'destination' }]
    return { profile, services, document: precision === undefined ? {} : { precision } } as unknown as CheckedBlock
  }
  t.equal(precisionOf(block('IP53B'), undefined), 'shape')
  t.equal(precisionOf(block('IP53B'), 'port'), 'port')
  t.equal(precisionOf(block('IP53B', 'shape'), 'port'), 'shape')
  for (const name of ['OP25B', 'OP53B', null]) {
    t.equal(precisionOf(block(name), 'shape'), 'port', String(name))
    t.ok(isHeaderOnly(block(name)))
  }
  t.notOk(isHeaderOnly(block('IP19B')), 'class A lets an NTP reply live on some ports')
  t.equal(parseRate('50/s'), 50)
  t.end()
})
