// SPDX-License-Identifier: GPL-2.0-or-later
// How scenarios draw their networks in few words: links of two addresses each (RFC 3021, RFC 6164), hosts that hang on one, and what a
// counter counts. Addresses are those set aside for documentation (RFC 5737, RFC 3849).

import { isIPv6 } from 'node:net'
import type { Counter, LinkEnd, LinkPlan } from './topology.js'

/** The other address of a link of two: the last digit group with its lowest bit turned. */
export function peerOf(address: string): string {
  const base = isIPv6(address) ? 16 : 10
  const cut = Math.max(address.lastIndexOf('.'), address.lastIndexOf(':')) + 1
  return `${address.slice(0, cut)}${(Number.parseInt(address.slice(cut), base) ^ 1).toString(base)}`
}

const ofTwo = (address: string): string => `${address}/${isIPv6(address) ? 127 : 31}`

/** The prefix that holds this address alone. */
export const alone = (address: string): string => `${address}/${isIPv6(address) ? 128 : 32}`

/** One end of a link, by its addresses without prefix length. */
export const end = (host: string, device: string, addresses: readonly string[], ...routes: string[]): LinkEnd => ({
  host,
  interface: device,
  addresses: addresses.map(ofTwo),
  routes,
})

/** A host whose only link is its uplink to `gateway`, where the interface has the host's name. */
export const leaf = (host: string, gateway: string, ...addresses: string[]): LinkPlan => [
  end(host, 'uplink', addresses, 'default'),
  end(gateway, host, addresses.map(peerOf)),
]

const counter =
  (hook: Counter['hook']) =>
  (name: string, ...match: string[]): Counter => ({ name, hook, match: match.join(' ') })

/** Packets that a program of the host has sent. */
export const leaving = counter('output')
/** Packets that have reached the host. */
export const arriving = counter('input')

const word = (address: string): string => (isIPv6(address) ? 'ip6' : 'ip')
export const from = (address: string): string => `${word(address)} saddr ${address}`
export const to = (address: string): string => `${word(address)} daddr ${address}`

/** The packet that opens a TCP connection. */
export const OPENING = 'tcp flags & (syn | ack) == syn'
