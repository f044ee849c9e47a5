// SPDX-License-Identifier: GPL-2.0-or-later
import t from 'tap'
import * as image from '../../src/contract/image.js'
import { PORTS } from '../../src/contract/numbers.js'

const ENTRIES = Object.fromEntries(image.SECTIONS.map((section, number) => [section, number * 7 + 1])) as Record<image.Section, number>

t.test('sections: at multiples of 64 bytes, in order, apart, behind the header', (t) => {
  const memory = image.createImageMemory(ENTRIES)
  const header = new Uint32Array(memory, 0, image.IMAGE_HEADER_WORDS)
  let end = image.IMAGE_HEADER_WORDS * 4
  for (const [number, section] of image.SECTIONS.entries()) {
    const at = header[image.IMAGE_HEADER.sections + 2 * number] as number
    t.equal(at % 64, 0, section)
    t.ok(at >= end, section)
    t.equal(header[image.IMAGE_HEADER.sections + 2 * number + 1], ENTRIES[section], section)
    end = at + ENTRIES[section] * (section === 'ports' ? 2 : 4)
  }
  t.ok(memory.byteLength >= end)
  t.equal(header[image.IMAGE_HEADER.bytes], memory.byteLength)
  t.ok(image.IMAGE_HEADER.sections + 2 * image.SECTIONS.length <= image.IMAGE_HEADER_WORDS)
  t.end()
})

t.test('an opened image shows what was written', (t) => {
  const memory = image.createImageMemory(ENTRIES)
  const words = image.SECTIONS.filter((section) => section !== 'ports')
  for (const [number, section] of words.entries()) image.wordSection(memory, section).fill(number + 100)
  image.portSection(memory).fill(7)
  const header = new Uint32Array(memory, 0, image.IMAGE_HEADER_WORDS)
  const numbers = { blocks: 3, nears: 4, fars: 5, sourcePortClasses: 6, defaultVerdict: 1, byInterface: 1 } as const
  for (const [name, value] of Object.entries(numbers)) header[image.IMAGE_HEADER[name as 'blocks']] = value
  const opened = image.openImage(memory)
  for (const [number, section] of words.entries()) {
    t.equal(opened[section].length, ENTRIES[section])
    t.ok(
      opened[section].every((word) => word === number + 100),
      section,
    )
  }
  t.equal(opened.ports.length, ENTRIES.ports)
  t.ok(opened.ports.every((portClass) => portClass === 7))
  t.match(opened, { blockCount: 3, nears: 4, fars: 5, sourcePortClasses: 6, defaultVerdict: 1, byInterface: true })
  t.end()
})

t.test('other memory is refused', (t) => {
  t.throws(() => image.openImage(new SharedArrayBuffer(4096)), TypeError)
  const memory = image.createImageMemory(ENTRIES)
  new Uint32Array(memory)[image.IMAGE_HEADER.format] = image.IMAGE_FORMAT + 1
  t.throws(() => image.openImage(memory), TypeError)
  t.end()
})

t.test('words of a record lie within it, and no two share one', (t) => {
  const records = [
    [image.CLASS, image.CLASS_WORDS],
    [image.BLOCK, image.BLOCK_WORDS],
    [image.PATTERN, image.PATTERN_WORDS],
    [image.TEST, image.TEST_WORDS],
  ] as const
  for (const [record, size] of records) {
    const words: number[] = Object.values(record)
    t.equal(new Set(words).size, words.length)
    t.ok(Math.max(...words) < size)
  }
  const tables: number[] = Object.values(image.PORT_TABLE)
  t.strictSame(tables, [0, PORTS, 2 * PORTS, 3 * PORTS])
  t.end()
})

t.test('the flags of a list entry leave room for every block, and a class can never look like a pointer', (t) => {
  t.equal((image.ENTRY_EXEMPT | image.ENTRY_PORT | image.ENTRY_NTP_REPLY) & image.ENTRY_BLOCK, 0)
  t.ok(image.MAX_BLOCKS <= image.ENTRY_BLOCK)
  t.equal(image.POINTER, 2 ** 31)
  t.ok(image.MAX_OUTSIDE_INTERFACES < image.INTERFACE_SLOTS)
  t.equal(image.INTERFACE_SLOTS & (image.INTERFACE_SLOTS - 1), 0)
  t.end()
})

t.test('rows and cells: each combination has a place of its own', (t) => {
  const [nears, fars, sources] = [3, 4, 5]
  const rows = new Set<number>()
  for (const direction of [0, 1]) {
    for (let near = 0; near < nears; near++) for (let far = 0; far < fars; far++) rows.add(image.rowAt(direction, near, far, nears, fars))
  }
  t.equal(rows.size, 2 * nears * fars)
  t.equal(Math.max(...rows), 2 * nears * fars - 1)
  const cells = new Set<number>()
  for (let to = 0; to < 6; to++) for (let from = 0; from < sources; from++) cells.add(image.cellAt(100, to, from, sources))
  t.equal(cells.size, 6 * sources)
  t.strictSame([Math.min(...cells), Math.max(...cells)], [100, 100 + 6 * sources - 1])
  t.end()
})
