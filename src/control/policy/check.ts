// SPDX-License-Identifier: GPL-2.0-or-later
// Second stage: everything that can be said of a policy, at once. First the form (conform.ts), then the meaning of what has the form.

import { checkAddresses } from './addresses.js'
import { checkRate } from './block-rules.js'
import { type CheckedBlock, checkBlocks } from './blocks.js'
import { conform } from './conform.js'
import { createCalendar } from './dates.js'
import type { Report } from './diagnostics.js'
import { quoted } from './excerpt.js'
import { type CheckedExemption, checkExemptions } from './exemptions.js'
import { type CheckedNetwork, checkNetworks } from './networks.js'
import { checkOverlaps } from './overlaps.js'
import { checkProfiles } from './profiles.js'
import type { Source } from './read.js'
import type { PolicyDocument } from './schema.js'
import { placeOf, type Subject } from './subject.js'
import { didYouMean } from './suggest.js'

/** A policy without errors, its names resolved. Whether it had none, `report` knows: normalise only then. */
export interface Checked {
  readonly document: PolicyDocument
  readonly timezone: string
  readonly networks: readonly CheckedNetwork[]
  readonly blocks: readonly CheckedBlock[]
  readonly exemptions: readonly CheckedExemption[]
  /** Indices of networks that hold a prefix more than once. */
  readonly repeating: ReadonlySet<number>
}

/** `now` in seconds since 1970 (UTC); `timezone` is the machine's. Null where the document is nothing to go on with. */
export function check({ located, prefixFiles }: Source, now: number, timezone: string, report: Report): Checked | null {
  if (located === null) return null
  // Before the faulty parts are taken out.
  const names = namesIn(mapping(located.value))
  const document = conform(located, report)
  if (document === null) return null
  const { positions } = located
  const own = document.timezone === undefined ? null : createCalendar(document.timezone)
  const calendar = own ?? createCalendar(timezone)
  if (calendar === null) throw new TypeError(`no timezone ${timezone}`)
  const subject: Subject = { document, positions, report, calendar, now, ...names }
  if (document.timezone !== undefined && own === null) {
    const hint = () => didYouMean(document.timezone as string, Intl.supportedValuesOf('timeZone'))
    report.add('bad-timezone', placeOf(subject, document, 'timezone'), `no timezone ${quoted(document.timezone)}`, hint)
  }
  checkInterfaces(subject)
  if (document.defaults?.observe !== undefined) checkRate(subject, document.defaults.observe)
  const networks = checkNetworks(subject, prefixFiles)
  const blocks = checkBlocks(subject, networks, checkProfiles(subject))
  const exemptions = checkExemptions(subject, blocks, prefixFiles)
  checkOverlaps(
    blocks,
    networks,
    new Set(exemptions.flatMap((exemption) => exemption.document.blocks)),
    document.defaults?.precision,
    report,
  )
  const repeating = checkAddresses(subject, networks, blocks, exemptions)
  return { document, timezone: calendar.timezone, networks, blocks, exemptions, repeating }
}

function checkInterfaces(subject: Subject): void {
  const { document, positions, report } = subject
  const outside = document.interfaces?.outside
  if ((outside !== undefined && outside.length > 0) || positions.isIncomplete(outside ?? document)) return
  const place = outside === undefined ? positions.start : placeOf(subject, document, 'interfaces')
  const message = 'without `interfaces: { outside: [...] }` direction is told by prefixes alone, which a forged source deceives'
  report.add('no-interfaces', place, message, 'name the interfaces towards the Internet')
}

function mapping(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function namesIn(document: Record<string, unknown>): Pick<Subject, 'networkNames' | 'profileNames' | 'blockNames' | 'profilesUsed'> {
  const blocks = Object.values(mapping(document.blocks)).map(mapping)
  const texts = (values: readonly unknown[]) => new Set(values.filter((value) => typeof value === 'string'))
  return {
    networkNames: new Set(Object.keys(mapping(document.networks))),
    profileNames: new Set(Object.keys(mapping(document.profiles))),
    blockNames: texts(blocks.map(({ name, profile }) => name ?? profile)),
    profilesUsed: texts(blocks.map(({ profile }) => profile)),
  }
}
