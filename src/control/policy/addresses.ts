// SPDX-License-Identifier: GPL-2.0-or-later
// Compares the prefixes of all networks and exemptions with one another. An address belongs to the network with the longest prefix around
// it, so the same prefix in two networks is ambiguous, and a longer one takes addresses out of the protection of a shorter one.

import type { CheckedBlock } from './blocks.js'
import { quoted } from './excerpt.js'
import type { CheckedExemption } from './exemptions.js'
import { type Prefix, sweep } from './nesting.js'
import type { CheckedNetwork } from './networks.js'
import { locatePrefix, prefixText } from './prefixes.js'
import type { Subject } from './subject.js'

/** The indices of networks that hold a prefix more than once. */
export function checkAddresses(
  { report }: Subject,
  networks: readonly CheckedNetwork[],
  blocks: readonly CheckedBlock[],
  exemptions: readonly CheckedExemption[],
): ReadonlySet<number> {
  const network = (index: number) => networks[index] as CheckedNetwork
  const repeating = new Set<number>()
  const carved = new Map<number, { readonly count: number; readonly first: Prefix }>()
  const met = exemptions.map(() => new Set<number>())

  sweep([...networks.map(({ prefixes }) => prefixes), ...exemptions.map(({ prefix }) => prefix)], networks.length, {
    twin(first, list, prefix) {
      if (first === list) {
        repeating.add(list)
        const span = () => locatePrefix(network(list).prefixes, prefix(), 1)
        report.add(
          'duplicate-prefix',
          span,
          () => `${quoted(prefixText(prefix()))} is in the network ${quoted(network(list).name)} already`,
        )
      } else {
        const message = () => `${quoted(prefixText(prefix()))} is in ${quoted(network(first).name)} and in ${quoted(network(list).name)}`
        report.add(
          'ambiguous-prefix',
          () => locatePrefix(network(list).prefixes, prefix(), 0),
          message,
          'an address belongs to one network',
        )
      }
    },
    inside(list, around, prefix) {
      const pair = list * networks.length + around
      const known = carved.get(pair)
      carved.set(pair, { count: (known?.count ?? 0) + 1, first: known?.first ?? prefix() })
    },
    met(guest, host) {
      met[guest - networks.length]?.add(host)
    },
  })

  for (const [pair, { count, first }] of carved) {
    const [list, around] = [Math.floor(pair / networks.length), pair % networks.length]
    const losing = blocks.filter(({ protect }) => protect.includes(around) && !protect.includes(list)).map(({ name }) => quoted(name))
    if (losing.length === 0) continue
    const others = count === 1 ? 'lies' : `and ${count - 1} more of ${quoted(network(list).name)} lie`
    const message = `${quoted(prefixText(first))} ${others} inside ${quoted(network(around).name)}, and the longer prefix wins: not protected by ${listed(losing)}`
    const hint = `protect ${quoted(network(list).name)} too, if that is not meant`
    report.add('carved-out', locatePrefix(network(list).prefixes, first, 0), message, hint)
  }

  exemptions.forEach(({ blocks: named, document, place, prefix: { ipv4At, ipv6At } }, index) => {
    const hosts = new Set(named.flatMap((number) => (blocks[number] as CheckedBlock).protect))
    const known = ipv4At.length + ipv6At.length > 0 && document.blocks.length > 0 && named.length === document.blocks.length
    if (!known || [...(met[index] as Set<number>)].some((host) => hosts.has(host))) return
    const { prefix } = document
    const exempted = typeof prefix === 'string' ? quoted(prefix) : `anybody in ${quoted(prefix.file)}`
    report.add('idle-exemption', place, `none of these blocks protects ${exempted}`, 'the exemption changes nothing')
  })
  return repeating
}

const listed = (names: readonly string[]): string =>
  names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ')
