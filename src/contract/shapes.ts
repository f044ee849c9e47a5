// SPDX-License-Identifier: GPL-2.0-or-later
// Shapes that fixed tests can tell, as data, written once: the catalogue names them, the compiler puts them into the image and (where the
// kernel decides) into nft rules, inspect/ evaluates them from the image.
//
// A shape is a list of patterns, any of which makes it match. A pattern matches where the UDP payload's length lies within its bounds
// and all its tests hold. A test reads `width` bytes at `offset` from the first payload byte, big-endian, and holds where
// low <= (bytes & mask) <= high. Tests are evaluated in the order given, and the first that fails or cannot be read ends the pattern.

export interface FixedTest {
  /** Bytes from the first UDP payload byte. offset + width is at most MAX_SHAPE_BYTES. */
  readonly offset: number
  readonly width: 1 | 2 | 4
  readonly mask: number
  readonly low: number
  readonly high: number
}

export interface Pattern {
  /** Bounds of the payload's length as the UDP header gives it, both inclusive. */
  readonly minimum: number
  readonly maximum: number
  readonly tests: readonly FixedTest[]
}

export type Shape = readonly Pattern[]

const ANY_LENGTH = 65535

const equal = (offset: number, width: 1 | 2 | 4, mask: number, value: number): FixedTest => ({
  offset,
  width,
  mask,
  low: value,
  high: value,
})

const between = (offset: number, width: 1 | 2 | 4, mask: number, low: number, high: number): FixedTest => ({
  offset,
  width,
  mask,
  low,
  high,
})

/** DNS query: the QR bit is clear (RFC 1035 section 4.1.1). Nothing else is asked: forwarders answer malformed queries too. */
export const DNS_REQUEST: Shape = [{ minimum: 3, maximum: ANY_LENGTH, tests: [equal(2, 1, 0x80, 0x00)] }]

/** DNS response: a whole header, QR set, opcode QUERY, at most one question (RFC 1035 section 4.1.1, RFC 9619). */
export const DNS_REPLY: Shape = [{ minimum: 12, maximum: ANY_LENGTH, tests: [equal(2, 1, 0xf8, 0x80), between(4, 2, 0xffff, 0, 1)] }]

/**
 * What makes an NTP server answer: mode 3 client, 1 symmetric active, 6 control (RFC 9327), 7 private (monlist, CVE-2013-5211).
 * Modes 6 and 7 count as requests with the response bit too: an error answered by an error loops for ever (CVE-2009-3563).
 */
export const NTP_REQUEST: Shape = [
  { minimum: 1, maximum: ANY_LENGTH, tests: [equal(0, 1, 0x07, 3)] },
  { minimum: 1, maximum: ANY_LENGTH, tests: [equal(0, 1, 0x07, 1)] },
  { minimum: 1, maximum: ANY_LENGTH, tests: [between(0, 1, 0x07, 6, 7)] },
]

/**
 * NTP answer: mode 4 server or 2 symmetric passive, version 1 to 4, stratum up to 16, the 48 bytes of RFC 5905 section 7.3.
 * The origin timestamp is not looked at: real servers send it as zero.
 */
export const NTP_REPLY: Shape = [4, 2].map((mode) => ({
  minimum: 48,
  maximum: ANY_LENGTH,
  tests: [equal(0, 1, 0x07, mode), between(0, 1, 0x38, 0x08, 0x20), between(1, 1, 0xff, 0, 16)],
}))

/**
 * SSDP search or announcement: `M-SEARCH` or `NOTIFY` first (UPnP Device Architecture 2.0, sections 1.2.2 and 1.3.2).
 * One to three bytes that begin like one of them count as one: nothing that short is an answer to anybody.
 */
export const SSDP_REQUEST: Shape = [
  { minimum: 1, maximum: 3, tests: [between(0, 1, 0xff, 0x4d, 0x4e)] },
  { minimum: 8, maximum: ANY_LENGTH, tests: [equal(0, 4, 0xffffffff, 0x4d2d5345), equal(4, 4, 0xffffffff, 0x41524348)] },
  { minimum: 6, maximum: ANY_LENGTH, tests: [equal(0, 4, 0xffffffff, 0x4e4f5449), equal(4, 2, 0xffff, 0x4659)] },
]

/**
 * SQL Server resolution request ([MS-SQLR] section 2.2): 02 or 03 alone, 04 with an instance name of at most 32 bytes, 0f with one byte;
 * and 04 with exactly 376 bytes, the worm Slammer (CVE-2002-0649). The exact lengths make a one-byte signature safe.
 */
export const MSSQL_REQUEST: Shape = [
  { minimum: 1, maximum: 1, tests: [between(0, 1, 0xff, 0x02, 0x03)] },
  { minimum: 1, maximum: 33, tests: [equal(0, 1, 0xff, 0x04)] },
  { minimum: 376, maximum: 376, tests: [equal(0, 1, 0xff, 0x04)] },
  { minimum: 2, maximum: 2, tests: [equal(0, 1, 0xff, 0x0f)] },
]

/** STUN binding request: type 0001 and the magic cookie (RFC 8489 section 5). */
export const STUN_REQUEST: Shape = [
  { minimum: 20, maximum: ANY_LENGTH, tests: [equal(0, 2, 0xffff, 0x0001), equal(4, 4, 0xffffffff, 0x2112a442)] },
]

/**
 * Destination ports on which a class A block lets a well-formed NTP reply from source port 123 live: Linux source NAT moves the second
 * client that uses port 123 behind one address to a port of 1 to 511, and these are the ones in use there that a block covers.
 */
export const CLASS_A_NTP_PORTS: readonly number[] = [69, 111, 137, 138, 139, 161, 177, 389, 427, 520, 623]
export const NTP_PORT = 123
