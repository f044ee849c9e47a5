// SPDX-License-Identifier: GPL-2.0-or-later
// Walks the tables of an image as contract/image.ts describes them, slowly and without the data path, so that a test of the compiler says
// what the compiler wrote.

import {
  CLASS,
  CLASS_WORDS,
  cellAt,
  ENTRY_BLOCK,
  ENTRY_EXEMPT,
  ENTRY_NTP_REPLY,
  ENTRY_PORT,
  GROUP_ENTRIES,
  type Image,
  POINTER,
  PORT_TABLE,
  PORTS_UNKNOWN,
  rowAt,
} from '../../../src/contract/image.js'
import { DIRECTIONS } from '../../../src/contract/verdicts.js'
import { type Address, address } from '../../oracle/addresses.js'

/** `udp 40000 > 53`, `tcp 1 > 25`, or `unknown` for an endless header chain. */
export type Ports = string

const follow = (groups: Uint32Array, entry: number, byte: bigint): number =>
  groups[((entry & ~POINTER) >>> 0) * GROUP_ENTRIES + Number(byte & 0xffn)]!

/** The address class of an address. */
export function classOf(image: Image, { family, value }: Address): number {
  if (family === 4) {
    const entry = image.ipv4Root[Number(value >> 8n)]!
    return entry & POINTER ? follow(image.ipv4Groups, entry, value) : entry
  }
  let entry = image.ipv6Root[Number(value >> 112n)]!
  for (let shift = 104n; entry & POINTER; shift -= 8n) entry = follow(image.ipv6Nodes, entry, value >> shift)
  return entry
}

/** The candidates of a packet between two addresses: block number and what its entry says, in the order of the list. */
export function candidates(image: Image, direction: 'inbound' | 'outbound', near: string, far: string, ports: Ports): string[] {
  const nearClass = image.classes[classOf(image, address(near)) * CLASS_WORDS + CLASS.near]!
  const farClass = image.classes[classOf(image, address(far)) * CLASS_WORDS + CLASS.far]!
  const row = image.rows[rowAt(DIRECTIONS.indexOf(direction), nearClass, farClass, image.nears, image.fars)]!
  const [to, from] = portClasses(image, ports)
  const list = image.cells[cellAt(row, to, from, image.sourcePortClasses)]!
  const entries = image.lists.subarray(list + 1, list + 1 + image.lists[list]!)
  return Array.from(entries, (entry) => {
    const flags = [
      [ENTRY_EXEMPT, 'exempt'],
      [ENTRY_PORT, 'port'],
      [ENTRY_NTP_REPLY, 'ntp'],
    ] as const
    return [entry & ENTRY_BLOCK, ...flags.filter(([flag]) => entry & flag).map(([, name]) => name)].join(' ')
  })
}

function portClasses(image: Image, ports: Ports): [to: number, from: number] {
  if (ports === 'unknown') return [PORTS_UNKNOWN, 0]
  const [protocol, source, , destination] = ports.split(' ')
  const [to, from] =
    protocol === 'udp' ? [PORT_TABLE.udpDestination, PORT_TABLE.udpSource] : [PORT_TABLE.tcpDestination, PORT_TABLE.tcpSource]
  return [image.ports[to + Number(destination)]!, image.ports[from + Number(source)]!]
}
