// SPDX-License-Identifier: GPL-2.0-or-later
// Images by hand: an assembler for contract/image.ts that knows no policy. What a list, a cell or a class holds is said by the test, so
// that an engine test does not stand or fall with the compiler, and the contract has a second reader.

import {
  ACTION_DROP,
  ALWAYS,
  BLOCK,
  BLOCK_WORDS,
  CLASS,
  CLASS_B_BLOCK,
  CLASS_WORDS,
  cellAt,
  createImageMemory,
  ENTRY_EXEMPT,
  ENTRY_NTP_REPLY,
  ENTRY_PORT,
  GROUP_ENTRIES,
  IMAGE_HEADER,
  INTERFACE_SLOTS,
  IPV4_ROOT_ENTRIES,
  IPV6_ROOT_ENTRIES,
  type Image,
  MODE_ENFORCE,
  NEVER,
  openImage,
  PATTERN,
  PATTERN_WORDS,
  POINTER,
  PORT_TABLE,
  PORTS_UNKNOWN,
  portSection,
  rowAt,
  STOPS_REQUEST,
  maskWithin,
  TEST,
  TEST_WORDS,
  wordSection,
} from '../../src/contract/image.js'
import { PORTS } from '../../src/contract/numbers.js'
import { PARSERS, type Pattern, type Shape } from '../../src/contract/shape.js'
import { ACCEPT } from '../../src/contract/verdicts.js'

export interface BuiltBlock {
  readonly mode?: number
  readonly action?: number
  readonly blockClass?: number
  readonly since?: number
  readonly expires?: number
  readonly request?: Shape
  readonly reply?: Shape
  readonly replySourcePort?: number
  readonly limitRate?: number
  readonly limitBurst?: number
  readonly stops?: number
}

export interface BuiltEntry {
  readonly block: number
  readonly exempt?: boolean
  readonly port?: boolean
  readonly ntpReply?: boolean
}

/** The list for packets of `direction` between a near and a far class with these port classes. */
export interface BuiltCell {
  readonly direction: number
  readonly near: number
  readonly far: number
  readonly destinationPortClass: number
  readonly sourcePortClass: number
  readonly list: readonly BuiltEntry[]
}

export interface BuiltImage {
  /** Prefix ("192.0.2.0/24", "2001:db8::/32" or with all eight groups) and class; a longer one wins. */
  readonly prefixes?: readonly (readonly [prefix: string, addressClass: number])[]
  /** From class 1; class 0 is near 0, far 0, no flags. */
  readonly classes?: readonly { readonly near: number; readonly far: number; readonly flags: number }[]
  readonly ports?: readonly (readonly [table: keyof typeof PORT_TABLE, first: number, last: number, portClass: number])[]
  readonly cells?: readonly BuiltCell[]
  readonly blocks?: readonly BuiltBlock[]
  /** Outside interfaces; without them direction is told by prefixes. */
  readonly outside?: readonly number[]
  /** Those of the half that is not active. */
  readonly outsideNext?: readonly number[]
  readonly activeInterfaces?: number
  readonly defaultVerdict?: number
}

/** The eight groups or four bytes of an address, as bytes. */
export function addressBytes(text: string): number[] {
  if (!text.includes(':')) return text.split('.').map(Number)
  const [head = '', tail] = text.split('::')
  const groups = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)))
  const before = groups(head)
  const after = tail === undefined ? [] : groups(tail)
  const all = [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after]
  return all.flatMap((group) => [group >>> 8, group & 0xff])
}

/** Sets all entries of a level that a prefix covers, walking down by groups that are made on the way. */
class Trie {
  readonly root: Uint32Array
  readonly groups: Uint32Array[] = []
  readonly #rootBits: number

  constructor(root: Uint32Array, rootBits: number) {
    this.root = root
    this.#rootBits = rootBits
  }

  add(address: readonly number[], length: number, addressClass: number): void {
    let table = this.root
    let bits = this.#rootBits
    let byte = bits / 8
    let index = address.slice(0, byte).reduce((sum, part) => sum * 256 + part, 0)
    let left = length
    while (left > bits) {
      const entry = table[index] as number
      if (entry < POINTER) {
        table[index] = POINTER + this.groups.length
        this.groups.push(new Uint32Array(GROUP_ENTRIES).fill(entry))
      }
      table = this.groups[(table[index] as number) - POINTER] as Uint32Array
      index = address[byte] as number
      byte++
      left -= bits
      bits = 8
    }
    const span = 2 ** (bits - left)
    table.fill(addressClass, index, index + span)
  }

