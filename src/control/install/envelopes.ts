// SPDX-License-Identifier: GPL-2.0-or-later
// Tests before a gate that let every port of the gate through, and few others: so cheap that a packet which no rule names costs next to nothing.
// nft evaluates them without a single call, where they read four aligned bytes, mask them and compare; a look-up in a set costs ten times as
// much, and a match of iptables too.

import type { Gate, PortRange } from './ports.js'

const PORT_BITS = 16

/** From the lowest port of the gate to the highest. */
export function envelopeOf({ ports }: Gate): PortRange {
  return [Math.min(...ports.map(([first]) => first)), Math.max(...ports.map(([, last]) => last))]
}

/**
 * The leading bits that all ports of the gate share, as a condition of nft, with a blank behind it; '' where they share none. It says nothing of
 * the protocol, which takes a call: the gate itself does. It reads as far as the gate reads, and fails where the bytes are not there.
 */
export function sharedBits(gate: Gate): string {
  const [lowest, highest] = envelopeOf(gate)
  const differing = 32 - Math.clz32(lowest ^ highest)
  const mask = (1 << PORT_BITS) - (1 << differing)
  if (mask === 0) return ''
  const shift = gate.side === 'source' ? PORT_BITS : 0
  const hex = (bits: number): string => `0x${((bits << shift) >>> 0).toString(16).padStart(8, '0')}`
  return `@th,0,32 & ${hex(mask)} == ${hex(lowest & mask)} `
}
