// SPDX-License-Identifier: GPL-2.0-or-later
// The engine's fields in words: what was read of the packet, and which of its ends is near (the customer's) and which is far.

import * as FIELDS from '../contract/fields.js'
import { PROTOCOL_TCP, PROTOCOL_UDP } from '../contract/numbers.js'
import { HEADER_CHAIN, UNDECIDED } from '../contract/reasons.js'
import { DIRECTIONS, INBOUND, NO_DIRECTION, OUTBOUND } from '../contract/verdicts.js'
import type { Words } from './networks.js'

export interface Subject {
  readonly source: Words
  readonly destination: Words
  /** The header chain does not end: neither protocol nor ports are known, and every service counts as matching. */
  readonly endless: boolean
  /** IP protocol number; null where the chain is endless. */
  readonly protocol: number | null
  /** null: a protocol without ports. */
  readonly ports: { readonly source: number; readonly destination: number } | null
  /** As in TCP_FLAGS of contract/fields.ts; null for other protocols. */
  readonly tcpFlags: number | null
  readonly direction: (typeof DIRECTIONS)[number]
  /** The customer's side and the other one; null for internal and transit packets. */
  readonly near: Words | null
  readonly far: Words | null
}

/** null: the packet was accepted before its addresses were known. */
export function subjectOf(fields: Uint32Array): Subject | null {
  const status = fields[FIELDS.STATUS]
  if (status !== UNDECIDED && status !== HEADER_CHAIN) return null
  const words = (at: number): Words => [...fields.subarray(at, at + (fields[FIELDS.FAMILY] === 4 ? 1 : 4))]
  const [source, destination] = [words(FIELDS.SOURCE), words(FIELDS.DESTINATION)]
  const direction = fields[FIELDS.DIRECTION]
  const ends = direction === INBOUND ? [destination, source] : direction === OUTBOUND ? [source, destination] : [null, null]
  const [near, far] = ends as [Words | null, Words | null]
  const known = { source, destination, near, far, direction: DIRECTIONS[direction] ?? DIRECTIONS[NO_DIRECTION] }
  if (status === HEADER_CHAIN) return { ...known, endless: true, protocol: null, ports: null, tcpFlags: null }
  const protocol = fields[FIELDS.PROTOCOL]
  const withPorts = protocol === PROTOCOL_UDP || protocol === PROTOCOL_TCP
  return {
    ...known,
    endless: false,
    protocol,
    ports: withPorts ? { source: fields[FIELDS.SOURCE_PORT], destination: fields[FIELDS.DESTINATION_PORT] } : null,
    tcpFlags: protocol === PROTOCOL_TCP ? fields[FIELDS.TCP_FLAGS] : null,
  }
}

const FLAG_NAMES = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'] as const

/** `SYN`, `SYN ACK`, `none`. */
export const flagsText = (flags: number): string => FLAG_NAMES.filter((_, bit) => (flags >> bit) & 1).join(' ') || 'none'

/** The byte of flags named as in `syn,ack` or `none`; null for any other word. */
export function parseFlags(text: string): number | null {
  if (text.toLowerCase() === 'none') return 0
  const bits = text.split(',').map((name) => FLAG_NAMES.indexOf(name.trim().toUpperCase() as 'SYN'))
  return bits.includes(-1) ? null : bits.reduce((flags, bit) => flags | (1 << bit), 0)
}

/** `udp`, `tcp`, `47`. */
export const protocolName = (protocol: number): string =>
  protocol === PROTOCOL_UDP ? 'udp' : protocol === PROTOCOL_TCP ? 'tcp' : String(protocol)

/** `UDP`, `TCP`, `protocol 47`, of a protocolName. */
export const protocolText = (name: string): string => (/^\d/.test(name) ? `protocol ${name}` : name.toUpperCase())
