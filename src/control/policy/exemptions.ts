// SPDX-License-Identifier: GPL-2.0-or-later
// Checks the exemptions one by one and resolves what they name. Whether their prefixes are in the right networks, addresses.ts finds.

import { NEVER } from '../../contract/image.js'
import type { Service } from '../profiles/profile.js'
import type { CheckedBlock } from './blocks.js'
import { quoted } from './excerpt.js'
import { type PrefixList, PrefixListBuilder, readPrefixFile, UNREAD } from './prefixes.js'
import type { ExemptionDocument } from './schema.js'
import { parseService, servicesMeet } from './services.js'
import { dateOf, placeOf, type Subject } from './subject.js'
import { didYouMean } from './suggest.js'
import type { Span, TextFile } from './text.js'

/** More than any ISP writes by hand; a file of prefixes is one. */
export const MAX_EXEMPTIONS = 16_384

export interface CheckedExemption {
  readonly document: ExemptionDocument
  /** One prefix, or those of a file. */
  readonly prefix: PrefixList
  /** Indices of checked blocks, each once. */
  readonly blocks: readonly number[]
  /** null: every service of those blocks. */
  readonly service: Service | null
  readonly expires: number
  /** Where the prefix is written, or the file is named. */
  readonly place: Span
}

/** `prefixFiles` by the name that the policy uses. */
export function checkExemptions(
  subject: Subject,
  blocks: readonly CheckedBlock[],
  prefixFiles: ReadonlyMap<string, TextFile>,
): readonly CheckedExemption[] {
  const { document, positions, report } = subject
  const exemptions = document.exemptions ?? []
  if (exemptions.length > MAX_EXEMPTIONS) {
    report.add('too-large', positions.value(exemptions, MAX_EXEMPTIONS), `there are more than ${MAX_EXEMPTIONS} exemptions`)
  }
  const numbers = new Map(blocks.map(({ name }, index) => [name, index]))
  return exemptions.slice(0, MAX_EXEMPTIONS).map((exemption) => {
    const place = placeOf(subject, exemption, 'prefix')
    const named = resolve(subject, exemption, numbers)
    const service = serviceOf(subject, exemption)
    const meets = ({ services }: CheckedBlock) => service !== null && services.some((other) => servicesMeet(other, service))
    if (service !== null && named.length === exemption.blocks.length && !named.some((number) => meets(blocks[number] as CheckedBlock))) {
      const message = `none of these blocks is about ${quoted(exemption.service as string)}`
      report.add(
        'idle-exemption',
        placeOf(subject, exemption, 'service'),
        message,
        'leave `service` out to exempt from all that they block',
      )
    }
    const expires = dateOf(subject, exemption, 'expires', NEVER)
    if (expires <= subject.now) {
      report.add('expired', placeOf(subject, exemption, 'expires'), 'the exemption is over', 'remove it, or give it a later date')
    }
    return { document: exemption, prefix: prefixOf(subject, exemption, place, prefixFiles), blocks: named, service, expires, place }
  })
}

function prefixOf(
  { positions, report }: Subject,
  { prefix }: ExemptionDocument,
  place: Span,
  prefixFiles: ReadonlyMap<string, TextFile>,
): PrefixList {
  if (typeof prefix === 'string') {
    const builder = new PrefixListBuilder(positions.file)
    builder.add(prefix, place, report)
    return builder.list()
  }
  const faults = report.counts.error
  const list = readPrefixFile(prefixFiles.get(prefix.file) ?? UNREAD, report)
  if (list.ipv4.length + list.ipv6.length === 0 && list.file !== UNREAD && report.counts.error === faults) {
    report.add('idle-exemption', place, `the file ${quoted(prefix.file)} holds no prefixes`, 'the exemption changes nothing')
  }
  return list
}

function resolve(subject: Subject, exemption: ExemptionDocument, numbers: ReadonlyMap<string, number>): readonly number[] {
  const { report, positions, blockNames } = subject
  if (exemption.blocks.length === 0 && !positions.isIncomplete(exemption.blocks)) {
    report.add(
      'empty-exemption',
      placeOf(subject, exemption, 'blocks'),
      'the exemption names no block',
      'name the blocks that leave this prefix alone',
    )
  }
  const found = new Set<number>()
  exemption.blocks.forEach((name, index) => {
    const number = numbers.get(name)
    if (number !== undefined) found.add(number)
    else if (!blockNames.has(name)) {
      report.add('unknown-block', positions.value(exemption.blocks, index), `no block ${quoted(name)}`, () =>
        didYouMean(name, [...blockNames]),
      )
    }
  })
  return [...found]
}

function serviceOf(subject: Subject, exemption: ExemptionDocument): Service | null {
  if (exemption.service === undefined) return null
  const service = parseService(exemption.service)
  if (service === null) {
    const message = `${quoted(exemption.service)} is no service`
    subject.report.add('bad-service', placeOf(subject, exemption, 'service'), message, 'ports are 1 to 65535, the lower first')
  }
  return service
}
