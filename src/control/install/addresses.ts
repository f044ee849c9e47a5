// SPDX-License-Identifier: GPL-2.0-or-later
// Prefixes and ranges of the steering plan as the kernel's tools want them: columns to text. Called a million times for a large set.

/** Words of one prefix in the columns: address, length. */
export const IPV4_STRIDE = 2
export const IPV6_STRIDE = 5

/** `198.51.100.0/24`, of the prefix at `at` in columns of IPv4_STRIDE. */
export const ipv4Text = (columns: Uint32Array, at: number): string => `${ipv4Address(columns, at)}/${columns[at + 1]}`

/** `2001:db8:100::/40`, of the prefix at `at` in columns of IPV6_STRIDE. */
export const ipv6Text = (columns: Uint32Array, at: number): string => `${ipv6Address(columns, at)}/${columns[at + 4]}`

/** The address whose word is at `at`. */
export function ipv4Address(columns: Uint32Array, at: number): string {
  const address = columns[at]
  return `${address >>> 24}.${(address >>> 16) & 0xff}.${(address >>> 8) & 0xff}.${address & 0xff}`
}

/** The address whose four words begin at `at`, as RFC 5952 section 4 writes it. */
export function ipv6Address(columns: Uint32Array, at: number): string {
  const groups: number[] = []
  for (let word = at; word < at + 4; word++) groups.push(columns[word] >>> 16, columns[word] & 0xffff)
  const { first, count } = longestZeros(groups)
  const hex = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':')
  return count < 2 ? hex(groups) : `${hex(groups.slice(0, first))}::${hex(groups.slice(first + count))}`
}

/** The longest run of zero groups, the first of equals. */
function longestZeros(groups: readonly number[]): { first: number; count: number } {
  let longest = { first: 0, count: 0 }
  for (let first = 0; first < groups.length; first++) {
    let end = first
    while (groups[end] === 0) end++
    if (end - first > longest.count) longest = { first, count: end - first }
  }
  return longest
}
