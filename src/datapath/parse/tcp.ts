// SPDX-License-Identifier: GPL-2.0-or-later
// The TCP header (RFC 9293 section 3.1), as far as the flags: a block on TCP looks at the opening segment's header only.

import * as FIELDS from '../../contract/fields.js'
import * as REASONS from '../../contract/reasons.js'

const { DESTINATION_PORT, SOURCE_PORT, TCP_FLAGS, TCP_SYN } = FIELDS
const { CUT, MALFORMED, UNDECIDED } = REASONS

const SOURCE_PORT_FIELD = 0
const DESTINATION_PORT_FIELD = 2
const DATA_OFFSET = 12
const FLAGS = 13
const HEADER_BYTES = 20
const PORTS_BYTES = 4
/** What a fragment carries at least, unless it is the last (RFC 791 section 3.2): receivers put no smaller ones together. */
const LEAST_FRAGMENT_BYTES = 8

function readPorts(bytes: Uint8Array, at: number, fields: Uint32Array): void {
  fields[SOURCE_PORT] = (bytes[at + SOURCE_PORT_FIELD] << 8) | bytes[at + SOURCE_PORT_FIELD + 1]
  fields[DESTINATION_PORT] = (bytes[at + DESTINATION_PORT_FIELD] << 8) | bytes[at + DESTINATION_PORT_FIELD + 1]
}

/** A first fragment that ends before the flags does so to hide them (RFC 1858 section 3): it counts as what it would hide. */
function parseHidden(bytes: Uint8Array, at: number, seen: number, fields: Uint32Array): number {
  if (at + PORTS_BYTES > seen) return CUT
  readPorts(bytes, at, fields)
  fields[TCP_FLAGS] = TCP_SYN
  return UNDECIDED
}

/** Reads the TCP header at `at`; parameters as in parseTransport, which has cleared the transport fields. */
export function parseTcp(bytes: Uint8Array, at: number, seen: number, end: number, whole: boolean, fields: Uint32Array): number {
  if (at + HEADER_BYTES > end) {
    if (whole || at + LEAST_FRAGMENT_BYTES > end) return MALFORMED
    if (at + FLAGS + 1 > end) return parseHidden(bytes, at, seen, fields)
  }
  if (at + DATA_OFFSET + 1 > seen) return CUT
  const headerBytes = (bytes[at + DATA_OFFSET] >>> 4) << 2
  if (headerBytes < HEADER_BYTES || (whole && headerBytes > end - at)) return MALFORMED
  if (at + FLAGS + 1 > seen) return CUT

  readPorts(bytes, at, fields)
  fields[TCP_FLAGS] = bytes[at + FLAGS]
  return UNDECIDED
}
