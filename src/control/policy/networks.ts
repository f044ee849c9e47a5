// SPDX-License-Identifier: GPL-2.0-or-later
// Checks the networks one by one, and brings their prefixes, inline or from a file, into columns.

import type { Report } from './diagnostics.js'
import { quoted } from './excerpt.js'
import type { Positions } from './positions.js'
import { type PrefixList, PrefixListBuilder, readPrefixFile, UNREAD } from './prefixes.js'
import { isReserved } from './reserved.js'
import type { NetworkDocument } from './schema.js'
import type { Subject } from './subject.js'
import type { TextFile } from './text.js'

/** A bound of ours: each network can become an address class of its own, several times over. */
export const MAX_NETWORKS = 1024

export interface CheckedNetwork {
  readonly name: string
  readonly document: NetworkDocument
  readonly prefixes: PrefixList
}

/** `prefixFiles` by the name that the policy uses. */
export function checkNetworks(
  { document, positions, report }: Subject,
  prefixFiles: ReadonlyMap<string, TextFile>,
): readonly CheckedNetwork[] {
  const networks = document.networks ?? {}
  const names = Object.keys(networks)
  if (names.length > MAX_NETWORKS) {
    report.add('too-large', positions.key(networks, names[MAX_NETWORKS] as string), `there are more than ${MAX_NETWORKS} networks`)
  }
  return names.slice(0, MAX_NETWORKS).map((name) => {
    const network = networks[name] as NetworkDocument
    if (isReserved(name, null)) {
      report.add('reserved-name', positions.key(networks, name), `${quoted(name)} cannot name a network`, 'choose another name')
    }
    const faults = report.counts.error
    const prefixes = columns(network, positions, prefixFiles, report)
    if (
      prefixes.ipv4.length + prefixes.ipv6.length === 0 &&
      prefixes.file !== UNREAD &&
      report.counts.error === faults &&
      !positions.isIncomplete(network.prefixes)
    ) {
      const span = positions.value(network, 'prefixes')
      report.add('empty-network', span, `the network ${quoted(name)} has no prefixes`, 'a block that protects it protects nobody there')
    }
    return { name, document: network, prefixes }
  })
}

function columns(
  { prefixes }: NetworkDocument,
  positions: Positions,
  prefixFiles: ReadonlyMap<string, TextFile>,
  report: Report,
): PrefixList {
  if (!Array.isArray(prefixes)) return readPrefixFile(prefixFiles.get(prefixes.file) ?? UNREAD, report)
  const builder = new PrefixListBuilder(positions.file)
  prefixes.forEach((text, index) => {
    builder.add(text, positions.value(prefixes, index), report)
  })
  return builder.list()
}
