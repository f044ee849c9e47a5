// SPDX-License-Identifier: GPL-2.0-or-later
// Whoever forges the address of the customers' resolver and of their time server, at the highest rate that this machine gives, gets nothing
// dropped but his own packets: what the kernel drops it drops for what a packet is, and it learns nothing from traffic. So every reply
// that the servers really sent arrives, and the rules are afterwards what they were before.

import { availableParallelism } from 'node:os'
import t from 'tap'
import { seeded } from '../../bench/seeded.js'
import { PROTOCOL_UDP } from '../../src/contract/numbers.js'
import { DNS_REQUEST, NTP_REQUEST } from '../../src/contract/shapes.js'
import { PROFILES } from '../../src/control/profiles/catalogue.js'
import { run } from '../../src/control/install/run.js'
import { payloadOf } from '../../bench/payloads.js'
import { enterNamespaces } from '../network/network.js'
import { address } from '../oracle/addresses.js'
import { concat, udp } from '../property/packets.js'
import { block, policy } from '../property/policies.js'
import { openDrops, planOf } from './kernel.js'
import { DYNAMIC, INSIDE_PREFIXES, NETWORKS } from './networks.js'
import { ipv4, ipv6 } from './packets.js'
import { noise } from './payloads.js'
import { exchange, FROM_OUTSIDE, flood, OUTSIDE, type Record, wireRouter } from './wiring.js'

const FLOOD_PACKETS = 3_000_000
const FLOOD_SECONDS = 3
const FORGED = 512
const REPLIES = 2000
/** Replies are sent by one processor, and the flood by another. */
const PROCESSORS = 2
const RENEWAL_MILLISECONDS = 500

const DNS = { port: 53, servers: ['203.0.113.53', '2001:db8:ff::53'], request: DNS_REQUEST }
const NTP = { port: 123, servers: ['203.0.113.123', '2001:db8:ff::123'], request: NTP_REQUEST }
const CUSTOMERS = ['198.51.100.2', '2001:db8:100:7::1']
const DNS_REPLY = concat([0x12, 0x34, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1], new Array<number>(200).fill(0x61))
const NTP_REPLY = concat([0x24, 2], new Array<number>(46).fill(0))

const random = seeded(7)

function datagram(servers: readonly string[], ports: readonly [number, number], payload: Uint8Array, id: number): Record {
  const of = id % 2
  const ends = { source: address(servers[of] as string), destination: address(CUSTOMERS[of] as string), id }
  const part = { protocol: PROTOCOL_UDP, bytes: udp(...ports, payload) }
  return { side: FROM_OUTSIDE, bytes: of === 0 ? ipv4(ends, part) : ipv6(ends, part) }
}

/** With the servers' addresses: requests, from the port of the service and others, what is too short, noise, and replies from elsewhere. */
const forged = Array.from({ length: FORGED }, (_, id): Record => {
  const { port, servers, request } = id % 4 < 2 ? DNS : NTP
  const any = 1024 + random.below(60_000)
  switch (random.below(5)) {
    case 0:
      return datagram(servers, [any, port], port === DNS.port ? DNS_REPLY : NTP_REPLY, id)
    case 1:
      return datagram(servers, [port, port], noise(random.below(6), random), id)
    case 2:
      return datagram(servers, [any, port], noise(80, random), id)
    default:
      return datagram(servers, [random.below(2) === 0 ? port : any, port], payloadOf(request, random), id)
  }
})

/** To a resolver and a clock of the customer's own: from port to port. */
const replies = Array.from({ length: REPLIES }, (_, id): Record => {
  const { port, servers } = id % 4 < 2 ? DNS : NTP
  return datagram(servers, [port, port], port === DNS.port ? DNS_REPLY : NTP_REPLY, id + 1)
})

const profileOf = (name: string) => PROFILES.find((profile) => profile.name === name) ?? null
const listed = async (): Promise<string> =>
  (await run('nft', ['--stateless', 'list', 'table', 'inet', 'ipxxb-drops'])).stdout.replace(/ (timeout|expires) \w+/g, '')

const inside = enterNamespaces(import.meta.url)
const obstacle = inside !== true ? inside : availableParallelism() < PROCESSORS ? 'a flood needs a processor of its own' : null

if (obstacle !== null) t.pass('forged sources', { skip: obstacle })
else {
  wireRouter(INSIDE_PREFIXES)
  const blocks = ['IP53B', 'IP123B'].map((name) => block(profileOf(name), { protect: [DYNAMIC] }))
  const drops = openDrops()
  await drops.apply(planOf(policy({ outside: [OUTSIDE], networks: NETWORKS, blocks })), 'fail-open')
  const renewal = setInterval(() => drops.renew(), RENEWAL_MILLISECONDS)
  t.ok(
    (await exchange(forged, 'same')).every((came) => !came),
    'a forged packet dies',
  )
  const quiet = (await drops.counters()).drops.reduce((sum, { packets }) => sum + packets, 0)
  t.equal(quiet, FORGED, 'and is counted')
  t.ok((await exchange(replies, 'same')).every(Boolean), 'every reply arrives while nobody floods')

  const before = await listed()
  let isOver = false
  const flooding = flood(forged, FLOOD_PACKETS, FLOOD_SECONDS).finally(() => {
    isOver = true
  })
  let [sent, arrived] = [0, 0]
  while (!isOver) {
    const came = await exchange(replies, 'same')
    sent += came.length
    arrived += came.filter(Boolean).length
  }
  const { sent: flooded, seconds } = await flooding
  const dropped = (await drops.counters()).drops.reduce((sum, { packets }) => sum + packets, 0) - quiet
  clearInterval(renewal)
  t.comment(`${Math.round(flooded / seconds)} forged packets a second for ${seconds} s; ${sent} replies meanwhile`)
  t.equal(dropped, flooded, 'each forged packet is dropped by a rule, and counted')
  t.ok(sent >= 2 * REPLIES, `${sent} replies during the flood`)
  t.equal(arrived, sent, 'every reply arrives')
  t.equal(await listed(), before, 'and the rules have learned nothing')
  await drops.remove()
}
