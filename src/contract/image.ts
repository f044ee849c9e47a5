// SPDX-License-Identifier: GPL-2.0-or-later
// The image: a policy compiled to flat tables in one SharedArrayBuffer, shared by all workers, written by control/compile before it is
// published. Afterwards two things change in place, by the control side alone: the interface table, and exemptions (both below). Everything
// is little-endian 32-bit words, save the port tables, which are 16-bit.
//
//   header (64 words) | sections, each at a multiple of 64 bytes; the header says where and how long
//
// How a packet is classified, the same cost whatever the policy holds:
//
//   source address -----> address class --+                       near = the customer's side, far = the other
//   destination address -> address class -+-> direction -> near, far --> ROWS[direction][near][far] --+
//   interfaces -----------> outside? -----+                                                            +--> CELLS --> LISTS
//   destination port --------> port class ------------------------------------------------------------+      (candidates in policy order)
//   source port -------------> port class ------------------------------------------------------------+
//
// Address classes. Two addresses are of one class where the policy cannot tell them apart: same network (the one with the longest
// matching prefix), same networks named in an `except` around them, same exemptions around them. Class 0 is "no network".
//
// How an exemption comes and goes in a published image (control/compile/exempting.ts). Groups, nodes, classes, rows, cells and lists have
// room behind those in use; what is in use is never changed, moved or given a second meaning while the image lives, but for look-up entries.
// New ones are written whole into the room, where nobody looks. Then comes a barrier (`changes`), and then the entries that lead there are
// stored, one aligned word each. A reader that finds such an entry reads what it leads to by a load whose address comes from the entry's
// value; no processor that Node runs on, and no compiler, does that before it has the entry. So the data path reads plainly, without Atomics,
// and every look-up gives the old class or the new one: of one address, at one moment. A range of several entries changes entry by entry.

export const IMAGE_MAGIC = 0x69707869
/** Raised whenever a word changes meaning; another format is refused, never guessed at. */
export const IMAGE_FORMAT = 3

/** Header words. */
export const IMAGE_HEADER = {
  magic: 0,
  format: 1,
  /** Bytes of the whole image. */
  bytes: 2,
  /** Number of this publication, counted by the control side from 1. */
  generation: 3,
  /** ACCEPT or DROP: the verdict of a packet that the engine failed to decide (`overload`). */
  defaultVerdict: 4,
  /** 1: direction is told by the interface table; 0: by prefixes alone. */
  byInterface: 5,
  /** SHA-256 of the policy as read (all its files), eight words. */
  digest: 6,
  blocks: 14,
  /** Near sides that there is room for: those of the policy, and some that changes may add. */
  nears: 15,
  fars: 16,
  destinationPortClasses: 17,
  sourcePortClasses: 18,
  /** 0 or 1: which half of the interface table is in force. Changes in a published image. */
  activeInterfaces: 19,
  /** Bytes of each packet that the queues must copy for the shapes of these blocks, LEAST_COPY_RANGE to MOST_COPY_RANGE. */
  copyRange: 20,
  /** Exemptions added to and removed from the published image. */
  changes: 21,
  /** Two words a section from here: byte offset, length in entries; in the order of SECTIONS. */
  sections: 24,
} as const

export const IMAGE_HEADER_WORDS = 64

export const SECTIONS = [
  'ipv4Root',
  'ipv4Groups',
  'ipv6Root',
  'ipv6Nodes',
  'classes',
  'ports',
  'rows',
  'cells',
  'lists',
  'blocks',
  'patterns',
  'tests',
  'interfaces',
] as const
export type Section = (typeof SECTIONS)[number]

/**
 * Look-up entries of both families: a class, or with POINTER set the number of a 256-entry group (IPv4) or node (IPv6) that the next
 * 8 bits of the address index. One aligned word each, so that a reader sees the old or the new entry and never a mixture.
 * IPv4 is DIR-24-8 (Gupta, Lin, McKeown 1998): ipv4Root by the upper 24 bits. IPv6: ipv6Root by the upper 16, then 8 bits a step.
 */
export const POINTER = 0x80000000
export const IPV4_ROOT_ENTRIES = 1 << 24
export const IPV6_ROOT_ENTRIES = 1 << 16
export const GROUP_ENTRIES = 256

