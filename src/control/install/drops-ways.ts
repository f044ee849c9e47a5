// SPDX-License-Identifier: GPL-2.0-or-later
// Which packets the kernel may drop at all, and in which direction they go.
//
// A plain packet is told by header fields that cannot lie to the engine: no IPv4 options, no fragment, no extension header, a TCP header that ends
// within the packet, and a UDP length that is what the IP length leaves. nft has no arithmetic: pairs of both lengths are a set, up to
// LONGEST_PLAIN_PACKET. What is longer goes the way of steering, and so does a datagram put together that is.

import { type Direction, membership, type Rendered } from './drops-blocks.js'
import type { Gate } from './ports.js'
import type { Family } from './sets.js'

/** Bytes of IP. What is longer was cut into fragments, or put together, by most networks; a set of all lengths would be 6 MB. */
export const LONGEST_PLAIN_PACKET = 1500
export const lengthsName = (family: Family): string => `lengths-${family}`

/** Words of four bytes in a TCP header. */
const TCP_WORDS = { least: 5, most: 15 } as const

/** Leaves alone what is not plain. */
export function plainRules(protocol: Gate['protocol'], family: Family): string[] {
  const network = family === 4 ? ['ip hdrlength != 5 accept', 'ip frag-off & 0x3fff != 0 accept'] : [`ip6 nexthdr != ${protocol} accept`]
  // Of what ends inside the UDP header the next rule can read no length, and a rule that cannot read does not match.
  const whole = family === 4 ? 'ip length < 28 accept' : 'ip6 length < 8 accept'
  if (protocol === 'udp') return [...network, whole, `${family === 4 ? 'ip' : 'ip6'} length . udp length != @${lengthsName(family)} accept`]
  const words = Array.from({ length: TCP_WORDS.most - TCP_WORDS.least + 1 }, (_, index) => TCP_WORDS.least + index)
  // The bytes of the IPv4 header count in its length, those of the IPv6 header do not.
  const rest = (word: number): string => (family === 4 ? `ip length < ${20 + 4 * word}` : `ip6 length < ${4 * word}`)
  return [...network, `@th,96,4 < ${TCP_WORDS.least} accept`, ...words.map((word) => `@th,96,4 ${word} ${rest(word)} accept`)]
}

/** docs/verdicts.md, step 2. That the near address is a customer's follows from its being protected. */
export function directionRules({ plan, sets }: Rendered, family: Family, lead: (direction: Direction) => string): string[] {
  const { outside, customers, hook } = plan
  const [fromCustomer, toCustomer] = [membership(sets, customers, family, 'saddr'), membership(sets, customers, family, 'daddr')]
  const accept = (match: string): string => `${match} accept`
  if (outside.length === 0) {
    const outbound = lead('outbound')
    // From a customer: inbound it cannot be, and to another customer it is internal.
    const internal = outbound === 'accept' ? [] : toCustomer.flatMap((to) => fromCustomer.map((from) => accept(`${from} ${to}`)))
    return [...internal, ...fromCustomer.map((match) => `${match} ${outbound}`), lead('inbound')]
  }
  const names = outside.map((name) => `"${name}"`)
  const isOutside = names.length === 1 ? names[0] : `{ ${names.join(', ')} }`
  const leaving = hook === 'forward' ? [`oifname ${isOutside} ${lead('outbound')}`] : [...toCustomer.map(accept), lead('outbound')]
  return [`iifname ${isOutside} ${lead('inbound')}`, ...(lead('outbound') === 'accept' ? [] : leaving)]
}
