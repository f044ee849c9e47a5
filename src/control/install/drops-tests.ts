// SPDX-License-Identifier: GPL-2.0-or-later
// One rule of the kernel plan as conditions of an nft rule. A payload test reads from the transport header, behind the 8 bytes of UDP. nft
// ends a rule at bytes that are not there, as the engine ends a pattern; in a plain packet (drops.ts) they are there exactly where the UDP
// length says so, and so both ends are the same.

import type { FixedTest } from '../../contract/shape.js'
import type { KernelRule } from '../compile/kernel-plan.js'

const UDP_BYTES = 8
const LONGEST_DATAGRAM = 65535
/** Of the byte behind a test. The kernel keeps offsets in eight bits, and what older ones do with more is theirs to know. */
const FARTHEST_BYTE = 256

/** Why nft cannot ask for what the rule does; null: it can. */
export function unrenderable({ tests }: KernelRule): string | null {
  const far = tests.find(({ offset, width }) => UDP_BYTES + offset + width > FARTHEST_BYTE)
  return far === undefined ? null : `a test of payload byte ${far.offset} lies beyond what nft reads`
}

/** Conditions of `rule`, all of which must hold; '' where it holds for every packet. Bounds and tests are of UDP alone. */
export function renderConditions({ minimum, maximum, tests, port }: KernelRule, protocol: 'udp' | 'tcp'): string {
  const conditions: string[] = []
  if (port !== null) {
    conditions.push(`${protocol} ${port.side === 'source' ? 'sport' : 'dport'} ${port.equal ? '' : '!= '}${port.port}`)
  }
  const least = minimum + UDP_BYTES
  const most = Math.min(maximum + UDP_BYTES, LONGEST_DATAGRAM)
  const isBounded = minimum > 0 || most < LONGEST_DATAGRAM
  if (protocol === 'tcp' && (isBounded || tests.length > 0)) throw new TypeError('a TCP rule looks at the header alone')
  if (isBounded) conditions.push(`udp length ${between(least, most)}`)
  return [...conditions, ...tests.map(renderTest)].join(' ')
}

function renderTest({ offset, width, mask, low, high }: FixedTest): string {
  const field = `@th,${(UDP_BYTES + offset) * 8},${width * 8}`
  const all = 2 ** (8 * width) - 1
  return `${field}${mask === all ? '' : ` & ${hex(mask)}`} ${between(low, high, hex)}`
}

const hex = (value: number): string => `0x${value.toString(16)}`

const between = (low: number, high: number, text: (value: number) => string = String): string =>
  low === high ? text(low) : `${text(low)}-${text(high)}`