/** classes: CLASS_WORDS words for each address class. */
export const CLASS = {
  /** Index of this class as the customer's side, where 0 is protected by no block, and as the other, where 0 is in no `except`. */
  near: 0,
  far: 1,
  flags: 2,
  /** Index of the network in the policy + 1; 0 for none. Not read by the data path: for provenance. */
  network: 3,
} as const
export const CLASS_WORDS = 4
/** The network is marked `customers`. */
export const CLASS_CUSTOMER = 1
/** The address is in some network of the policy. */
export const CLASS_NAMED = 2

/** ports: four tables of 65,536 16-bit port classes. Class 0: no block asks for this port. */
export const PORT_TABLE = { udpDestination: 0, udpSource: 65536, tcpDestination: 131072, tcpSource: 196608 } as const
/**
 * Destination port class of a packet whose ports cannot be known (an endless header chain): its cell lists the blocks of every service.
 * Its source port class is 0.
 */
export const PORTS_UNKNOWN = 1

/** rows: one word for (direction, near, far): index into cells of a table of destinationPortClasses x sourcePortClasses entries. */
export const rowAt = (direction: number, near: number, far: number, nears: number, fars: number): number =>
  (direction * nears + near) * fars + far

/** cells: one word for each (row, destination port class, source port class): index into lists. 0 is the empty list. */
export const cellAt = (row: number, destinationPortClass: number, sourcePortClass: number, sourcePortClasses: number): number =>
  row + destinationPortClass * sourcePortClasses + sourcePortClass

/** lists: a count, then that many entries, in policy order: a block's index with flags. */
export const ENTRY_BLOCK = 0xffff
/** The block leaves this customer alone. */
export const ENTRY_EXEMPT = 0x80000000
/** The header decides: precision `port`, a custom rule, a profile without shapes, or TCP. */
export const ENTRY_PORT = 0x40000000
/** Class A on a port where a well-formed NTP reply from port 123 lives. */
export const ENTRY_NTP_REPLY = 0x20000000

/** blocks: BLOCK_WORDS words for each block, in policy order. */
export const BLOCK = {
  mode: 0,
  action: 1,
  blockClass: 2,
  /** In force where since <= now < expires, in seconds since 1970 (UTC). */
  since: 3,
  expires: 4,
  /** First pattern and number of patterns of the request and of the reply shape. */
  requestAt: 5,
  requestCount: 6,
  replyAt: 7,
  replyCount: 8,
  /** A payload shorter than this is no reply, whatever it holds: the least minimum of the reply patterns. */
  replyMinimum: 9,
  /** A reply must come from this port. */
  replySourcePort: 10,
  /** Allowed replies, of class D requests, per customer address: tokens a second and bucket size; rate 0 means no limit. */
  limitRate: 11,
  limitBurst: 12,
  /** Class C: what a positive shape is looked for of, STOPS_REQUEST or STOPS_REPLY. */
  stops: 13,
} as const
export const BLOCK_WORDS = 16
export const MAX_BLOCKS = 4096

export const MODE_OBSERVE = 0
export const MODE_ENFORCE = 1
export const ACTION_DROP = 0
export const ACTION_REJECT = 1
export const CLASS_NONE = 0
export const CLASS_A_BLOCK = 1
export const CLASS_B_BLOCK = 2
export const CLASS_C_BLOCK = 3
export const CLASS_D_BLOCK = 4
export const STOPS_REQUEST = 0
export const STOPS_REPLY = 1
export const ALWAYS = 0
export const NEVER = 0xffffffff

/** patterns: PATTERN_WORDS words each; contract/shape.ts says what they mean. `parser` is an index into PARSERS, 0 for none. */
export const PATTERN = { minimum: 0, maximum: 1, testAt: 2, testCount: 3, parser: 4 } as const
export const PATTERN_WORDS = 8
/** tests: TEST_WORDS words each. testAt counts tests, not words. A mask has no bits beyond its width (maskWithin). */
export const TEST = { offset: 0, width: 1, mask: 2, low: 3, high: 4 } as const
export const TEST_WORDS = 8
/** Of `mask`, the bits that `width` bytes have: the data path reads four bytes for each test. */
export const maskWithin = (mask: number, width: number): number => (mask & (0xffffffff >>> (32 - 8 * width))) >>> 0

/**
 * interfaces: two halves of INTERFACE_SLOTS words, each an open-addressed set of the interface indices that are outside
 * (slot = index & (INTERFACE_SLOTS - 1), then the next; 0 is empty). The control side fills the half that is not active, then flips
 * activeInterfaces; workers read that word once a batch.
 */
export const INTERFACE_SLOTS = 1024
/** A half is never filled beyond this, so that a look-up ends. */
export const MAX_OUTSIDE_INTERFACES = 512

