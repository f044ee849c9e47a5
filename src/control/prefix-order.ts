// SPDX-License-Identifier: GPL-2.0-or-later
// Prefixes in order: by address, of one address the shorter first, of equal prefixes in the order given. Whatever lies inside a prefix
// follows it at once, so one pass with a stack knows what is around each. A radix sort over columns: of a million prefixes no object, no
// comparison and no string.

/** Prefixes of one family in order. */
export interface OrderedPrefixes {
  readonly count: number
  /** Words of an address: 1 for IPv4, 4 for IPv6, most significant first. */
  readonly width: 1 | 4
  readonly addresses: Uint32Array
  readonly lengths: Uint8Array
  /** What `orderPrefixes` was told of each. */
  readonly owners: Uint32Array
}

/** Prefixes of one owner in columns: for each the words of its address, then its length. */
export interface OwnedPrefixes {
  /** Below 2^24. */
  readonly owner: number
  readonly words: Uint32Array
}

const OWNER_BITS = 24
const DIGIT = 0xff

export function orderPrefixes(sources: readonly OwnedPrefixes[], width: 1 | 4): OrderedPrefixes {
  const count = sources.reduce((sum, { words }) => sum + words.length / (width + 1), 0)
  let [addresses, tags] = [new Uint32Array(count * width), new Uint32Array(count)]
  gather(sources, width, addresses, tags)
  let [otherAddresses, otherTags] = [new Uint32Array(count * width), new Uint32Array(count)]
  // From the least digit to the greatest, each pass stable: the length, then the address from its last byte on.
  for (let digit = 0; digit <= 4 * width; digit++) {
    const word = width - 1 - ((digit - 1) >> 2)
    const shift = ((digit - 1) & 3) << 3
    const [keys, stride, at, by] = digit === 0 ? [tags, 1, 0, OWNER_BITS] : [addresses, width, word, shift]
    const next = placesOf(keys, stride, at, by, count)
    if (next === null) continue
    for (let index = 0; index < count; index++) {
      const to = next[(keys[index * stride + at] >>> by) & DIGIT]++
      otherTags[to] = tags[index]
      for (let part = 0; part < width; part++) otherAddresses[to * width + part] = addresses[index * width + part]
    }
    ;[addresses, otherAddresses] = [otherAddresses, addresses]
    ;[tags, otherTags] = [otherTags, tags]
  }
  const lengths = new Uint8Array(count)
  for (let index = 0; index < count; index++) {
    lengths[index] = tags[index] >>> OWNER_BITS
    tags[index] &= (1 << OWNER_BITS) - 1
  }
  return { count, width, addresses, lengths, owners: tags }
}

function gather(sources: readonly OwnedPrefixes[], width: number, addresses: Uint32Array, tags: Uint32Array): void {
  let to = 0
  for (const { owner, words } of sources) {
    for (let at = 0; at < words.length; at += width + 1, to++) {
      for (let part = 0; part < width; part++) addresses[to * width + part] = words[at + part]
      tags[to] = ((words[at + width] << OWNER_BITS) | owner) >>> 0
    }
  }
}

/** Where the first of each digit goes; null where all have the same one, as the last bytes of most IPv6 prefixes do. */
function placesOf(keys: Uint32Array, stride: number, at: number, by: number, count: number): Uint32Array | null {
  const places = new Uint32Array(DIGIT + 2)
  for (let index = 0; index < count; index++) places[((keys[index * stride + at] >>> by) & DIGIT) + 1]++
  if (places.includes(count)) return null
  for (let digit = 1; digit < places.length; digit++) places[digit] += places[digit - 1]
  return places
}

/** Whether the prefix at `inner`, which does not come before `outer` in this order, lies inside that one or is the same. */
export function isInside({ width, addresses, lengths }: OrderedPrefixes, inner: number, outer: number): boolean {
  let bits = lengths[outer]
  if (lengths[inner] < bits) return false
  for (let word = 0; bits > 0; word++, bits -= 32) {
    const difference = addresses[inner * width + word] ^ addresses[outer * width + word]
    // Shifting a word by 32 would leave it as it is.
    if ((bits >= 32 ? difference : difference >>> (32 - bits)) !== 0) return false
  }
  return true
}
