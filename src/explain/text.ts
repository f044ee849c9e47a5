// SPDX-License-Identifier: GPL-2.0-or-later
// An explanation for people: aligned sections in the order in which the engine goes. Owners and reasons come from a policy that a stranger
// may have written, so they are cleaned of what a terminal would obey; nothing of a payload is shown but what the tests looked at.

import { printable } from '../control/policy/excerpt.js'
import type { BlockFacts, EndFacts, ExemptionFacts, Explanation, PacketFacts } from './explanation.js'
import { momentText } from './moment.js'
import { protocolText } from './subject.js'
import type { PatternTrace, ShapeTrace, TestTrace } from './shapes.js'

const LABEL = 13

const line = (label: string, text: string): string => `${label.padEnd(LABEL)}${text}`

/** `assumed` are Question.assumed; dates are shown in `timezone`. */
export function explanationText(of: Explanation, assumed: readonly string[], timezone: string): string {
  const { packet, source, destination, directionBy, spoofed, block, mode, would } = of
  const lines = [
    line('packet', packetText(packet, source, destination)),
    ...assumed.map((one, index) => line(index === 0 ? 'assumed' : '', one)),
    line('as of', momentText(of.time, timezone)),
    ...(directionBy === null ? [] : [line('direction', `${of.direction}, ${byText(directionBy)}: ${directionBy.why}`)]),
    ...(source === null ? [] : [line('source', endText(source))]),
    ...(destination === null ? [] : [line('destination', endText(destination))]),
    '',
    line('blocks', of.blocks.length === 0 ? 'none in this policy' : 'in policy order'),
    ...of.blocks.flatMap((one) => blockLines(one, of, timezone)),
    '',
    line('verdict', `${of.verdict}${would === null ? '' : `, and would ${would} if the block were enforced`}${spoofed ? '; spoofed' : ''}`),
    line('reason', `${of.reason}: ${of.meaning}`),
    line('block', block === null ? 'none' : `${block} (${mode})`),
    ...of.disagreements.map((text) => line('DISAGREEMENT', text)),
  ]
  return `${lines.join('\n')}\n`
}

function packetText(
  { length, copied, family, protocol, tcpFlags, payload }: PacketFacts,
  source: EndFacts | null,
  to: EndFacts | null,
): string {
  const size = `${bytes(length)}${copied < length ? `, of which the first ${copied} are looked at` : ''}`
  if (family === null || source === null || to === null) return `not readable as far as its ports, ${size}`
  const parts = [
    `${protocol === null ? 'protocol not known' : protocolText(protocol)} ${withPort(source)} > ${withPort(to)}`,
    ...(tcpFlags === null ? [] : [`flags ${tcpFlags}`]),
    `IPv${family}`,
    size,
    ...(payload === null
      ? []
      : [`payload ${bytes(payload.length)}${payload.here < payload.length ? ` (${payload.here} in this fragment)` : ''}`]),
  ]
  return parts.join(', ')
}

const bytes = (count: number): string => `${count} byte${count === 1 ? '' : 's'}`