/** The image as typed arrays. */
export interface Image {
  readonly memory: SharedArrayBuffer
  readonly header: Uint32Array
  readonly ipv4Root: Uint32Array
  readonly ipv4Groups: Uint32Array
  readonly ipv6Root: Uint32Array
  readonly ipv6Nodes: Uint32Array
  readonly classes: Uint32Array
  readonly ports: Uint16Array
  readonly rows: Uint32Array
  readonly cells: Uint32Array
  readonly lists: Uint32Array
  readonly blocks: Uint32Array
  readonly patterns: Uint32Array
  readonly tests: Uint32Array
  readonly interfaces: Uint32Array
  readonly blockCount: number
  readonly nears: number
  readonly fars: number
  readonly sourcePortClasses: number
  readonly byInterface: boolean
  readonly defaultVerdict: number
  readonly copyRange: number
}

const entryBytes = (section: Section): number => (section === 'ports' ? 2 : 4)

/**
 * A new, zeroed image with room for the given number of entries in each section; magic, format, bytes and the section table are set.
 * The caller fills the rest and calls openImage.
 */
export function createImageMemory(entries: Readonly<Record<Section, number>>): SharedArrayBuffer {
  let bytes = IMAGE_HEADER_WORDS * 4
  const table: number[] = []
  for (const section of SECTIONS) {
    table.push(bytes, entries[section])
    // By division: an image may be larger than 2 GiB, where the bits of a number end.
    bytes = Math.ceil((bytes + entries[section] * entryBytes(section)) / 64) * 64
  }
  const memory = new SharedArrayBuffer(bytes)
  const header = new Uint32Array(memory, 0, IMAGE_HEADER_WORDS)
  header[IMAGE_HEADER.magic] = IMAGE_MAGIC
  header[IMAGE_HEADER.format] = IMAGE_FORMAT
  header[IMAGE_HEADER.bytes] = bytes
  header.set(table, IMAGE_HEADER.sections)
  return memory
}

/** The words of one section; for `ports`, use portSection. */
export function wordSection(memory: SharedArrayBuffer, section: Exclude<Section, 'ports'>): Uint32Array {
  const at = IMAGE_HEADER.sections + 2 * SECTIONS.indexOf(section)
  const header = new Uint32Array(memory, 0, IMAGE_HEADER_WORDS)
  return new Uint32Array(memory, header[at] as number, header[at + 1] as number)
}

/** The port tables. */
export function portSection(memory: SharedArrayBuffer): Uint16Array {
  const at = IMAGE_HEADER.sections + 2 * SECTIONS.indexOf('ports')
  const header = new Uint32Array(memory, 0, IMAGE_HEADER_WORDS)
  return new Uint16Array(memory, header[at] as number, header[at + 1] as number)
}

/** Views of a complete image, in this or another thread. Throws where it is none or of another format. */
export function openImage(memory: SharedArrayBuffer): Image {
  const header = new Uint32Array(memory, 0, IMAGE_HEADER_WORDS)
  if (header[IMAGE_HEADER.magic] !== IMAGE_MAGIC || header[IMAGE_HEADER.format] !== IMAGE_FORMAT) {
    throw new TypeError('not an image of this format')
  }
  return {
    memory,
    header,
    ipv4Root: wordSection(memory, 'ipv4Root'),
    ipv4Groups: wordSection(memory, 'ipv4Groups'),
    ipv6Root: wordSection(memory, 'ipv6Root'),
    ipv6Nodes: wordSection(memory, 'ipv6Nodes'),
    classes: wordSection(memory, 'classes'),
    ports: portSection(memory),
    rows: wordSection(memory, 'rows'),
    cells: wordSection(memory, 'cells'),
    lists: wordSection(memory, 'lists'),
    blocks: wordSection(memory, 'blocks'),
    patterns: wordSection(memory, 'patterns'),
    tests: wordSection(memory, 'tests'),
    interfaces: wordSection(memory, 'interfaces'),
    blockCount: header[IMAGE_HEADER.blocks] as number,
    nears: header[IMAGE_HEADER.nears] as number,
    fars: header[IMAGE_HEADER.fars] as number,
    sourcePortClasses: header[IMAGE_HEADER.sourcePortClasses] as number,
    byInterface: header[IMAGE_HEADER.byInterface] === 1,
    defaultVerdict: header[IMAGE_HEADER.defaultVerdict] as number,
    copyRange: header[IMAGE_HEADER.copyRange] as number,
  }
}
