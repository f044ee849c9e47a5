// SPDX-License-Identifier: GPL-2.0-or-later
// Reads test/cases/packets; its README says what a row holds. A key that it does not know is an error: a misspelt `copied` must not turn a
// row about missing bytes into one about whole packets.

import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'

export interface Expectation {
  readonly verdict: string
  readonly reason: string
  readonly direction: string
  readonly block: number
  readonly shape: string
  readonly would: number
  readonly spoofed: number
}

export interface PacketCase {
  readonly file: string
  readonly name: string
  readonly image: string
  readonly packet: Uint8Array
  readonly length: number
  readonly copied: number
  readonly inInterface: number
  readonly outInterface: number
  readonly now: number
  readonly repeat: number
  readonly expect: Expectation
}

const FOLDER = new URL('../../../test/cases/packets/', import.meta.url)
const KEYS = ['name', 'image', 'packet', 'length', 'copied', 'in', 'out', 'now', 'repeat', 'expect']

/** Bytes of hexadecimal text with spaces and `#` comments. */
export function fromHex(text: string): Uint8Array {
  const digits = text.replace(/#.*/g, '').replace(/\s+/g, '')
  if (!/^([0-9a-f]{2})*$/.test(digits)) throw new TypeError(`not hexadecimal: ${text}`)
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

// biome-ignore lint/suspicious/noExplicitAny: a row as YAML gives it
function caseOf(file: string, row: any): PacketCase {
  const unknown = Object.keys(row).filter((key) => !KEYS.includes(key))
  if (unknown.length > 0) throw new TypeError(`${file}: ${row.name}: unknown key ${unknown.join(', ')}`)
  const packet = fromHex(row.packet)
  return {
    file,
    name: row.name,
    image: row.image,
    packet,
    length: row.length ?? packet.length,
    copied: row.copied ?? packet.length,
    inInterface: row.in ?? 0,
    outInterface: row.out ?? 0,
    now: row.now ?? 1500,
    repeat: row.repeat ?? 1,
    expect: { block: -1, shape: 'none', would: 0, spoofed: 0, ...row.expect },
  }
}

/** All rows, in the order of the files' names. */
export function packetCases(): PacketCase[] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml'))
  return files.sort().flatMap((file) => {
    const rows = parse(readFileSync(new URL(file, FOLDER), 'utf8')) as unknown[]
    return rows.map((row) => caseOf(file, row))
  })
}
