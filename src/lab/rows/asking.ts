// SPDX-License-Identifier: GPL-2.0-or-later
// What the clients of rows ask with: DNS questions, or connections to a TCP port. Where a refusal is to be expected, the path's round trip
// is measured beside it: by connections to a port of the same server that no block covers.

import { randomBytes } from 'node:crypto'
import { medianMilliseconds } from '../judging.js'
import type { LookupTask } from '../programs/lookup.js'
import type { Lab } from '../running-lab.js'
import { patiently } from '../waiting.js'
import type { Found } from './client.js'

const ANSWERS_WITHIN_MILLISECONDS = 1500
/** Shorter than the second after which TCP repeats itself. */
const OPENS_WITHIN_MILLISECONDS = 700

/** Names that nobody has asked for before. */
export const freshNames = (count: number, domain: string): string[] =>
  Array.from({ length: count }, () => `${randomBytes(6).toString('hex')}.${domain}`)

/** What to measure a round trip with. */
export interface OpenPort {
  readonly server: string
  readonly port: number
}

const ROUND_TRIPS = 3

async function roundTrip(lab: Lab, host: string, { server, port }: OpenPort): Promise<number> {
  const task = { server, port, connections: ROUND_TRIPS, timeoutMilliseconds: patiently(OPENS_WITHIN_MILLISECONDS) }
  return medianMilliseconds((await lab.host(host).run('connect', task)).openMilliseconds)
}

export async function askNames(
  lab: Lab,
  host: string,
  { server, names, transport = 'udp' }: Omit<LookupTask, 'timeoutMilliseconds'>,
  beside?: OpenPort,
): Promise<Found> {
  const task: LookupTask = { server, names, transport, timeoutMilliseconds: patiently(ANSWERS_WITHIN_MILLISECONDS) }
  const roundTripMilliseconds = beside === undefined ? null : await roundTrip(lab, host, beside)
  return { ...(await lab.host(host).run('lookup', task)), roundTripMilliseconds }
}

export async function openConnections(
  lab: Lab,
  host: string,
  { server, port, connections }: { readonly server: string; readonly port: number; readonly connections: number },
  beside?: OpenPort,
): Promise<Found> {
  const task = { server, port, connections, timeoutMilliseconds: patiently(OPENS_WITHIN_MILLISECONDS) }
  const roundTripMilliseconds = beside === undefined ? null : await roundTrip(lab, host, beside)
  const { greeted, refused, refusedMilliseconds } = await lab.host(host).run('connect', task)
  return { answered: greeted, refused, refusedMilliseconds, roundTripMilliseconds }
}
