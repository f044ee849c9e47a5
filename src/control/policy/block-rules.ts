// SPDX-License-Identifier: GPL-2.0-or-later
// What a block by itself may not be, however well it is formed: each rule with its reason. And the precision that a block has in the end.

import { CLASS_A_NTP_PORTS } from '../../contract/shapes.js'
import { findProfile } from '../profiles/catalogue.js'
import type { Service } from '../profiles/profile.js'
import type { CheckedBlock } from './blocks.js'
import { quoted } from './excerpt.js'
import type { Precision } from './policy.js'
import { MAX_LIMIT, RATE } from './schema.js'
import { placeOf, type Subject } from './subject.js'

/** Nothing but the header is ever looked at: custom rules, profiles without shapes, and TCP. */
export function isHeaderOnly({ profile, services }: Pick<CheckedBlock, 'profile' | 'services'>): boolean {
  return profile === null || profile.class === null || services.every(({ protocol }) => protocol === 'tcp')
}

export function precisionOf(block: CheckedBlock, byDefault: Precision | undefined): Precision {
  return isHeaderOnly(block) ? 'port' : (block.document.precision ?? byDefault ?? 'shape')
}

/**
 * What `limit` could police is there only where a shape lets it live: the replies of class B and, where there can be a clock behind a
 * NAT, of class A; the requests of class D.
 */
function canBeLimited(block: CheckedBlock, byDefault: Precision | undefined): boolean {
  // What is wrong with such a block, checkServed says.
  if (block.profile?.class === 'D' && block.mode === 'enforce') return true
  if (precisionOf(block, byDefault) !== 'shape') return false
  switch (block.profile?.class) {
    case 'A':
      return hasClocks(block)
    case 'B':
    case 'D':
      return true
    default:
      return false
  }
}

/** Whether replies of a clock live: on CLASS_A_NTP_PORTS, which a service on the source port leads to as well. */
function hasClocks({ direction, services }: CheckedBlock): boolean {
  const reaches = ({ protocol, side, first, last }: Service, port: number) =>
    protocol === 'udp' && (side === 'source' || (first <= port && port <= last))
  return direction === 'inbound' && CLASS_A_NTP_PORTS.some((port) => services.some((service) => reaches(service, port)))
}

export function checkBlockRules(subject: Subject, block: CheckedBlock): void {
  const { report, document } = subject
  const { document: written, profile, review } = block
  const byDefault = document.defaults?.precision
  const udp = block.services.some(({ protocol }) => protocol === 'udp')

  // What is meant for a day stays for ever otherwise.
  if (written.emergency === true && written.expires === undefined) {
    report.add('emergency-without-expires', placeOf(subject, written, 'emergency'), 'an emergency has no end', 'add `expires: YYYY-MM-DD`')
  }
  // Answering the forged sources of an attack would make the router a reflector itself.
  if (written.action === 'reject' && block.direction === 'inbound') {
    const message = 'an inbound block cannot reject: the answers would hit whoever the source addresses belong to'
    report.add('reject-inbound', placeOf(subject, written, 'action'), message, 'leave `action` out: packets are dropped')
  }
  if (profile?.class === 'D' && block.mode === 'enforce') checkServed(subject, block, profile.name)
  // Without a shape every reply to a client that has this port dies too; the operator says that he knows.
  const own = profile === null || (profile.class === null && findProfile(profile.name) === null)
  if (own && udp && (written.precision ?? byDefault) !== 'port') {
    const what = profile === null ? 'a custom rule' : `a profile without \`class\``
    const message = `${what} has no shapes: it also kills replies to customers whose clients use this port`
    report.add('custom-udp', placeOf(subject, written, 'precision', 'service', 'profile'), message, 'say so: `precision: port`')
  } else if (written.precision === 'shape' && isHeaderOnly(block)) {
    const message = `${quoted(block.name)} is decided by the header alone: there are no shapes to tell`
    report.add('no-shapes', placeOf(subject, written, 'precision'), message, 'leave `precision` out')
  }
  checkPlacement(subject, block)
  checkLimit(subject, block, canBeLimited(block, byDefault))
  if (review !== null && review <= subject.now) {
    const hint = 'see whether the block is still needed, then set a new date'
    report.add('overdue-review', placeOf(subject, written, 'review'), `the review of ${quoted(block.name)} is due`, hint)
  }
}

/** What customers serve, nobody may be kept from asking for; only how often. */
function checkServed(subject: Subject, block: CheckedBlock, name: string): void {
  const { report, document } = subject
  const { document: written } = block
  const served = `${name} is of class D, which customers legitimately serve`
  if (written.limit === undefined) {
    const hint = 'write `mode: observe`, or add a limit: `limit: { rate: 50/s, burst: 100 }`'
    report.add('class-d-enforced', placeOf(subject, written, 'mode', 'profile'), `${served}: it cannot be enforced without a limit`, hint)
  } else if (precisionOf(block, document.defaults?.precision) === 'port' || block.services.some(({ protocol }) => protocol === 'tcp')) {
    const message = `${served}: it cannot be enforced by port, which would drop all of it`
    report.add('class-d-enforced', placeOf(subject, written, 'precision', 'mode', 'profile'), message, 'write `precision: shape`')
  }
}

/** What the kernel cannot do, whatever its rules; what else keeps a block in userspace, `ipxxb plan` says. */
function checkPlacement(subject: Subject, { name, mode, profile, document: written }: CheckedBlock): void {
  if (written.placement !== 'kernel') return
  const why =
    mode === 'observe'
      ? 'it is observed, and what it would drop has to be counted one by one'
      : written.action === 'reject'
        ? 'the answers to what it rejects are made there'
        : profile?.class === 'D'
          ? 'its limit is kept there'
          : null
  if (why === null) return
  const message = `${quoted(name)} is decided in userspace: ${why}`
  subject.report.add('no-kernel', placeOf(subject, written, 'placement'), message, 'leave `placement` out')
}

function checkLimit(subject: Subject, { document: { limit }, document }: CheckedBlock, works: boolean): void {
  if (limit === undefined) return
  if (checkRate(subject, limit) && !works) {
    const hint = 'it polices replies, or of class D requests, that a shape tells and lets live; this block has none'
    subject.report.add('idle-limit', placeOf(subject, document, 'limit'), 'the limit has no effect', hint)
  }
}

/** Whether it is one; what is wrong is reported. */
export function checkRate(subject: Subject, holder: { readonly rate: string }): boolean {
  const rate = parseRate(holder.rate)
  if (rate >= 1 && rate <= MAX_LIMIT) return true
  subject.report.add('bad-rate', placeOf(subject, holder, 'rate'), `${quoted(holder.rate)} is no rate`, `from 1/s to ${MAX_LIMIT}/s`)
  return false
}

/** Events a second; the schema has seen to the form. */
export function parseRate(text: string): number {
  return Number(RATE.exec(text)?.[1])
}
