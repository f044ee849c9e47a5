// SPDX-License-Identifier: GPL-2.0-or-later
// Kernel sets as input of `ipset restore`: pure text. Ten thousand prefixes are one rule's match; exclusions are `nomatch` elements, since
// hash:net goes by the longest prefix itself.

import { IPV4_STRIDE, IPV6_STRIDE, ipv4Text, ipv6Text, written } from './addresses.js'
import { columnsOf, type Family, type KernelSet } from './sets.js'

/** ipset's own default, below which we do not go. */
const LEAST_ELEMENTS = 65_536
const LEAST_HASH_SIZE = 1024
/** ipset grows a full table by itself, at the price of building it anew; with this many elements a bucket it never has to. */
const ELEMENTS_PER_BUCKET = 4

/** Input of `ipset restore` that makes all of `sets`. */
export const renderSets = (sets: readonly KernelSet[]): string => sets.map(renderSet).join('')

/** Input of `ipset restore` that puts the elements of `set` in place of those it has now. Rules may refer to it; none of them ever sees a part. */
export const renderReplacement = (set: KernelSet, spare: string): string =>
  `${renderSet({ ...set, name: spare })}swap ${spare} ${set.name}\ndestroy ${spare}\n`

function renderSet({ name, family, set }: KernelSet): string {
  const { included, excluded } = elementsOf({ family, set })
  const count = included.count + excluded.count
  const hashSize = Math.max(LEAST_HASH_SIZE, 2 ** Math.ceil(Math.log2(count / ELEMENTS_PER_BUCKET)))
  const create = `create ${name} hash:net family ${family === 4 ? 'inet' : 'inet6'} hashsize ${hashSize} maxelem ${Math.max(LEAST_ELEMENTS, count)}`
  return `${create}\n${listed(`add ${name} `, included, '\n')}${listed(`add ${name} `, excluded, ' nomatch\n')}`
}

const listed = (before: string, { count, text }: Elements, behind: string): string =>
  count === 0 ? '' : before + written(count, text, behind + before) + behind

/** How many elements the kernel set has. */
export function countElements(of: Pick<KernelSet, 'family' | 'set'>): number {
  const { included, excluded } = elementsOf(of)
  return included.count + excluded.count
}

/** Of a million nobody needs all texts at once. */
interface Elements {
  readonly count: number
  readonly text: (index: number) => string
}

function elementsOf({ family, set }: Pick<KernelSet, 'family' | 'set'>): { included: Elements; excluded: Elements } {
  const { prefixes, exclusions } = columnsOf(set, family)
  const excluded = elements(exclusions, family, null)
  return { included: elements(prefixes, family, excluded), excluded }
}

/** hash:net knows no length 0: its two halves stand for it, but for a half that the other list decides. */
function elements(columns: Uint32Array, family: Family, deciding: Elements | null): Elements {
  const [stride, text, halves] =
    family === 4 ? [IPV4_STRIDE, ipv4Text, ['0.0.0.0/1', '128.0.0.0/1']] : [IPV6_STRIDE, ipv6Text, ['::/1', '8000::/1']]
  const plain: Elements = { count: columns.length / stride, text: (index) => text(columns, index * stride) }
  if (!hasDefault(columns, stride)) return plain
  const texts = ({ count, text }: Elements) => Array.from({ length: count }, (_, index) => text(index))
  const decided = new Set(deciding === null ? [] : texts(deciding))
  const list = texts(plain).flatMap((each) => (each.endsWith('/0') ? halves.filter((half) => !decided.has(half)) : each))
  return { count: list.length, text: (index) => list[index] as string }
}

function hasDefault(columns: Uint32Array, stride: number): boolean {
  for (let at = stride - 1; at < columns.length; at += stride) if (columns[at] === 0) return true
  return false
}
