// SPDX-License-Identifier: GPL-2.0-or-later
// How long it takes to add an exemption to an image that is in force, or to remove one: hosts that each lie in a /24 of their own, which takes
// a group where none is yet; whole /16 networks, which turn every entry inside; and those with a host in each /24, where that is a group
// of 256 for each. The very first change counts like all others.

import { openImage } from '../src/contract/image.js'
import { Exempting } from '../src/control/compile/exempting.js'
import type { Prepared } from '../src/control/reload.js'
import { classOfIpv4 } from '../src/datapath/classify/prefixes.js'
import { seeded } from './seeded.js'
import { spreadOf } from './spread.js'

const SEED = 47
const BLOCKS = [0]
/** More than about 16,000 new groups an image has no room for without being compiled again; each network with hosts takes 256. */
const HOSTS = 10_000
const NETWORKS = 1000
const CROWDED_NETWORKS = 16
const TIMES_EACH = 50

export interface Change {
  readonly what: string
  /** Of each change. */
  readonly milliseconds: readonly number[]
  /**
   * After every TURN changes, as many spans in which nothing is done but to read the clock until the median of those changes has passed.
   * What a span takes longer is the machine standing still: nothing of ours can be in it.
   */
  readonly clockMilliseconds: readonly number[]
}

const TURN = 100

function readClockFor(milliseconds: number): number {
  const begun = performance.now()
  for (;;) {
    const passed = performance.now() - begun
    if (passed >= milliseconds) return passed
  }
}

/** Each change is seen in the image at once, or this throws. */
export function measureChanges({ policy, compiled }: Pick<Prepared, 'policy' | 'compiled'>): { changes: readonly Change[] } {
  const exempting = new Exempting(compiled)
  const image = openImage(compiled.image)
  const random = seeded(SEED)
  const column = policy.networks[0]?.prefixes.ipv4 as Uint32Array
  const exempted = new Set(policy.exemptions.flatMap(({ prefix }) => [...prefix.ipv4.filter((_, word) => word % 2 === 0)]))

  const drawNetwork = (length: number): number => {
    const row = 2 * random.below(column.length / 2)
    const address = (column[row] as number) + random.below(2 ** (32 - (column[row + 1] as number)))
    return (address & (0xffffffff << (32 - length))) >>> 0
  }
  const drawHost = (): number => {
    const host = drawNetwork(32)
    return exempted.has(host) ? drawHost() : host
  }
  const words = new Uint32Array(1)
  const timed = (how: 'add' | 'remove', address: number, length: number): number => {
    words[0] = address
    const before = classOfIpv4(image, words, 0)
    const begun = performance.now()
    const outcome = exempting[how]({ words: [address], length }, BLOCKS, null)
    const milliseconds = performance.now() - begun
    if (outcome !== 'changed' || classOfIpv4(image, words, 0) === before) throw new Error(`${how} ${address}/${length}: ${outcome}`)
    return milliseconds
  }
  const measured = (what: string, count: number, length: number, draw: () => number): Change => {
    const times = new Float64Array(2 * count)
    const clock = new Float64Array(2 * count)
    for (let begin = 0; begin < times.length; begin += TURN) {
      const turn = times.subarray(begin, begin + TURN)
      for (let at = 0; at < turn.length; at += 2) {
        const address = draw()
        turn[at] = timed('add', address, length)
        turn[at + 1] = timed('remove', address, length)
      }
      const { median } = spreadOf([...turn])
      for (let at = 0; at < turn.length; at++) clock[begin + at] = readClockFor(median)
    }
    return { what, milliseconds: [...times], clockMilliseconds: [...clock] }
  }
  const crowd = (network: number): number => {
    for (let at = 1; at < 2 ** 16; at += 256) exempting.add({ words: [network + at], length: 32 }, BLOCKS, null)
    return network
  }
  const crowded = Array.from({ length: CROWDED_NETWORKS }, () => crowd(drawNetwork(16)))
  return {
    changes: [
      measured('host', HOSTS, 32, drawHost),
      measured('/16', NETWORKS, 16, () => drawNetwork(16)),
      measured('/16 with a host in each /24', CROWDED_NETWORKS * TIMES_EACH, 16, () => crowded[random.below(CROWDED_NETWORKS)] as number),
    ],
  }
}