  flat(): Uint32Array {
    const flat = new Uint32Array(this.groups.length * GROUP_ENTRIES)
    for (const [number, group] of this.groups.entries()) flat.set(group, number * GROUP_ENTRIES)
    return flat
  }
}

function buildTries(image: BuiltImage): { ipv4: Trie; ipv6: Trie } {
  const ipv4 = new Trie(new Uint32Array(IPV4_ROOT_ENTRIES), 24)
  const ipv6 = new Trie(new Uint32Array(IPV6_ROOT_ENTRIES), 16)
  const parsed = (image.prefixes ?? []).map(([prefix, addressClass]) => {
    const [address = '', length = ''] = prefix.split('/')
    return { address: addressBytes(address), length: Number(length), addressClass }
  })
  // Shorter first, so that a longer one overwrites what it lies in and no group is flattened.
  for (const { address, length, addressClass } of parsed.sort((a, b) => a.length - b.length)) {
    const trie = address.length === 4 ? ipv4 : ipv6
    trie.add(address, length, addressClass)
  }
  return { ipv4, ipv6 }
}

const entryWord = (entry: BuiltEntry): number =>
  (entry.block | (entry.exempt ? ENTRY_EXEMPT : 0) | (entry.port ? ENTRY_PORT : 0) | (entry.ntpReply ? ENTRY_NTP_REPLY : 0)) >>> 0

function buildShapes(blocks: readonly BuiltBlock[]): { patterns: number[]; tests: number[]; at: Map<Shape, number> } {
  const patterns: number[] = []
  const tests: number[] = []
  const at = new Map<Shape, number>()
  const addPattern = (pattern: Pattern) => {
    const words = new Array<number>(PATTERN_WORDS).fill(0)
    words[PATTERN.minimum] = pattern.minimum
    words[PATTERN.maximum] = pattern.maximum
    words[PATTERN.testAt] = tests.length / TEST_WORDS
    words[PATTERN.testCount] = pattern.tests.length
    words[PATTERN.parser] = pattern.parser === undefined ? 0 : PARSERS.indexOf(pattern.parser)
    patterns.push(...words)
    for (const test of pattern.tests) {
      const testWords = new Array<number>(TEST_WORDS).fill(0)
      testWords[TEST.offset] = test.offset
      testWords[TEST.width] = test.width
      testWords[TEST.mask] = maskWithin(test.mask, test.width)
      testWords[TEST.low] = test.low
      testWords[TEST.high] = test.high
      tests.push(...testWords)
    }
  }
  for (const shape of blocks.flatMap((block) => [block.request ?? [], block.reply ?? []])) {
    if (at.has(shape)) continue
    at.set(shape, patterns.length / PATTERN_WORDS)
    shape.forEach(addPattern)
  }
  return { patterns, tests, at }
}

function blockWords(block: BuiltBlock, at: Map<Shape, number>): number[] {
  const words = new Array<number>(BLOCK_WORDS).fill(0)
  const request = block.request ?? []
  const reply = block.reply ?? []
  words[BLOCK.mode] = block.mode ?? MODE_ENFORCE
  words[BLOCK.action] = block.action ?? ACTION_DROP
  words[BLOCK.blockClass] = block.blockClass ?? CLASS_B_BLOCK
  words[BLOCK.since] = block.since ?? ALWAYS
  words[BLOCK.expires] = block.expires ?? NEVER
  words[BLOCK.requestAt] = at.get(request) ?? 0
  words[BLOCK.requestCount] = request.length
  words[BLOCK.replyAt] = at.get(reply) ?? 0
  words[BLOCK.replyCount] = reply.length
  words[BLOCK.replyMinimum] = reply.length === 0 ? 0 : Math.min(...reply.map((pattern) => pattern.minimum))
  words[BLOCK.replySourcePort] = block.replySourcePort ?? 0
  words[BLOCK.limitRate] = block.limitRate ?? 0
  words[BLOCK.limitBurst] = block.limitBurst ?? 0
  words[BLOCK.stops] = block.stops ?? STOPS_REQUEST
  return words
}

