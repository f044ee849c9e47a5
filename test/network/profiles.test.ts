// SPDX-License-Identifier: GPL-2.0-or-later
// Every profile of the catalogue in traffic: what it stops is stopped, and what it must leave alone arrives. The packets are those that the
// shapes are held to (test/cases/shapes), chosen by the oracle's reading of the profile's shapes.

import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import type { Shape } from '../../src/contract/shape.js'
import { PROFILES } from '../../src/control/profiles/catalogue.js'
import type { Profile } from '../../src/control/profiles/profile.js'
import { payloadOf } from '../contract/shape-cases.js'
import { matchShape } from '../oracle/shape.js'
import { type Datagram, exchange, INBOUND, listening, OUTBOUND, placedPolicyOf } from './datagrams.js'
import { enterNamespaces } from './network.js'
import { defragment } from './routers.js'
import { startAppliance } from './running.js'

const inside = enterNamespaces(import.meta.url)

/** What fits one frame of the test network. */
const MOST_BYTES = 1400
const CLIENT = 4444
/** Where answers go that leave the customer. */
const ANSWERED = 4321
/** In the ranges of no shape: a datagram of somebody who uses the port by chance. */
const UNRELATED = Uint8Array.from({ length: 40 }, (_, at) => (at * 37 + 0xc5) & 0xff)

const CASES = new URL('../../../test/cases/shapes/', import.meta.url)
const payloads = readdirSync(CASES).flatMap((file) =>
  (JSON.parse(readFileSync(new URL(file, CASES), 'utf8')) as { payload: string }[]).map(({ payload }) => payloadOf(payload)),
)

const has = (shape: Shape | null, payload: Uint8Array): boolean =>
  shape !== null && matchShape(shape, { length: payload.length, here: payload.length, copied: payload }) === 'yes'

/** The first payload that has the one shape and not the other. */
function payloadWith(shape: Shape | null, without: Shape | null): Uint8Array | null {
  return payloads.find((payload) => payload.length <= MOST_BYTES && has(shape, payload) && !has(without, payload)) ?? null
}

/** What must be stopped of a profile, and what must not, with the verdict of each; `port` is the service's. */
function rowsOf(profile: Profile): Datagram[] {
  const { name, class: of, request, reply, stops, services } = profile
  const port = services.find(({ protocol }) => protocol === 'udp')?.first as number
  const row = (what: string, payload: Uint8Array | null, from: number, to: number, verdict: string): Datagram => {
    if (payload === null) throw new Error(`${name}: test/cases/shapes has no ${what}`)
    return [`${name}: ${what}`, payload, [from, to], { [`${name} ${verdict}`]: 1 }]
  }
  if (stops === 'reply') {
    if (of === null) return [row('anything', UNRELATED, port, ANSWERED, 'port drop')]
    const asked = payloadWith(request, reply) ?? UNRELATED
    return [
      row('answer', payloadWith(reply, request), port, ANSWERED, 'answer drop'),
      row('what is no answer', asked, port, ANSWERED, 'other accept'),
    ]
  }
  switch (of) {
    case null:
      return [row('anything', UNRELATED, CLIENT, port, 'port drop')]
    case 'A':
      return [row('anything', payloadWith(request, null) ?? UNRELATED, CLIENT, port, 'class-a drop')]
    case 'B':
      return [
        row('request', payloadWith(request, null), port, port, 'request drop'),
        row('reply', payloadWith(reply, request), port, port, 'reply accept'),
        row('reply from elsewhere', payloadWith(reply, request), CLIENT, port, 'wrong-source-port drop'),
      ]
    case 'C':
      return [
        row('request', payloadWith(request, null), CLIENT, port, 'request drop'),
        row('what is no request', payloadWith(reply, request) ?? UNRELATED, CLIENT, port, 'other accept'),
      ]
    case 'D':
      return [
        row('request', payloadWith(request, reply), CLIENT, port, 'request would'),
        row('what is no request', payloadWith(reply, request) ?? UNRELATED, CLIENT, port, 'other accept'),
      ]
  }
}

const isUdp = ({ services }: Profile): boolean => services.some(({ protocol }) => protocol === 'udp')
const portsOf = (rows: readonly Datagram[]): number[] => [...new Set(rows.map(([, , [, to]]) => to))]
const blockOf = ({ name, class: of }: Profile): string => `profile: ${name}, mode: ${of === 'D' ? 'observe' : 'enforce'}`

/** What only the header tells overlaps with what a shape tells, and has a run of its own. */
/** The verdicts and their counts are the same wherever they are given. */
const PLACEMENTS = ['userspace', 'auto'] as const
const RUNS = (['inbound', 'outbound'] as const).flatMap((direction) =>
  [true, false].flatMap((shaped) =>
    PLACEMENTS.map((placement) => ({
      name: `${direction}, ${shaped ? 'by shape' : 'by the header'}, ${placement}`,
      direction,
      placement,
      profiles: PROFILES.filter((one) => one.direction === direction && isUdp(one) && (one.class !== null) === shaped),
    })),
  ),
)

if (inside !== true) t.pass('every profile in traffic', { skip: inside })
else {
  const rows = PROFILES.filter(isUdp).flatMap(rowsOf)
  const network = await listening({ customer: portsOf(rows), outside: portsOf(rows) })
  // Some of the outbound ones stop answers that come in fragments.
  defragment()
  const { outside, customer } = network
  for (const { name, direction, placement, profiles } of RUNS) {
    await t.test(`${name}: ${profiles.length} profiles`, async (t) => {
      t.ok(profiles.length > 0)
      const running = await startAppliance(placedPolicyOf(placement, ...profiles.map(blockOf)), t)
      const [from, to, ends] = direction === 'inbound' ? [outside, customer, INBOUND] : [customer, outside, OUTBOUND]
      for (const one of ends) await exchange(t, running, from, to, one, profiles.flatMap(rowsOf))
    })
  }
  network.close()
}
