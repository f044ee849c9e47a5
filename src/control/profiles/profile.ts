// SPDX-License-Identifier: GPL-2.0-or-later
// What a profile is: the catalogue entry of one block. Data only; texts in English and Japanese stand beside the shapes they speak of.

import type { Shape } from '../../contract/shapes.js'

/** Protocol and inclusive port range, matched on the destination or on the source port. */
export interface Service {
  readonly protocol: 'udp' | 'tcp'
  readonly first: number
  readonly last: number
  readonly side: 'destination' | 'source'
}

export interface Text {
  readonly en: string
  readonly ja: string
}

export interface Profile {
  /** `IP53B`, `OP25B`: unique in the catalogue. */
  readonly name: string
  readonly title: Text
  readonly direction: 'inbound' | 'outbound'
  readonly services: readonly Service[]
  /** null: the header alone decides (no shapes). */
  readonly class: 'A' | 'B' | 'C' | 'D' | null
  readonly request: Shape | null
  readonly reply: Shape | null
  /** Class B: the port that a reply must come from. */
  readonly replySourcePort: number | null
  /** What the block is there to stop. Only class C can stop replies; the others stop requests, or everything. */
  readonly stops: 'request' | 'reply'
  /** Useless where nothing puts fragments together: what it stops is larger than a packet. */
  readonly needsDefragmentation: boolean
  /** What a block of this kind breaks, by `port` and by `shape`. */
  readonly collateral: Text
  /** RFC sections, CVE numbers, documents. */
  readonly references: readonly string[]
}
