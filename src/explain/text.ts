// SPDX-License-Identifier: GPL-2.0-or-later
// An explanation for people: aligned sections in the order in which the engine goes. Owners and reasons come from a policy that a stranger
// may have written, so they are cleaned of what a terminal would obey; nothing of a payload is shown but what the tests looked at.

import { printable } from '../control/policy/excerpt.js'
import type { BlockFacts, EndFacts, ExemptionFacts, Explanation, PacketFacts } from './explanation.js'
import { PARSER_TEXTS } from '../catalogue/parsers.js'
import type { FrameFacts } from './frame.js'
import { momentText } from './moment.js'
import type { Placement } from './placement.js'
import { protocolText } from './subject.js'
import type { ParserTrace, PatternTrace, ShapeTrace, TestTrace } from './shapes.js'

const LABEL = 13

const line = (label: string, text: string): string => `${label.padEnd(LABEL)}${text}`

/** `assumed` are Question.assumed; dates are shown in `timezone`. */
export function explanationText(of: Explanation, assumed: readonly string[], timezone: string): string {
  const { packet, source, destination, directionBy, spoofed, block, mode, would, frame, placement } = of
  const lines = [
    ...(frame === null ? [] : [line('frame', frameText(frame))]),
    line('packet', packetText(packet, source, destination)),
    ...assumed.map((one, index) => line(index === 0 ? 'assumed' : '', one)),
    line('as of', momentText(of.time, timezone)),
    ...(directionBy === null ? [] : [line('direction', `${of.direction}, ${byText(directionBy)}: ${directionBy.why}`)]),
    ...(source === null ? [] : [line('source', endText(source))]),
    ...(destination === null ? [] : [line('destination', endText(destination))]),
    '',
    line('blocks', of.blocks.length === 0 ? 'none in this policy' : 'in policy order'),
    ...blocksLines(of, timezone),
    '',
    line('verdict', `${of.verdict}${would === null ? '' : `, and would ${would} if the block were enforced`}${spoofed ? '; spoofed' : ''}`),
    line('reason', `${of.reason}: ${of.meaning}`),
    line('block', block === null ? 'none' : `${block} (${mode})`),
    ...(placement === null ? [] : [line('placement', placementText(placement))]),
    ...of.disagreements.map((text) => line('DISAGREEMENT', text)),
  ]
  return `${lines.join('\n')}\n`
}

function frameText({ capture, frame, time, link, captured, wire, offset }: FrameFacts): string {
  const size = captured < wire ? `${bytes(wire)}, of which the first ${captured} were captured` : bytes(wire)
  const found = offset === null ? 'no IP packet found in it' : offset === 0 ? 'an IP packet' : `the IP packet behind ${bytes(offset)}`
  return [`${frame} of ${printable(capture)}`, ...(time === null ? [] : [time]), size, `link type ${link}`, found].join(', ')
}

function placementText({ where, queue }: Placement): string {
  if (queue === null) return 'kernel: no rule takes it to a queue, so that it passes there'
  if (where === 'userspace') return `userspace: the kernel sends it to the ${queue} queue`
  return `kernel: dropped there by itself; as long as this kernel does not take the rules, it goes to the ${queue} queue`
}

/** A policy with many blocks has few that the packet is for; the others are named in one line. */
const MOST_TOLD = 10

function blocksLines(of: Explanation, timezone: string): string[] {
  const isElsewhere = ({ misses }: BlockFacts) => misses.length === 1 && misses[0]?.condition === 'service'
  const folded = of.blocks.length > MOST_TOLD ? of.blocks.filter(isElsewhere) : []
  const told = of.blocks.filter((one) => !folded.includes(one))
  const names = folded.map(({ block }) => block).join(', ')
  return [
    ...told.flatMap((one) => blockLines(one, of, timezone)),
    ...(folded.length === 0 ? [] : [`  ${folded.length} more, for other services: ${names}`]),
  ]
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
  if (state === 'passes-on') return `has nothing against it: ${reason}; the next one is asked`
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

function patternLines({ name, source, minimum, maximum, tests, parser, result }: PatternTrace, which: string): string[] {
  const wanted = maximum === 65535 ? `${bytes(minimum)} or more` : minimum === maximum ? bytes(minimum) : `${minimum} to ${maximum} bytes`
  const outOfBounds = tests.length === 0 && parser === null && result === 'no'
  const parsed = parser === null ? [] : [`    ${parserText(parser, source)}`]
  const told = `${which}${name === null ? '' : `${printable(name)}, `}a payload of ${wanted}: ${outOfBounds ? 'no' : 'yes'}`
  return [`  ${told}${parser === null ? reference(null, source) : ''}`, ...tests.map((test) => `    ${testText(test)}`), ...parsed]
}

/** What bytes are and where that can be looked up, as far as it is said. Profiles of the user's own may say anything. */
function reference(field: string | null, source: string | null): string {
  const said = [field, source].filter((one) => one !== null).map(printable)
  return said.length === 0 ? '' : ` (${said.join('; ')})`
}

const parserText = ({ name, bytes: seen, result }: ParserTrace, source: string | null): string =>
  `${name}, in ${bytes(seen)} at most: ${PARSER_TEXTS[name].en}: ${result === 'matches' ? 'yes' : RESULTS[result]}${reference(null, source)}`

function testText({ offset, width, mask, low, high, seen, result, field, source }: TestTrace): string {
  const where = width === 1 ? `byte ${offset}` : `bytes ${offset}-${offset + width - 1}`
  const wanted = low === high ? low : `${low} to ${high}`
  const whole = /^f+$/.test(mask)
  if (seen === null)
    return `${where}: ${result === 'no' ? 'beyond the payload' : RESULTS[result]}; wanted ${wanted}${reference(field, source)}`
  const masked = whole ? '' : ` & ${mask} = ${maskedText(seen, mask)}`
  return `${where}: ${seen}${masked}, wanted ${wanted}: ${result === 'matches' ? 'yes' : 'no'}${reference(field, source)}`
}

const maskedText = (seen: string, mask: string): string =>
  ((Number.parseInt(seen, 16) & Number.parseInt(mask, 16)) >>> 0).toString(16).padStart(seen.length, '0')
