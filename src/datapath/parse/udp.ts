// SPDX-License-Identifier: GPL-2.0-or-later
// The UDP header (RFC 768; RFC 2675 section 4 for IPv6) and the three lengths of its payload.

import * as FIELDS from '../../contract/fields.js'
import * as REASONS from '../../contract/reasons.js'

const { DESTINATION_PORT, FAMILY, PAYLOAD_AT, PAYLOAD_COPIED, PAYLOAD_HERE, PAYLOAD_LENGTH, SOURCE_PORT, TCP_FLAGS } = FIELDS
const { CUT, MALFORMED, UNDECIDED } = REASONS

const SOURCE_PORT_FIELD = 0
const DESTINATION_PORT_FIELD = 2
const LENGTH_FIELD = 4
const HEADER_BYTES = 8
const MAX_DATAGRAM_BYTES = 65535

/** Reads the UDP header at `at`; parameters as in parseTransport. FAMILY is known by now. */
export function parseUdp(bytes: Uint8Array, at: number, seen: number, end: number, whole: boolean, fields: Uint32Array): number {
  if (at + HEADER_BYTES > end) return MALFORMED
  if (at + LENGTH_FIELD + 2 > seen) return CUT
  let length = (bytes[at + LENGTH_FIELD] << 8) | bytes[at + LENGTH_FIELD + 1]
  // Meant for jumbograms, but Linux takes it in any IPv6 packet: a query would slip by as malformed, and be answered.
  // Where a first fragment ends is not known; the greatest length makes what it does not show short, and never a payload that is whole.
  if (length === 0 && fields[FAMILY] === 6) length = whole ? end - at : MAX_DATAGRAM_BYTES
  if (length < HEADER_BYTES || (whole && length > end - at)) return MALFORMED
  if (at + HEADER_BYTES > seen) return CUT

  fields[SOURCE_PORT] = (bytes[at + SOURCE_PORT_FIELD] << 8) | bytes[at + SOURCE_PORT_FIELD + 1]
  fields[DESTINATION_PORT] = (bytes[at + DESTINATION_PORT_FIELD] << 8) | bytes[at + DESTINATION_PORT_FIELD + 1]
  fields[TCP_FLAGS] = 0
  const payloadAt = at + HEADER_BYTES
  const payloadLength = length - HEADER_BYTES
  const here = Math.min(end - payloadAt, payloadLength)
  fields[PAYLOAD_AT] = payloadAt
  fields[PAYLOAD_LENGTH] = payloadLength
  fields[PAYLOAD_HERE] = here
  fields[PAYLOAD_COPIED] = Math.min(seen - payloadAt, here)
  return UNDECIDED
}
