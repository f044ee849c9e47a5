// SPDX-License-Identifier: GPL-2.0-or-later
// The answer to a TCP opening segment: what the host that was called would say if nobody listened there (RFC 9293 section 3.10.7.1). The
// client takes it for a refusal and fails at once.

import * as FIELDS from '../../contract/fields.js'
import * as NUMBERS from '../../contract/numbers.js'
import { addWords, putChecksum } from './checksum.js'
import { IPV4_HEADER_BYTES, IPV6_HEADER_BYTES, pseudoHeader, putIpv4, putIpv6, putPair, putWord } from './header.js'

const {
  DESTINATION,
  DESTINATION_PORT,
  FAMILY,
  SOURCE_PORT,
  TCP_ACK,
  TCP_FIN,
  TCP_FLAGS,
  TCP_RST,
  TCP_SYN,
  TRANSPORT_AT,
  TRANSPORT_LENGTH,
} = FIELDS
const { PROTOCOL_TCP } = NUMBERS

const SEQUENCE = 4
const DATA_OFFSET = 12
const CHECKSUM = 16
const TCP_BYTES = 20
const WORDS_OF_HEADER = TCP_BYTES / 4

/** The number that acknowledges the segment: behind its data, of which SYN and FIN count as one each. */
function acknowledgement(bytes: Uint8Array, fields: Uint32Array): number {
  const at = fields[TRANSPORT_AT]
  const sequence =
    (bytes[at + SEQUENCE] << 24) | (bytes[at + SEQUENCE + 1] << 16) | (bytes[at + SEQUENCE + 2] << 8) | bytes[at + SEQUENCE + 3]
  const data = fields[TRANSPORT_LENGTH] - ((bytes[at + DATA_OFFSET] >>> 4) << 2)
  const flags = fields[TCP_FLAGS]
  return sequence + data + ((flags & TCP_SYN) !== 0 ? 1 : 0) + ((flags & TCP_FIN) !== 0 ? 1 : 0)
}

/** Writes the answer to the segment in `fields`, which is no fragment, and returns its length. */
export function putReset(answer: Uint8Array, bytes: Uint8Array, fields: Uint32Array): number {
  const ipv4 = fields[FAMILY] === 4
  const at = ipv4 ? IPV4_HEADER_BYTES : IPV6_HEADER_BYTES
  const length = at + TCP_BYTES
  if (ipv4) putIpv4(answer, length, PROTOCOL_TCP, 0, fields, DESTINATION)
  else putIpv6(answer, length, PROTOCOL_TCP, fields, DESTINATION)
  putPair(answer, at, fields[DESTINATION_PORT])
  putPair(answer, at + 2, fields[SOURCE_PORT])
  putWord(answer, at + SEQUENCE, 0)
  putWord(answer, at + SEQUENCE + 4, acknowledgement(bytes, fields))
  putPair(answer, at + DATA_OFFSET, (WORDS_OF_HEADER << 12) | TCP_RST | TCP_ACK)
  // Window, checksum, urgent pointer.
  putWord(answer, at + DATA_OFFSET + 2, 0)
  putPair(answer, at + CHECKSUM + 2, 0)
  putChecksum(answer, at + CHECKSUM, addWords(answer, at, length, pseudoHeader(answer, ipv4, PROTOCOL_TCP, TCP_BYTES)))
  return length
}