/** Rows, cells and lists. A table for each row that a cell names; all other rows share the empty table at 0. */
function buildTables(cells: readonly BuiltCell[], nears: number, fars: number, destinations: number, sources: number) {
  const table = destinations * sources
  const rows = new Array<number>(2 * nears * fars).fill(0)
  const words = new Array<number>(table).fill(0)
  const lists = [0]
  for (const cell of cells) {
    const row = rowAt(cell.direction, cell.near, cell.far, nears, fars)
    if (rows[row] === 0) {
      rows[row] = words.length
      words.push(...new Array<number>(table).fill(0))
    }
    words[cellAt(rows[row] as number, cell.destinationPortClass, cell.sourcePortClass, sources)] = lists.length
    lists.push(cell.list.length, ...cell.list.map(entryWord))
  }
  return { rows, cells: words, lists }
}

function fillInterfaces(half: Uint32Array, indices: readonly number[]): void {
  for (const index of indices) {
    let slot = index & (INTERFACE_SLOTS - 1)
    while (half[slot] !== 0) slot = (slot + 1) & (INTERFACE_SLOTS - 1)
    half[slot] = index
  }
}

/** Assembles an image. */
export function buildImage(built: BuiltImage): Image {
  const { ipv4, ipv6 } = buildTries(built)
  const classes = [{ near: 0, far: 0, flags: 0 }, ...(built.classes ?? [])]
  const blocks = built.blocks ?? []
  const cells = built.cells ?? []
  const ports = built.ports ?? []
  const nears = 1 + Math.max(...classes.map((entry) => entry.near))
  const fars = 1 + Math.max(...classes.map((entry) => entry.far))
  const classesOf = (side: string) => ports.filter(([table]) => table.endsWith(side)).map(([, , , portClass]) => portClass)
  const destinations = 1 + Math.max(PORTS_UNKNOWN, ...classesOf('Destination'))
  const sources = 1 + Math.max(0, ...classesOf('Source'))
  const shapes = buildShapes(blocks)
  const tables = buildTables(cells, nears, fars, destinations, sources)
  const sections = {
    ipv4Root: ipv4.root,
    ipv4Groups: ipv4.flat(),
    ipv6Root: ipv6.root,
    ipv6Nodes: ipv6.flat(),
    classes: classes.flatMap((entry) => {
      const words = new Array<number>(CLASS_WORDS).fill(0)
      words[CLASS.near] = entry.near
      words[CLASS.far] = entry.far
      words[CLASS.flags] = entry.flags
      return words
    }),
    ...tables,
    blocks: blocks.flatMap((block) => blockWords(block, shapes.at)),
    patterns: shapes.patterns,
    tests: shapes.tests,
    interfaces: new Uint32Array(2 * INTERFACE_SLOTS),
  }
  const active = built.activeInterfaces ?? 0
  const halves = [sections.interfaces.subarray(0, INTERFACE_SLOTS), sections.interfaces.subarray(INTERFACE_SLOTS)]
  fillInterfaces(halves[active] as Uint32Array, built.outside ?? [])
  fillInterfaces(halves[1 - active] as Uint32Array, built.outsideNext ?? [])

  const names = Object.keys(sections) as (keyof typeof sections)[]
  const lengths = Object.fromEntries(names.map((name) => [name, sections[name].length])) as Record<keyof typeof sections, number>
  const memory = createImageMemory({ ...lengths, ports: 4 * PORTS })
  for (const name of names) wordSection(memory, name).set(sections[name])
  for (const [table, first, last, portClass] of ports) {
    portSection(memory).fill(portClass, PORT_TABLE[table] + first, PORT_TABLE[table] + last + 1)
  }
  const header = new Uint32Array(memory, 0, IMAGE_HEADER.sections)
  header[IMAGE_HEADER.generation] = 1
  header[IMAGE_HEADER.defaultVerdict] = built.defaultVerdict ?? ACCEPT
  header[IMAGE_HEADER.byInterface] = built.outside === undefined ? 0 : 1
  header[IMAGE_HEADER.blocks] = blocks.length
  header[IMAGE_HEADER.nears] = nears
  header[IMAGE_HEADER.fars] = fars
  header[IMAGE_HEADER.destinationPortClasses] = destinations
  header[IMAGE_HEADER.sourcePortClasses] = sources
  header[IMAGE_HEADER.activeInterfaces] = active
  return openImage(memory)
}
