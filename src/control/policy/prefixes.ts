// SPDX-License-Identifier: GPL-2.0-or-later
// Prefixes from text to columns. A file may hold a million of them, so what is well-formed there is read letter by letter (prefix-lines.ts);
// unusual forms of IPv6, and everything that is wrong, go the slow way round, where messages are made.

import ipaddr from 'ipaddr.js'
import type { Report } from './diagnostics.js'
import { quoted } from './excerpt.js'
import { IPV4_PREFIX_WORDS, IPV6_PREFIX_WORDS, type Prefixes } from './policy.js'
import type { Prefix } from './nesting.js'
import { mask, quickIpv4, quickIpv6 } from './prefix-lines.js'
import type { Span, TextFile } from './text.js'

/** In one file. Bounds memory (some 100 MB with everything built from it); the whole IPv4 Internet has about a million routes. */
export const MAX_FILE_PREFIXES = 2_000_000

/** `::/0` and the end of its line. */
const LEAST_LINE = 5
/** No prefix is longer; of a longer line only the beginning is looked at and shown. */
const MAX_LINE = 200

/** Columns of prefixes in the order read, and where in `file` each of them begins (for diagnostics). */
export interface PrefixList extends Prefixes {
  readonly file: TextFile
  readonly ipv4At: Uint32Array
  readonly ipv6At: Uint32Array
}

/** A column that grows. Room that is never used is never real memory. */
class Column {
  #words: Uint32Array
  length = 0

  constructor(room: number) {
    this.#words = new Uint32Array(room)
  }

  push(word: number): void {
    if (this.length === this.#words.length) {
      const larger = new Uint32Array(2 * this.length)
      larger.set(this.#words)
      this.#words = larger
    }
    this.#words[this.length++] = word
  }

  words(): Uint32Array {
    return this.#words.subarray(0, this.length)
  }
}

/** For a builder that is not told how many come: an exemption has one, and there may be thousands of these. */
const LEAST_ROOM = 1

export class PrefixListBuilder {
  readonly #file: TextFile
  readonly #ipv4: Column
  readonly #ipv6: Column
  readonly #ipv4At: Column
  readonly #ipv6At: Column

  /** With `room` for so many prefixes of each family before memory must be moved: of a million that is most of what reading them takes. */
  constructor(file: TextFile, room = LEAST_ROOM) {
    this.#file = file
    this.#ipv4 = new Column(room * IPV4_PREFIX_WORDS)
    this.#ipv6 = new Column(room * IPV6_PREFIX_WORDS)
    this.#ipv4At = new Column(room)
    this.#ipv6At = new Column(room)
  }

  get count(): number {
    return this.#ipv4At.length + this.#ipv6At.length
  }

  addIpv4(address: number, length: number, at: number): void {
    this.#ipv4.push(address)
    this.#ipv4.push(length)
    this.#ipv4At.push(at)
  }

  addIpv6(first: number, second: number, third: number, fourth: number, length: number, at: number): void {
    this.#ipv6.push(first)
    this.#ipv6.push(second)
    this.#ipv6.push(third)
    this.#ipv6.push(fourth)
    this.#ipv6.push(length)
    this.#ipv6At.push(at)
  }

  /** Parses one prefix; a bad one is reported at `span` and left out. */
  add(text: string, span: Span, report: Report): void {
    const prefix = parsePrefix(text)
    if ('fault' in prefix) {
      report.add(prefix.fault, span, prefix.message, prefix.hint)
    } else if (prefix.words.length === 1) {
      this.addIpv4(prefix.words[0] as number, prefix.length, span.start)
    } else {
      const [first, second, third, fourth] = prefix.words as readonly [number, number, number, number]
      this.addIpv6(first, second, third, fourth, prefix.length, span.start)
    }
  }

