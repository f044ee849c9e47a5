// SPDX-License-Identifier: GPL-2.0-or-later
// A kernel plan, read slowly and without a kernel: what its rules make of one packet, written from the comments of kernel-plan.ts. What is
// not plain there, or not whole in memory, the plan does not decide.

import { TCP_ACK, TCP_SYN } from '../../src/contract/fields.js'
import { PROTOCOL_TCP, PROTOCOL_UDP } from '../../src/contract/numbers.js'
import type { KernelBlock, KernelPlan, KernelRule, KernelService } from '../../src/control/compile/kernel-plan.js'
import type { SteeringSet } from '../../src/control/compile/steering.js'
import type { Service } from '../../src/control/profiles/profile.js'
import { type Address, contains, listPrefixes, type Prefix } from './addresses.js'
import { type Content, type Packet, read } from './readable.js'

/** `block` is an index in the policy; null where nothing was found. `none`: no rule holds. */
export type Fate =
  | { readonly kind: 'not-plain' | 'none' }
  | { readonly kind: 'alone'; readonly block: number }
  | { readonly kind: 'drop'; readonly block: number; readonly reason: number }

/** What becomes of `packet` where `outside` are the indices of the interfaces that the plan names. */
export function fateOf(plan: KernelPlan, packet: Packet, outside: ReadonlySet<number>): Fate {
  const content = isPlain(packet) ? read(packet) : null
  if (content === null || 'reason' in content) return { kind: 'not-plain' }
  const segment = content.protocol === PROTOCOL_TCP
  if (segment && (content.tcpFlags & (TCP_SYN | TCP_ACK)) !== TCP_SYN) return { kind: 'none' }
  for (const block of plan.blocks) {
    if (!isOf(plan, block, packet, content, outside)) continue
    for (const service of block.services) {
      const rule = ruleFor(plan, block, service, content)
      if (rule === undefined) continue
      return rule.reason === null ? { kind: 'alone', block: block.block } : { kind: 'drop', block: block.block, reason: rule.reason }
    }
  }
  return { kind: 'none' }
}

/** Of UDP or TCP right behind an IP header without options, no fragment, and every length fits. */
function isPlain({ copied, length }: Packet): boolean {
  if (copied.length !== length || length < 28) return false
  const version = copied[0]! >> 4
  if (version !== 4 && (version !== 6 || length < 48)) return false
  const pair = (at: number) => copied[at]! * 256 + copied[at + 1]!
  const at = version === 4 ? 20 : 40
  const end = version === 4 ? pair(2) : 40 + pair(4)
  if (end > length || (version === 4 && (copied[0] !== 0x45 || (pair(6) & 0x3fff) !== 0))) return false
  const protocol = copied[version === 4 ? 9 : 6]
  if (protocol === PROTOCOL_UDP) return end >= at + 8 && pair(at + 4) === end - at
  if (protocol !== PROTOCOL_TCP || end < at + 20) return false
  const headerBytes = 4 * (copied[at + 12]! >> 4)
  return headerBytes >= 20 && at + headerBytes <= end
}

/** Direction, near and far. */
function isOf(plan: KernelPlan, block: KernelBlock, packet: Packet, content: Content, outside: ReadonlySet<number>): boolean {
  const { source, destination } = content
  const inbound = block.direction === 'inbound'
  const [near, far] = inbound ? [destination, source] : [source, destination]
  if (!isIn(plan, block.near, near) || (block.except !== null && isIn(plan, block.except, far))) return false
  const isCustomer = (of: Address) => isIn(plan, plan.customers!, of)
  if (plan.outside.length === 0) return !isCustomer(far)
  const fromOutside = outside.has(packet.inInterface)
  if (inbound) return fromOutside
  return !fromOutside && (packet.outInterface === 0 ? !isCustomer(destination) : outside.has(packet.outInterface))
}

function ruleFor(plan: KernelPlan, { direction }: KernelBlock, { service, exempt, rules }: KernelService, content: Content) {
  if (!isOfService(service, content)) return undefined
  const near = direction === 'inbound' ? content.destination : content.source
  if (exempt !== null && isIn(plan, exempt, near)) return undefined
  return rules.find((rule) => holds(rule, content))
}

function isOfService({ protocol, side, first, last }: Service, content: Content): boolean {
  const port = content.ports![side]
  return content.protocol === (protocol === 'udp' ? PROTOCOL_UDP : PROTOCOL_TCP) && first <= port && port <= last
}

function holds({ minimum, maximum, tests, port }: KernelRule, { payload, ports }: Content): boolean {
  const bytes = payload?.copied ?? new Uint8Array()
  if (bytes.length < minimum || bytes.length > maximum) return false
  if (port !== null && (ports![port.side] === port.port) !== port.equal) return false
  return tests.every(({ offset, width, mask, low, high }) => {
    if (offset + width > bytes.length) return false
    let value = 0n
    for (let at = offset; at < offset + width; at++) value = value * 256n + BigInt(bytes[at]!)
    const masked = value & BigInt(mask)
    return BigInt(low) <= masked && masked <= BigInt(high)
  })
}

const listed = new WeakMap<SteeringSet, { readonly prefixes: Prefix[]; readonly exclusions: Prefix[] }>()

/** The longest prefix that contains the address decides; of the same prefix in both lists, it is in. */
function isIn({ sets }: KernelPlan, name: string, address: Address): boolean {
  const set = sets.find((each) => each.name === name)!
  const lists = listed.get(set) ?? { prefixes: listPrefixes(set.prefixes), exclusions: listPrefixes(set.exclusions) }
  listed.set(set, lists)
  const longest = (list: readonly Prefix[]) =>
    list.reduce((most, prefix) => (contains(prefix, address) ? Math.max(most, prefix.length) : most), -1)
  const inside = longest(lists.prefixes)
  return inside >= 0 && inside >= longest(lists.exclusions)
}
