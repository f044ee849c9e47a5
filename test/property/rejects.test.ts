// SPDX-License-Identifier: GPL-2.0-or-later
// Rejects over time: opening segments and datagrams of a few customers who knock often, and of a crowd, at times that go forward in parts of
// seconds, stand still and step back. The random policies meet an empty bucket too rarely to show an error in the rates.

import fc from 'fast-check'
import t from 'tap'
import { DROP, REJECT } from '../../src/contract/verdicts.js'
import { address } from '../oracle/addresses.js'
import { DNS_ANSWER, DNS_QUERY, NETWORKS, NOW } from '../oracle/scene.js'
import { compare } from './compare.js'
import { hold } from './hold.js'
import { ip, onTheWire, tcp, udp } from './packets.js'
import { block, KINDS, policy } from './policies.js'

const situation = {
  policy: policy({
    networks: NETWORKS,
    blocks: [
      block(KINDS.headerOnly, { action: 'reject' }),
      block(KINDS.dnsAnswers, { action: 'reject' }),
      block(KINDS.dnsAnswers, { mode: 'observe' }),
    ],
  }),
  outside: [],
}

const FEW = ['198.51.100.7', '198.51.100.8', '2001:db8:100::7', '2001:db8:100::8']
const KINDS_OF_PACKET = [
  { protocol: 6, bytes: tcp(4321, 25, 0x02) },
  { protocol: 6, bytes: tcp(4321, 25, 0x06) },
  { protocol: 17, bytes: udp(53, 4321, DNS_ANSWER) },
  { protocol: 17, bytes: udp(53, 4321, DNS_QUERY) },
]

const arrival = fc
  .record({
    from: fc.oneof(
      { weight: 2, arbitrary: fc.constantFrom(...FEW) },
      {
        weight: 1,
        arbitrary: fc.tuple(fc.nat(1000), fc.nat(3)).map(([network, host]) => `2001:db8:100:${network.toString(16)}::${host}:1`),
      },
    ),
    kind: fc.constantFrom(0, 0, 0, 1, 2, 2, 3),
  })
  .map(({ from, kind }) => {
    const { protocol, bytes } = KINDS_OF_PACKET[kind]!
    const destination = address(from.includes(':') ? '2001:db8:ffff::1' : '203.0.113.9')
    return onTheWire(ip({ source: address(from), destination, protocol }, bytes))
  })

const batch = fc.record({
  later: fc.constantFrom(0, 0.1, 0.5, 1, 3, 100, -1),
  packets: fc.array(arrival, { minLength: 20, maxLength: 120, size: 'max' }),
})

/** `count` customers, of whom each knocks once. */
const crowd = (count: number) =>
  Array.from({ length: count }, (_, host) => {
    const source = address(`2001:db8:100:${host.toString(16)}::1`)
    return onTheWire(ip({ source, destination: address('2001:db8:ffff::1'), protocol: 6 }, tcp(4321, 25, 0x02)))
  })

t.setTimeout(300_000)

t.test('answers agree', async (t) => {
  const seen = { reject: 0, drop: 0 }
  const property = fc.property(fc.array(batch, { minLength: 4, maxLength: 8, size: 'max' }), (batches) => {
    let now = NOW
    const moments = batches.map(({ later, packets }) => {
      now += later
      return { now, packets }
    })
    for (const { verdict } of compare(situation, moments)) {
      if (verdict === REJECT) seen.reject++
      if (verdict === DROP) seen.drop++
    }
  })
  hold(t, 'answered or dropped in silence', property, 200)
  t.ok(seen.reject > 5000 && seen.drop > 5000, `${seen.reject} answered, ${seen.drop} dropped`)
})

t.test('the bucket of the worker', async (t) => {
  const moments = [0, 0.25, 0.5, -0.5, 1.5].map((after) => ({ now: NOW + after, packets: crowd(1500) }))
  const verdicts = compare(situation, moments).map(({ verdict }) => verdict)
  const answered = moments.map((_, index) => verdicts.slice(index * 1500, (index + 1) * 1500).filter((one) => one === REJECT).length)
  t.same(answered, [1000, 250, 250, 0, 1000])
})
