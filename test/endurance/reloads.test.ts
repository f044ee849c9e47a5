// SPDX-License-Identifier: GPL-2.0-or-later
// Reloads under load, one after another, between two policies that differ in blocks, networks and steering. No packet is lost that both
// let live, none passes that both drop, and what only one of them drops either arrived or was dropped by it: nothing in between.

import { execFileSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { createNetwork, CUSTOMER, enterNamespaces, eventually, OUTSIDE } from '../network/network.js'
import { startAppliance } from '../network/running.js'
import { rounds } from './rounds.js'

const ROUNDS = rounds(30)
const CHUNK = 50
/** Between chunks, milliseconds: a load, and not a flood that would make each reload wait for its turn on the processor. */
const PAUSE = 10
const MONLIST = '1700032a00000000'
const QUERY = '000001000001000000000000'.padEnd(40, '0')
const REPLY = '000081800001000100000000'.padEnd(40, '0')

const policy = (networks: string, blocks: string) => `
version: 1
timezone: UTC
networks:
  dynamic: { customers: true, prefixes: [198.51.100.0/24${networks}] }
defaults: { mode: enforce }
blocks:
  - { profile: IP53B, protect: [dynamic] }
${blocks}`
const OLD = policy('', '')
const NEW = policy(', 203.0.113.128/25, "2001:db8:77::/48"', '  - { profile: IP123B, protect: [dynamic] }\n')

/** Packets that reached the customer, told apart by port and, for DNS, by the bit that makes a reply. */
const ARRIVALS = `
table netdev arrivals {
  counter replies {}
  counter queries {}
  counter monlists {}
  chain ingress {
    type filter hook ingress device eth0 priority 0
    udp dport 53 @th,80,1 1 counter name replies drop
    udp dport 53 @th,80,1 0 counter name queries drop
    udp dport 123 counter name monlists drop
  }
}
`

function arrivals(): Record<string, number> {
  const listing = JSON.parse(execFileSync('ip', ['netns', 'exec', 'customer', 'nft', '-j', 'list', 'counters'], { encoding: 'utf8' })) as {
    nftables: { counter?: { name: string; packets: number } }[]
  }
  return Object.fromEntries(listing.nftables.flatMap(({ counter }) => (counter ? [[counter.name, counter.packets]] : [])))
}

const inside = enterNamespaces(import.meta.url)

if (inside !== true) t.pass('reloads under load', { skip: inside })
else {
  t.setTimeout(60_000 + ROUNDS * 2000)
  const network = createNetwork()
  execFileSync('ip', ['netns', 'exec', 'customer', 'nft', '-f', '-'], { input: ARRIVALS })
  const running = await startAppliance(OLD)

  const sent = { replies: 0, queries: 0, monlists: 0 }
  let reloading = true
  const load = (async () => {
    while (reloading) {
      for (const [kind, port, payload] of [
        ['replies', 53, REPLY],
        ['queries', 53, QUERY],
        ['monlists', 123, MONLIST],
      ] as const) {
        await network.outside.send(OUTSIDE, port, CUSTOMER, port, payload, CHUNK)
        sent[kind] += CHUNK
      }
      await sleep(PAUSE)
    }
  })()
  for (let round = 1; round <= ROUNDS; round++) await running.change(round % 2 === 1 ? NEW : OLD)
  reloading = false
  await load

  const dropped = async (key: string) => (await running.verdicts())[key] ?? 0
  const monlistsDropped = () => dropped('IP123B request drop')
  await eventually(async () => (arrivals().monlists ?? 0) + (await monlistsDropped()) >= sent.monlists)
  const arrived = arrivals()
  t.comment(`${ROUNDS} reloads under ${sent.replies + sent.queries + sent.monlists} packets`)
  t.ok(sent.replies >= CHUNK && sent.monlists >= CHUNK, 'there was load')
  t.equal(arrived.replies, sent.replies, 'every reply arrived: both policies let it live')
  t.equal(arrived.queries, 0, 'no query did: both drop it')
  t.equal((arrived.monlists ?? 0) + (await monlistsDropped()), sent.monlists, 'what one of them drops was dropped by it, or arrived')
  if (ROUNDS >= 10) t.ok((arrived.monlists ?? 0) > 0 && (await monlistsDropped()) > 0, 'both happened')
  const expected = ['IP53B reply accept', 'IP53B request drop', 'IP123B request drop']
  // A packet that the wider steering of the one policy sent to the image of the other.
  const between = ['- no-block accept']
  t.same(
    Object.keys(await running.verdicts()).filter((key) => ![...expected, ...between].includes(key)),
    [],
    'no other verdict was given',
  )
  t.equal(await dropped('IP53B request drop'), sent.queries)
  t.equal(await dropped('IP53B reply accept'), sent.replies, 'and each packet was counted once')
  await running.stop()
  network.close()
}
