// SPDX-License-Identifier: GPL-2.0-or-later
// A policy and a packet in few lines, for the report of a difference: enough to write the same case by hand.

import { ALWAYS, NEVER } from '../../src/contract/image.js'
import type { Policy } from '../../src/control/policy/policy.js'
import type { Service } from '../../src/control/profiles/profile.js'
import { addressText, prefixesOf, prefixText } from '../oracle/addresses.js'
import { type Packet, read } from '../oracle/readable.js'
import type { Situation } from './random-policies.js'

const services = (list: readonly Service[]) =>
  list.map(({ protocol, first, last, side }) => `${protocol}/${side === 'source' ? 'source/' : ''}${first}-${last}`).join(' ')

export function policyText(policy: Policy): string {
  const networks = policy.networks.map((network, index) => {
    return `  network ${index}${network.customers ? ' customers' : ''}: ${prefixesOf(network).map(prefixText).join(' ')}`
  })
  const blocks = policy.blocks.map((block, index) => {
    const times = `${block.since === ALWAYS ? '' : ` since ${block.since}`}${block.expires === NEVER ? '' : ` expires ${block.expires}`}`
    const limit = block.limit ? ` limit ${block.limit.rate}/s burst ${block.limit.burst}` : ''
    const shapes = block.profile?.name === 'RANDOM' ? ` ${JSON.stringify([block.profile.request, block.profile.reply])}` : ''
    const profile = block.profile
      ? `${block.profile.name} class ${block.profile.class} reply from ${block.profile.replySourcePort}`
      : 'custom'
    return `  block ${index}: ${profile} ${block.direction} ${services(block.services)} protect ${block.protect} except [${block.except}] ${block.mode} ${block.precision} ${block.action}${times}${limit}${shapes}`
  })
  const exemptions = policy.exemptions.map((exemption) => {
    const service = exemption.service ? ` for ${services([exemption.service])}` : ''
    return `  exempt ${prefixesOf(exemption).map(prefixText).join(' ')} from ${exemption.blocks}${service} until ${exemption.expires}`
  })
  return [...networks, ...blocks, ...exemptions].join('\n')
}

export const situationText = ({ policy, outside }: Situation): string =>
  `${policy.outside.length === 0 ? 'no outside interfaces' : `outside interfaces: [${outside}]`}\n${policyText(policy)}`

export function packetText(packet: Packet): string {
  const content = read(packet)
  const words =
    'reason' in content
      ? 'not readable'
      : `${addressText(content.source)} ${content.ports?.source ?? ''} -> ${addressText(content.destination)} ${content.ports?.destination ?? ''} protocol ${content.protocol}`
  const bytes = Array.from(packet.copied, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return `  ${words}\n  in ${packet.inInterface} out ${packet.outInterface}, ${packet.length} bytes on the wire, ${packet.copied.length} in memory: ${bytes}`
}
