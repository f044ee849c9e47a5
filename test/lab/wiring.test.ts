// SPDX-License-Identifier: GPL-2.0-or-later
// The words with which scenarios draw their networks.

import t from 'tap'
import { end, from, leaf, leaving, peerOf, to } from '../../src/lab/wiring.js'

t.test('links of two', (t) => {
  t.equal(peerOf('192.0.2.52'), '192.0.2.53')
  t.equal(peerOf('192.0.2.53'), '192.0.2.52')
  t.equal(peerOf('2001:db8::a'), '2001:db8::b')
  t.equal(peerOf('2001:db8::1f'), '2001:db8::1e')
  t.strictSame(leaf('office', 'router', '198.51.100.20', '2001:db8:1::a'), [
    { host: 'office', interface: 'uplink', addresses: ['198.51.100.20/31', '2001:db8:1::a/127'], routes: ['default'] },
    { host: 'router', interface: 'office', addresses: ['198.51.100.21/31', '2001:db8:1::b/127'], routes: [] },
  ])
  t.strictSame(end('internet', 'isp', ['203.0.113.0'], '192.0.2.0/24').routes, ['192.0.2.0/24'])
  t.end()
})

t.test('counters', (t) => {
  t.strictSame(leaving('queries', to('192.0.2.1'), 'udp dport 53'), {
    name: 'queries',
    hook: 'output',
    match: 'ip daddr 192.0.2.1 udp dport 53',
  })
  t.equal(from('2001:db8::1'), 'ip6 saddr 2001:db8::1')
  t.end()
})