  list(): PrefixList {
    const [ipv4, ipv6] = [this.#ipv4.words(), this.#ipv6.words()]
    return { ipv4, ipv6, file: this.#file, ipv4At: this.#ipv4At.words(), ipv6At: this.#ipv6At.words() }
  }
}

type Parsed =
  | { readonly words: readonly number[]; readonly length: number }
  | { readonly fault: 'bad-prefix' | 'host-bits' | 'mapped-prefix'; readonly message: string; readonly hint: string | null }

/** Four parts without leading zeros: 010 is 8 to some readers and 10 to others. Limits are checked by hand. */
const IPV4 = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/

function parsePrefix(text: string): Parsed {
  const bad = (hint: string | null): Parsed => ({ fault: 'bad-prefix', message: `${quoted(text)} is no prefix`, hint })
  const slash = text.indexOf('/')
  const address = slash === -1 ? text : text.slice(0, slash)
  const words = parseAddress(address)
  if (words === null) return bad('write ADDRESS/LENGTH, as in 192.0.2.0/24 or 2001:db8::/32')
  const bits = words.length * 32
  if (slash === -1) return bad(`add the length: ${address}/${bits} is this one address`)
  if (!/^(0|[1-9]\d{0,2})$/.test(text.slice(slash + 1)) || Number(text.slice(slash + 1)) > bits)
    return bad(`the length is a number from 0 to ${bits}`)
  const length = Number(text.slice(slash + 1))
  if (words.length === 4 && words[0] === 0 && words[1] === 0 && words[2] === 0xffff && length >= 96) {
    // On the wire these are IPv4 packets, which an IPv6 prefix never matches: the operator would be protected by nothing.
    const hint = `write the IPv4 prefix: ${ipv4Text(words[3] as number)}/${length - 96}`
    return { fault: 'mapped-prefix', message: `${quoted(text)} is an IPv4-mapped IPv6 prefix, and no packet carries such an address`, hint }
  }
  const masked = words.map((word, index) => (word & mask(length - 32 * index)) >>> 0)
  if (masked.some((word, index) => word !== words[index])) {
    const hint = `did you mean ${addressText(masked)}/${length}, or ${addressText(words)}/${bits}?`
    return { fault: 'host-bits', message: `${quoted(text)} has bits set behind its length`, hint }
  }
  return { words, length }
}

/** One word or four, most significant first; null for no address. Zones (fe80::1%eth0) are none. */
export function parseAddress(text: string): readonly number[] | null {
  const parts = IPV4.exec(text)
  if (parts !== null) {
    const octets = parts.slice(1).map(Number)
    return octets.some((octet) => octet > 255) ? null : [octets.reduce((word, octet) => word * 256 + octet, 0)]
  }
  if (!text.includes(':') || text.includes('%') || text.length > 45) return null
  try {
    const groups = ipaddr.IPv6.parse(text).parts
    return [0, 2, 4, 6].map((index) => (((groups[index] as number) << 16) | (groups[index + 1] as number)) >>> 0)
  } catch {
    return null
  }
}

const ipv4Text = (word: number): string => [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255].join('.')

/** `words` as parseAddress gives them; IPv6 as RFC 5952 writes it. */
export function addressText(words: readonly number[]): string {
  if (words.length === 1) return ipv4Text(words[0] as number)
  return new ipaddr.IPv6(words.flatMap((word) => [word >>> 16, word & 0xffff])).toRFC5952String()
}

export function prefixText({ words, length }: Prefix): string {
  return `${addressText(words)}/${length}`
}

/** Where the list has this prefix, for the first time behind `skip` others. Slow: for diagnostics. */
export function locatePrefix(list: PrefixList, { words, length }: Prefix, skip: number): Span {
  const ipv4 = words.length === 1
  const [column, starts, row] = ipv4 ? [list.ipv4, list.ipv4At, IPV4_PREFIX_WORDS] : [list.ipv6, list.ipv6At, IPV6_PREFIX_WORDS]
  let left = skip
  let index = 0
  const same = () => column[index * row + row - 1] === length && words.every((word, part) => column[index * row + part] === word)
  while (index < starts.length - 1 && !(same() && left-- === 0)) index++
  const start = starts[index] as number
  const written = /^["']?[^\s,\]"'#]*["']?/.exec(list.file.text.slice(start, start + MAX_LINE)) as RegExpExecArray
  return { file: list.file, start, end: start + written[0].length }
}

const [NEWLINE, RETURN, SPACE, TAB, BYTE_ORDER_MARK] = [10, 13, 32, 9, 0xfeff]

/** Stands for a file that could not be read, of which the operator knows already. */
export const UNREAD: TextFile = { path: '', text: '' }

/** Reads a prefix file: one a line, `#` starts a comment, blank lines count for nothing. */
export function readPrefixFile(file: TextFile, report: Report): PrefixList {
  const { text } = file
  const builder = new PrefixListBuilder(file, Math.min(Math.ceil((text.length + 1) / LEAST_LINE), MAX_FILE_PREFIXES))
  let at = text.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0
  while (at < text.length) {
    const first = text.charCodeAt(at)
    if (first === SPACE || first === TAB || first === NEWLINE || first === RETURN) {
      at++
      continue
    }
    if (builder.count === MAX_FILE_PREFIXES) {
      report.add(
        'too-large',
        { file, start: at, end: at + 1 },
        `more than ${MAX_FILE_PREFIXES} prefixes in one file`,
        'merge neighbours into shorter prefixes',
      )
      break
    }
    let end = quickIpv4(text, at, builder)
    if (end === -1) end = quickIpv6(text, at, builder)
    if (end !== -1) {
      at = end
      continue
    }
    const line = text.indexOf('\n', at)
    const stop = line === -1 ? text.length : line
    const content = text
      .slice(at, Math.min(stop, at + MAX_LINE))
      .replace(/#.*/s, '')
      .trimEnd()
    if (content !== '') builder.add(content, { file, start: at, end: at + content.length }, report)
    at = stop
  }
  return builder.list()
}