function withPort({ address, port }: EndFacts): string {
  if (port === null) return address
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

const byText = ({ by, rule }: NonNullable<Explanation['directionBy']>): string => (rule === null ? `by ${by}` : `by ${by} (rule ${rule})`)

function endText({ address, network, customer, prefix }: EndFacts): string {
  if (network === null) return `${address} is in no network of the policy`
  return `${address} is in ${network}${customer ? ' (customers)' : ''} by ${prefix}`
}

function blockLines(of: BlockFacts, { verdict }: Explanation, timezone: string): string[] {
  const { block, misses, exemptions, shapes, limit, purpose } = of
  const inner = (text: string) => `    ${text}`
  const missed = misses.map(({ condition, text }) => `${condition}: ${text}`)
  if (missed.length === 1) return [`  ${block}: does not cover it; ${missed[0]}`]
  const lines = [`  ${block}: ${stateText(of, verdict, timezone)}`, ...missed.map(inner)]
  if (missed.length > 0) return lines
  const precision = of.class === null ? `by ${of.precision}` : `by ${of.precision} (class ${of.class})`
  lines.push(
    inner(`${of.mode}, ${precision}${of.service === null ? '' : `, ${of.service}`}${of.action === 'reject' ? ', action reject' : ''}`),
  )
  if (purpose !== null) lines.push(inner(`why: ${printable(purpose)}`))
  lines.push(...exemptions.map((one) => inner(exemptionText(one, timezone))))
  if (limit !== null) lines.push(inner(`limit ${limit.rate}/s, burst ${limit.burst}: one packet never meets it`))
  return [...lines, ...shapes.flatMap(shapeLines).map(inner)]
}

function stateText({ state, action, reason, outcome, since, expires }: BlockFacts, verdict: string, timezone: string): string {
  if (state === 'decides') return `decides: ${reason}, ${verdict}${action === 'reject' && outcome === 'drop' ? ' without an answer' : ''}`
  if (state === 'observes') return `observes: ${reason}, ${outcome === 'would' ? 'would act if it were enforced' : 'accept'}`
  if (state === 'not-reached') return 'covers it, and is not reached: an enforced block before it has decided'
  if (state === 'exempt') return 'covers it, and leaves this customer alone: exempt'
  if (state === 'no-match') return 'does not cover it'
  const [from, until] = [
    since === null ? '' : ` from ${momentText(since, timezone)}`,
    expires === null ? '' : ` until ${momentText(expires, timezone)}`,
  ]
  return `covers it, and is dormant: in force${from}${until}`
}

function exemptionText({ prefix, service, owner, reason, expires, over }: ExemptionFacts, timezone: string): string {
  const of = `exemption of ${prefix}${service === null ? '' : ` for ${service}`}`
  const words = [...(owner === null ? [] : [`owner ${printable(owner)}`]), ...(reason === null ? [] : [printable(reason)])]
  const end = expires === null ? 'without end' : `${over ? 'over since' : 'until'} ${momentText(expires, timezone)}`
  return [of, ...words, end].join('; ')
}

const RESULTS = {
  matches: 'matches',
  no: 'does not match',
  short: 'this fragment is too short to tell',
  cut: 'not enough bytes are copied',
}

function shapeLines({ shape, result, patterns, of }: ShapeTrace): string[] {
  return [
    `${shape} shape: ${RESULTS[result]}`,
    ...patterns.flatMap((pattern, index) => patternLines(pattern, of === 1 ? '' : `pattern ${index + 1} of ${of}, `)),
  ]
}

function patternLines({ minimum, maximum, tests, result }: PatternTrace, which: string): string[] {
  const wanted = maximum === 65535 ? `${bytes(minimum)} or more` : minimum === maximum ? bytes(minimum) : `${minimum} to ${maximum} bytes`
  const tooMany = tests.length === 0 && result === 'no'
  return [`  ${which}a payload of ${wanted}: ${tooMany ? 'no' : 'yes'}`, ...tests.map((test) => `    ${testText(test)}`)]
}

function testText({ offset, width, mask, low, high, seen, result }: TestTrace): string {
  const where = width === 1 ? `byte ${offset}` : `bytes ${offset}-${offset + width - 1}`
  const wanted = low === high ? low : `${low} to ${high}`
  const whole = /^f+$/.test(mask)
  if (seen === null) return `${where}: ${result === 'no' ? 'beyond the payload' : RESULTS[result]}; wanted ${wanted}`
  const masked = whole ? '' : ` & ${mask} = ${maskedText(seen, mask)}`
  return `${where}: ${seen}${masked}, wanted ${wanted}: ${result === 'matches' ? 'yes' : 'no'}`
}

const maskedText = (seen: string, mask: string): string =>
  ((Number.parseInt(seen, 16) & Number.parseInt(mask, 16)) >>> 0).toString(16).padStart(seen.length, '0')
