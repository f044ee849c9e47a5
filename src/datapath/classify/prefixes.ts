// SPDX-License-Identifier: GPL-2.0-or-later
// Longest-prefix look-up of an address class in the image: DIR-24-8 for IPv4 (at most two reads), a trie of a 16-bit root and 8-bit
// strides for IPv6 (at most fifteen). Addresses are read from the fields here and not passed in: above 2^31 an argument would be boxed.

import type { Image } from '../../contract/image.js'
import * as IMAGE from '../../contract/image.js'

const { GROUP_ENTRIES, POINTER } = IMAGE

const NUMBER = ~POINTER
const ADDRESS_BYTES = 16

/** Class of the IPv4 address in fields[field]. */
export function classOfIpv4(image: Image, fields: Uint32Array, field: number): number {
  const entry = image.ipv4Root[fields[field] >>> 8]
  if ((entry & POINTER) === 0) return entry
  return image.ipv4Groups[(entry & NUMBER) * GROUP_ENTRIES + (fields[field] & 0xff)]
}

/** Class of the IPv6 address in the four words from fields[field]. */
export function classOfIpv6(image: Image, fields: Uint32Array, field: number): number {
  let entry = image.ipv6Root[fields[field] >>> 16]
  // Bounded by the address and not by the image alone: the data path ends whatever the tables hold.
  for (let byte = 2; (entry & POINTER) !== 0 && byte < ADDRESS_BYTES; byte++) {
    const stride = (fields[field + (byte >>> 2)] >>> (24 - ((byte & 3) << 3))) & 0xff
    entry = image.ipv6Nodes[(entry & NUMBER) * GROUP_ENTRIES + stride]
  }
  return entry
}
