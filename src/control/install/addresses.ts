// SPDX-License-Identifier: GPL-2.0-or-later
// Prefixes and ranges of the steering plan as the kernel's tools want them: columns to text. Called a million times for a large set.

/** Words of one prefix in the columns: address, length. */
export const IPV4_STRIDE = 2
export const IPV6_STRIDE = 5

/** `198.51.100.0/24`, of the prefix at `at` in columns of IPv4_STRIDE. */
export const ipv4Text = (columns: Uint32Array, at: number): string => `${ipv4Address(columns, at)}/${columns[at + 1]}`

/** `2001:db8:100::/40`, of the prefix at `at` in columns of IPV6_STRIDE. */
export const ipv6Text = (columns: Uint32Array, at: number): string => `${ipv6Address(columns, at)}/${columns[at + 4]}`

/** So many texts are held at once. */
const PAGE = 4096

/** `text` of 0 to `count` - 1, with `between` in between. A million short texts at once would take several times the memory of the long one. */
export function written(count: number, text: (index: number) => string, between: string): string {
  const pages: string[] = []
  for (let from = 0; from < count; from += PAGE) {
    pages.push(Array.from({ length: Math.min(PAGE, count - from) }, (_, index) => text(from + index)).join(between))
  }
  return pages.join(between)
}

/** The address whose word is at `at`. */
export function ipv4Address(columns: Uint32Array, at: number): string {
  const address = columns[at]
  return `${address >>> 24}.${(address >>> 16) & 0xff}.${(address >>> 8) & 0xff}.${address & 0xff}`
}

/** The address whose four words begin at `at`, as RFC 5952 section 4 writes it. */
export function ipv6Address(columns: Uint32Array, at: number): string {
  const { first, count } = longestZeros(columns, at)
  let text = ''
  for (let group = 0; group < 8; group++) {
    if (group === first) {
      text += '::'
      group += count - 1
    } else {
      text += `${group === 0 || group === first + count ? '' : ':'}${groupOf(columns, at, group).toString(16)}`
    }
  }
  return text
}

/** One of the eight groups of 16 bits. */
const groupOf = (columns: Uint32Array, at: number, group: number): number => (columns[at + (group >> 1)] >>> (group & 1 ? 0 : 16)) & 0xffff

/** The longest run of zero groups, the first of equals; a single one is none. */
function longestZeros(columns: Uint32Array, at: number): { first: number; count: number } {
  let longest = { first: -1, count: 1 }
  for (let first = 0; first < 8; first++) {
    let end = first
    while (end < 8 && groupOf(columns, at, end) === 0) end++
    if (end - first > longest.count) longest = { first, count: end - first }
    if (end > first) first = end
  }
  return longest
}
