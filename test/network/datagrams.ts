// SPDX-License-Identifier: GPL-2.0-or-later
// The network, the policies and the rows of the tests of single blocks: one datagram a row, with the verdicts that it must get. What is not
// dropped arrives.

import type { Placement } from '../../src/control/policy/policy.js'
import type { Test } from 'tap'
import { CUSTOMER, CUSTOMER6, createNetwork, type Host, NEIGHBOUR, type Network, OUTSIDE, OUTSIDE6, RESOLVER } from './network.js'
import { toHex } from './packets.js'
import { experiment, type Running, since, type Verdicts } from './running.js'

/** 00:00 UTC of the day that many days from today. */
export const day = (offset: number): string => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10)

/** A policy that enforces `blocks`, each one's keys in YAML's flow style, for the customers of the test network. */
export const policyOf = (...blocks: readonly string[]): string => placedPolicyOf(null, ...blocks)

/** The same, with the placement of blocks that give none; null: what that is by default. */
export const placedPolicyOf = (placement: Placement | null, ...blocks: readonly string[]): string => `
version: 1
timezone: UTC
interfaces: { outside: [to-outside] }
networks:
  dynamic: { customers: true, prefixes: [198.51.100.0/24, 192.0.2.0/24, "2001:db8:100::/64"] }
  resolvers: { prefixes: [${RESOLVER}/32] }
defaults: { mode: enforce, precision: shape${placement === null ? '' : `, placement: ${placement}`} }
blocks:
${blocks.map((block) => `  - { ${block}, protect: [dynamic] }`).join('\n')}
`

/** What a packet gets that is steered, but belongs to no block: `except` is the engine's business. */
export const EXCEPTED: Verdicts = { '- no-block accept': 1 }

export type Datagram = readonly [name: string, payload: Uint8Array, ports: readonly [source: number, destination: number], Verdicts]

export interface Ends {
  readonly from: string
  readonly to: string
}

/** Both families, from a stranger to the customer. */
export const INBOUND: readonly Ends[] = [
  { from: OUTSIDE, to: CUSTOMER },
  { from: OUTSIDE6, to: CUSTOMER6 },
]
export const OUTBOUND: readonly Ends[] = INBOUND.map(({ from, to }) => ({ from: to, to: from }))

/** A test network whose hosts listen on UDP `ports`. */
export async function listening(ports: { readonly customer: readonly number[]; readonly outside: readonly number[] }): Promise<Network> {
  const network = createNetwork()
  for (const port of ports.customer) {
    for (const address of [CUSTOMER, CUSTOMER6]) await network.customer.listen(address, port)
    await network.neighbour.listen(NEIGHBOUR, port)
  }
  for (const port of ports.outside) for (const address of [OUTSIDE, RESOLVER, OUTSIDE6]) await network.outside.listen(address, port)
  return network
}

/** Sends each row's datagram from `sender` to `receiver`. */
export async function exchange(
  t: Test,
  running: Running,
  sender: Host,
  receiver: Host,
  { from, to }: Ends,
  rows: readonly Datagram[],
): Promise<void> {
  for (const [name, payload, [source, port], verdicts] of rows) {
    const send = () => sender.send(from, source, to, port, toHex(payload))
    const arrive = Object.keys(verdicts).some((key) => key.endsWith(' drop')) ? 0 : 1
    await experiment(t, running, { name: `${name}, to ${to}`, send, to: receiver, port, arrive, verdicts })
  }
}

/** One attempt to connect, what its maker is told, and the verdicts meanwhile. */
export async function connects(
  t: Test,
  running: Running,
  client: Host,
  { from, to }: Ends,
  port: number,
  outcome: string,
  verdicts: Verdicts,
) {
  const earlier = await running.verdicts()
  t.equal(await client.connect(from, to, port), outcome, `TCP ${port} of ${to}: ${outcome}`)
  t.strictSame(since(earlier, await running.verdicts()), verdicts, `TCP ${port} of ${to}: verdicts`)
}
