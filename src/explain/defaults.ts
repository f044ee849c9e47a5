// SPDX-License-Identifier: GPL-2.0-or-later
// What the operator left open of a packet, filled in so that the question makes sense for the policy; each assumption is said. At least one
// end must be a customer's, because a packet between strangers is never the question.

import type { Direction, Policy } from '../control/policy/policy.js'
import { addressText } from '../control/policy/prefixes.js'
import type { Service } from '../control/profiles/profile.js'
import { OperationalError } from '../errors.js'
import type { Endpoint } from './endpoints.js'
import type { Words } from './networks.js'
import { customerOf, isCustomer, strangerTo } from './strangers.js'

export interface Ends {
  readonly source: Words
  readonly destination: Words
  readonly direction: Direction
  readonly assumed: readonly string[]
}

/** Both addresses. Throws USAGE where they cannot be two ends of one packet, or say too little. */
export function completeAddresses(policy: Policy, from: Endpoint | null, to: Endpoint | null, assume: Direction | null): Ends {
  if (from !== null && to !== null) {
    const [source, destination] = [from.address, to.address]
    if (source.length !== destination.length) throw new OperationalError('USAGE', '--from and --to are of different families')
    const direction = assume ?? (isCustomer(policy, destination) ? 'inbound' : 'outbound')
    return { source, destination, direction, assumed: [] }
  }
  const given = from ?? to
  if (given === null) return fromNothing(policy, assume)
  const near = assume === null ? isCustomer(policy, given.address) : (assume === 'inbound') === (to !== null)
  const direction = assume ?? (to !== null ? 'inbound' : 'outbound')
  if (!near && assume === null) {
    const missing = from === null ? '--from' : '--to'
    throw new OperationalError('USAGE', `${addressText(given.address)} is no customer's address in this policy: say ${missing} too`)
  }
  const family = given.address.length === 1 ? 4 : 6
  const other = near ? strangerOf(policy, family) : firstCustomer(policy, direction, family)
  const assumed = [`${from === null ? '--from' : '--to'} ${addressText(other)}`]
  const [source, destination] = from === null ? [other, given.address] : [given.address, other]
  return { source, destination, direction, assumed }
}

function fromNothing(policy: Policy, assume: Direction | null): Ends {
  if (assume === null)
    throw new OperationalError('USAGE', 'say --from or --to, one of them a customer of the policy; or --packet, or --assume')
  const family = customerOf(policy, assume, 4) === null ? 6 : 4
  const [near, far] = [firstCustomer(policy, assume, family), strangerOf(policy, family)]
  const [source, destination] = assume === 'inbound' ? [far, near] : [near, far]
  return { source, destination, direction: assume, assumed: [`--from ${addressText(source)}`, `--to ${addressText(destination)}`] }
}

function strangerOf(policy: Policy, family: 4 | 6): Words {
  const stranger = strangerTo(policy, family)
  if (stranger === null)
    throw new OperationalError('USAGE', `every IPv${family} address is a customer's in this policy: say both --from and --to`)
  return stranger
}

function firstCustomer(policy: Policy, direction: Direction, family: 4 | 6): Words {
  const customer = customerOf(policy, direction, family)
  if (customer === null)
    throw new OperationalError('USAGE', `no ${direction} block protects an IPv${family} customer: say both --from and --to`)
  return customer
}

export interface Transport {
  readonly protocol: 'udp' | 'tcp'
  readonly sourcePort: number
  readonly destinationPort: number
  readonly assumed: readonly string[]
}

/** Of an ordinary program that asked its kernel for any port. */
const EPHEMERAL_PORT = 40_000

/**
 * Protocol and ports: those said, and for the rest the first service that a block of this direction asks for and that agrees with what was
 * said. Throws USAGE where no block suggests one.
 */
export function completePorts(
  { blocks }: Policy,
  { source, destination }: { readonly source: number | null; readonly destination: number | null },
  protocol: 'udp' | 'tcp' | null,
  direction: Direction,
): Transport {
  const fits = (port: number | null, { first, last }: Service) => port === null || (first <= port && port <= last)
  const services = blocks.filter((block) => block.direction === direction).flatMap((block) => block.services)
  const suggested = services.find((service) => {
    const port = service.side === 'source' ? source : destination
    return fits(port, service) && (protocol === null || service.protocol === protocol)
  })
  const suggestedPort = (side: Service['side']) => (suggested?.side === side ? suggested.first : null)
  const to = destination ?? suggestedPort('destination') ?? (suggestedPort('source') === null && source === null ? null : EPHEMERAL_PORT)
  if (to === null) throw new OperationalError('USAGE', `no ${direction} block suggests a service: say --to ADDRESS:PORT`)
  const from = source ?? suggestedPort('source') ?? EPHEMERAL_PORT
  const decided = protocol ?? suggested?.protocol ?? 'udp'
  const assumed = [
    ...(protocol === null ? [`--protocol ${decided}`] : []),
    ...(source === null ? [`source port ${from}`] : []),
    ...(destination === null ? [`destination port ${to}`] : []),
  ]
  return { protocol: decided, sourcePort: from, destinationPort: to, assumed }
}
