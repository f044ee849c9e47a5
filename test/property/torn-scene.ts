// SPDX-License-Identifier: GPL-2.0-or-later
// What the writer and the readers of torn-reads.test.ts agree on.

/** Words of the memory that they share. */
export const WATCHED = { index: 0, stop: 1 } as const

/** All for udp/53, header only; the last is that of the wide exemptions. */
export const BLOCKS = 8
export const WIDE_BLOCK = BLOCKS - 1

/** What the host of this number is exempted from, as bits: half of the blocks that are not WIDE_BLOCK, the first always. */
export const exemptBlocks = (index: number): number => ((index * 37) & 0x7e) | 1

export const blocksOf = (bits: number): number[] =>
  Array.from({ length: BLOCKS }, (_, block) => block).filter((block) => (bits >> block) & 1)

/** Address `last` in the /24 or the /64 of this number, below 65,536: no two hosts share a group, and IPv6 ones share no node below /48. */
export const hostWords = (family: 4 | 6, index: number, last: number): number[] =>
  family === 4 ? [0x0a000000 + index * 256 + last] : [0x20010db8, index * 65_536, 0, last]
