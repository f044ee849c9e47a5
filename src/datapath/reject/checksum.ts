// SPDX-License-Identifier: GPL-2.0-or-later
// The Internet checksum (RFC 1071): the one's complement of the one's complement sum of 16-bit words, most significant byte first.

/** `sum` and the words from `at` to before `end` added up; an odd byte at the end counts as the upper half of a word. */
export function addWords(bytes: Uint8Array, at: number, end: number, sum: number): number {
  let total = sum
  for (let byte = at; byte + 1 < end; byte += 2) total += (bytes[byte] << 8) | bytes[byte + 1]
  return ((end - at) & 1) === 0 ? total : total + (bytes[end - 1] << 8)
}

/** Writes the checksum over `sum`, below 2^31, at `at`. */
export function putChecksum(bytes: Uint8Array, at: number, sum: number): void {
  const once = (sum & 0xffff) + (sum >>> 16)
  const folded = ~((once & 0xffff) + (once >>> 16))
  bytes[at] = (folded >>> 8) & 0xff
  bytes[at + 1] = folded & 0xff
}
