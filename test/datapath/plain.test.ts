// SPDX-License-Identifier: GPL-2.0-or-later
// Which packets and blocks the short way takes. What it says of them is held against the stages in test/property/plain.test.ts.

import t from 'tap'
import { createCounters } from '../../src/contract/counters.js'
import { openImage } from '../../src/contract/image.js'
import { UNDECIDED } from '../../src/contract/reasons.js'
import { reasonOf } from '../../src/contract/verdicts.js'
import { compile } from '../../src/control/compile/compile.js'
import type { Policy } from '../../src/control/policy/policy.js'
import { activeHalf } from '../../src/datapath/classify/interfaces.js'
import { refreshInForce } from '../../src/datapath/classify/in-force.js'
import { createEngine } from '../../src/datapath/decide.js'
import { openLoopback } from '../../src/datapath/packet/loopback.js'
import { decidePlain, readyBlocks } from '../../src/datapath/plain.js'
import { address } from '../oracle/addresses.js'
import { CUSTOMER, CUSTOMER6, datagram, DNS_QUERY, NETWORKS, NOW, plain, STRANGER } from '../oracle/scene.js'
import type { Packet } from '../oracle/readable.js'
import { ip, onTheWire, tcp, udp } from '../property/packets.js'
import { block, exemption, KINDS, policy } from '../property/policies.js'

const imageOf = (of: Policy) => openImage(compile(of, { digest: new Uint32Array(8), generation: 1, now: NOW }).image)

/** Whether the short way decides the packet. */
function takes(of: Policy, { copied, length }: Packet): boolean {
  const image = imageOf(of)
  const source = openLoopback([{ bytes: copied, length }])
  const engine = createEngine(source.batch, image, createCounters(image.blockCount))
  refreshInForce(image, engine.inForce, NOW)
  decidePlain(engine, source.exchange(0), activeHalf(image))
  return reasonOf(source.batch.decision[0] as number) !== UNDECIDED
}

const ends = { source: address(STRANGER), destination: address(CUSTOMER), protocol: 17 }
const ends6 = { source: address('2001:db8:ff::9'), destination: address(CUSTOMER6), protocol: 17 }
const query = udp(4321, 53, DNS_QUERY)
const long = udp(4321, 53, new Uint8Array(40))

const PACKETS: readonly (readonly [title: string, packet: Packet, isPlain: boolean])[] = [
  ['a query over IPv4', onTheWire(ip(ends, long)), true],
  ['a query over IPv6', onTheWire(ip(ends6, query)), true],
  ['with IPv4 options', onTheWire(ip({ ...ends, options: new Uint8Array(8) }, query)), true],
  ['to a port that no block names', datagram(new Uint8Array(40), { ports: [1, 2] }), true],
  ['whose payload is cut off in memory', onTheWire(ip(ends, udp(4321, 53, new Uint8Array(400))), 60), true],
  ['with padding behind it', { ...onTheWire(ip(ends, long)), length: 200 }, true],
  ['shorter than the headers of IPv6', datagram(DNS_QUERY.subarray(0, 4)), true],
  ['headers that are cut off in memory', onTheWire(ip(ends, long), 27), false],
  ['the same over IPv6', onTheWire(ip(ends6, query), 47), false],
  ['an opening segment', onTheWire(ip({ ...ends, protocol: 6 }, tcp(1, 53, 2))), true],
  ['a later one over IPv6', onTheWire(ip({ ...ends6, protocol: 6 }, tcp(1, 53, 0x10))), true],
  ['a segment with a header too short', onTheWire(ip({ ...ends, protocol: 6 }, tcp(1, 53, 2, 4))), false],
  ['a segment with a header beyond its end', onTheWire(ip({ ...ends, protocol: 6 }, tcp(1, 53, 2, 10).subarray(0, 36))), false],
  ['a segment cut off in memory', onTheWire(ip({ ...ends, protocol: 6 }, tcp(1, 53, 2)), 39), false],
  ['neither UDP nor TCP', onTheWire(ip({ ...ends, protocol: 47 }, long)), false],
  ['a first fragment', onTheWire(ip({ ...ends, fragment: { offset: 0, more: true } }, long)), false],
  ['a later one', onTheWire(ip({ ...ends, fragment: { offset: 3, more: false } }, long)), false],
  ['an extension header', onTheWire(ip({ ...ends6, extensions: [{ type: 60, bytes: 8 }] }, query)), false],
  ['an IPv4 header that is too short', onTheWire(ip({ ...ends, claimedWords: 4 }, long)), false],
  ['a length beyond the wire', onTheWire(ip({ ...ends, claimedLength: 200 }, long)), false],
  ['the same over IPv6', onTheWire(ip({ ...ends6, claimedLength: 200 }, query)), false],
  ['a length that ends before UDP does', onTheWire(ip({ ...ends, claimedLength: 24 }, long)), false],
  ['a UDP length beyond the packet', onTheWire(ip(ends, udp(4321, 53, new Uint8Array(40), 60))), false],
  ['a UDP length below its header', onTheWire(ip(ends, udp(4321, 53, new Uint8Array(40), 7))), false],
  ['no UDP length, over IPv6', onTheWire(ip(ends6, udp(4321, 53, new Uint8Array(40), 0))), false],
  ['neither IPv4 nor IPv6', { copied: new Uint8Array(60).fill(0x50), length: 60, inInterface: 0, outInterface: 0 }, false],
]

t.test('packets', async (t) => {
  for (const [title, packet, isPlain] of PACKETS) t.equal(takes(plain, packet), isPlain, title)
})

t.test('blocks', async (t) => {
  const packet = onTheWire(ip(ends, long))
  const under = (part: Parameters<typeof block>[1]) => takes(policy({ networks: NETWORKS, blocks: [block(KINDS.dns, part)] }), packet)
  t.equal(under({}), true, 'an enforced one')
  t.equal(under({ precision: 'port' }), true, 'by port')
  t.equal(under({ mode: 'observe' }), false, 'observed')
  t.equal(under({ limit: { rate: 1, burst: 1 } }), false, 'with a limit')
  t.equal(under({ since: NOW + 1 }), false, 'not yet in force')
  t.equal(under({ expires: NOW - 1 }), false, 'no longer in force')
  t.equal(under({ protect: [1] }), true, 'that does not cover it')
  const exempt = policy({ networks: NETWORKS, blocks: [block(KINDS.dns)], exemptions: [exemption(`${CUSTOMER}/32`, [0])] })
  t.equal(takes(exempt, packet), false, 'with an exemption for the customer')
  const rejecting = block(KINDS.headerOnly, { action: 'reject' })
  const classD = block(KINDS.stun, { limit: { rate: 1, burst: 1 } })
  const image = imageOf(policy({ networks: NETWORKS, blocks: [block(KINDS.dns), rejecting, classD, block(null)] }))
  t.strictSame([...readyBlocks(image)], [1, 0, 0, 1])
})
