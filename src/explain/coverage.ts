// SPDX-License-Identifier: GPL-2.0-or-later
// Why a block of the policy does not cover the packet (docs/verdicts.md, step 3), from the policy's own words. For display: what covers is
// the engine's to say, and explain.ts holds this against it.

import { TCP_ACK, TCP_SYN } from '../contract/fields.js'
import { PROTOCOL_TCP, PROTOCOL_UDP } from '../contract/numbers.js'
import type { Block, Exemption, Policy } from '../control/policy/policy.js'
import { addressText, prefixText } from '../control/policy/prefixes.js'
import { serviceText } from '../control/policy/services.js'
import type { Service } from '../control/profiles/profile.js'
import { longestAround, networkAround, type Words } from './networks.js'
import { flagsText, protocolName, protocolText, type Subject } from './subject.js'

/** A condition that does not hold, and what is so instead. */
export interface Miss {
  readonly condition: 'readable' | 'direction' | 'network' | 'service' | 'opening' | 'except'
  readonly text: string
}

/** Every condition that the packet misses; none, where the block covers it. */
export function missesOf(policy: Policy, block: Block, subject: Subject | null): readonly Miss[] {
  if (subject === null) return [{ condition: 'readable', text: 'the packet is accepted before any block is asked' }]
  const { near, far, direction } = subject
  if (near === null || far === null || direction !== block.direction) {
    return [{ condition: 'direction', text: `the block is ${block.direction}, the packet ${direction}` }]
  }
  const misses = [networkMiss(policy, block, near), serviceMiss(block, subject), openingMiss(subject), exceptMiss(policy, block, far)]
  return misses.filter((miss) => miss !== null)
}

/** The first service of the block that the packet is of; null where none is, or the ports are not known. */
export function serviceOf({ services }: Block, subject: Subject): Service | null {
  return services.find((service) => matches(service, subject)) ?? null
}

/** The exemptions of a block around the near address that cover the packet, those included that are over. */
export function exemptionsOf({ exemptions }: Policy, block: number, subject: Subject): readonly Exemption[] {
  const { near, endless } = subject
  if (near === null) return []
  return exemptions.filter(
    ({ blocks, service, prefix }) =>
      blocks.includes(block) && (service === null || (!endless && matches(service, subject))) && longestAround(prefix, near) !== null,
  )
}

function matches({ protocol, side, first, last }: Service, subject: Subject): boolean {
  if (subject.ports === null || subject.protocol !== (protocol === 'udp' ? PROTOCOL_UDP : PROTOCOL_TCP)) return false
  const port = subject.ports[side]
  return first <= port && port <= last
}

function networkMiss({ networks }: Policy, { protect }: Block, near: Words): Miss | null {
  const match = networkAround(networks, near)
  if (match !== null && protect.includes(match.network)) return null
  const where = match === null ? 'no network' : networks[match.network]?.name
  const text = `${addressText(near)} is in ${where}, the block protects ${protect.map((network) => networks[network]?.name).join(', ')}`
  return { condition: 'network', text }
}

function serviceMiss(block: Block, subject: Subject): Miss | null {
  if (subject.endless || serviceOf(block, subject) !== null) return null
  const { protocol, ports } = subject
  const packet = `${protocolText(protocolName(protocol as number))}${ports === null ? '' : ` ${ports.source} > ${ports.destination}`}`
  return { condition: 'service', text: `the block is for ${block.services.map(serviceText).join(', ')}, the packet is ${packet}` }
}

function openingMiss({ protocol, tcpFlags }: Subject): Miss | null {
  if (protocol !== PROTOCOL_TCP || tcpFlags === null || (tcpFlags & (TCP_SYN | TCP_ACK)) === TCP_SYN) return null
  return { condition: 'opening', text: `of TCP only the opening segment counts (SYN without ACK); the flags are ${flagsText(tcpFlags)}` }
}

function exceptMiss({ networks }: Policy, { except }: Block, far: Words): Miss | null {
  for (const network of except) {
    const { name, prefixes } = networks[network] as Policy['networks'][number]
    const prefix = longestAround(prefixes, far)
    if (prefix === null) continue
    return { condition: 'except', text: `${addressText(far)} is in ${name} (${prefixText(prefix)}), which the block excepts` }
  }
  return null
}
