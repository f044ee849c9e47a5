// SPDX-License-Identifier: GPL-2.0-or-later
// `limit` over time: replies to a few customers, in both families, at times that go forward in halves of seconds, stand still and step
// back. The random policies meet a full bucket too rarely to show an error in refilling.

import fc from 'fast-check'
import t from 'tap'
import { LIMITED, REPLY } from '../../src/contract/reasons.js'
import { address } from '../oracle/addresses.js'
import { DNS_ANSWER, DNS_QUERY, NETWORKS, NOW } from '../oracle/scene.js'
import { compare } from './compare.js'
import { hold } from './hold.js'
import { ip, onTheWire, udp } from './packets.js'
import { block, KINDS, policy } from './policies.js'

const CUSTOMERS = ['198.51.100.7', '198.51.100.8', '2001:db8:100::7', '2001:db8:100::8', '2001:db8:100:0:1::7', '2001:db8:100:1::7']

/** Enough addresses for some of them to share a place of the engine's table. */
const anyCustomer = fc.nat(191).map((host) => (host % 2 === 0 ? `198.51.100.${host}` : `2001:db8:100::${host.toString(16)}:1`))

const arrival = fc.record({
  to: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...CUSTOMERS) }, { weight: 2, arbitrary: anyCustomer }),
  payload: fc.constantFrom(DNS_ANSWER, DNS_ANSWER, DNS_ANSWER, DNS_QUERY),
})

const packet = ({ to, payload }: { readonly to: string; readonly payload: Uint8Array }) => {
  const source = address(to.includes(':') ? '2001:db8:ffff::1' : '203.0.113.9')
  return onTheWire(ip({ source, destination: address(to), protocol: 17 }, udp(53, 53, payload)))
}

const batch = fc.record({
  later: fc.constantFrom(0, 0.5, 1, 1.5, 3, 100, -1),
  arrivals: fc.array(arrival, { minLength: 1, maxLength: 20, size: 'max' }),
})

t.setTimeout(300_000)

t.test('buckets agree', async (t) => {
  const seen = { reply: 0, limited: 0 }
  const property = fc.property(
    fc.integer({ min: 1, max: 5 }),
    fc.integer({ min: 1, max: 5 }),
    fc.array(batch, { minLength: 5, maxLength: 12, size: 'max' }),
    (rate, burst, batches) => {
      const limited = block(KINDS.dns, { limit: { rate, burst } })
      const situation = { policy: policy({ networks: NETWORKS, blocks: [limited] }), outside: [] }
      let now = NOW
      const moments = batches.map(({ later, arrivals }) => {
        now += later
        return { now, packets: arrivals.map(packet) }
      })
      for (const { reason } of compare(situation, moments)) {
        if (reason === REPLY) seen.reply++
        if (reason === LIMITED) seen.limited++
      }
    },
  )
  hold(t, 'replies pass or are limited', property, 200)
  t.ok(seen.reply > 500 && seen.limited > 500, `${seen.reply} replies, ${seen.limited} limited`)
})
