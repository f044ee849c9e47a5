// SPDX-License-Identifier: GPL-2.0-or-later
// Kernel sets as input of `ipset restore`: pure text. Ten thousand prefixes are one rule's match; exclusions are `nomatch` elements, since
// hash:net goes by the longest prefix itself.

import { IPV4_STRIDE, IPV6_STRIDE, ipv4Text, ipv6Text } from './addresses.js'
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
  const count = included.length + excluded.length
  const hashSize = Math.max(LEAST_HASH_SIZE, 2 ** Math.ceil(Math.log2(count / ELEMENTS_PER_BUCKET)))
  const create = `create ${name} hash:net family ${family === 4 ? 'inet' : 'inet6'} hashsize ${hashSize} maxelem ${Math.max(LEAST_ELEMENTS, count)}`
  return `${create}\n${listed(`add ${name} `, included, '\n')}${listed(`add ${name} `, excluded, ' nomatch\n')}`
}

const listed = (before: string, texts: readonly string[], behind: string): string =>
  texts.length === 0 ? '' : before + texts.join(behind + before) + behind

/** How many elements the kernel set has. Counted without writing them down, which for a hundred thousand takes too long. */
export function countElements({ family, set }: Pick<KernelSet, 'family' | 'set'>): number {
  const { prefixes, exclusions } = columnsOf(set, family)
  const stride = family === 4 ? IPV4_STRIDE : IPV6_STRIDE
  const hasDefault = (columns: Uint32Array): boolean => {
    for (let at = stride - 1; at < columns.length; at += stride) if (columns[at] === 0) return true
    return false
  }
  if (hasDefault(prefixes) || hasDefault(exclusions)) {
    const { included, excluded } = elementsOf({ family, set })
    return included.length + excluded.length
  }
  return (prefixes.length + exclusions.length) / stride
}

function elementsOf({ family, set }: Pick<KernelSet, 'family' | 'set'>): { included: string[]; excluded: string[] } {
  const { prefixes, exclusions } = columnsOf(set, family)
  const excluded = elements(exclusions, family, new Set())
  return { included: elements(prefixes, family, new Set(excluded)), excluded }
}

/** The prefixes as text. hash:net knows no length 0: its two halves stand for it, but for a half that the other list decides. */
function elements(columns: Uint32Array, family: Family, decided: ReadonlySet<string>): string[] {
  const [stride, text, halves] =
    family === 4 ? [IPV4_STRIDE, ipv4Text, ['0.0.0.0/1', '128.0.0.0/1']] : [IPV6_STRIDE, ipv6Text, ['::/1', '8000::/1']]
  const list: string[] = []
  for (let at = 0; at < columns.length; at += stride) {
    if (columns[at + stride - 1] === 0) list.push(...halves.filter((half) => !decided.has(half)))
    else list.push(text(columns, at))
  }
  return list
}
