// SPDX-License-Identifier: GPL-2.0-or-later
// Facts about rules in the short form of test/cases/surroundings.

import type { AddressRange } from '../../../src/control/surroundings/ranges.js'
import type { RuleFacts } from '../../../src/control/surroundings/rules.js'
import { ipv4Text, ipv6Text } from '../../../src/control/install/addresses.js'

function addressText(family: 4 | 6, value: bigint): string {
  const count = family === 4 ? 1 : 4
  const words = Array.from({ length: count }, (_, at) => Number((value >> BigInt(32 * (count - 1 - at))) & 0xffffffffn))
  const columns = Uint32Array.from([...words, 0])
  return (family === 4 ? ipv4Text(columns, 0) : ipv6Text(columns, 0)).replace('/0', '')
}

function rangesText(ranges: readonly AddressRange[] | null): string {
  if (ranges === null) return 'any'
  if (ranges.length === 0) return 'itself'
  return ranges
    .map(({ family, first, last }) =>
      first === last ? addressText(family, first) : `${addressText(family, first)}-${addressText(family, last)}`,
    )
    .join(',')
}

export const translationTexts = ({ translations }: RuleFacts): string[] =>
  translations.map(({ side, from, to }) => `${side} ${rangesText(from)} -> ${rangesText(to)}`)

export const queueRuleTexts = ({ queueRules }: RuleFacts): string[] =>
  queueRules.map(({ ours, first, last, bypass }) => `${ours ? 'ours' : 'theirs'} ${first}-${last}${bypass ? ' bypass' : ''}`)
