// SPDX-License-Identifier: GPL-2.0-or-later
// One service of a block as rules for the kernel: what the engine finds in a plain packet (docs/verdicts.md, end of step 3, and step 5), as
// far as headers and fixed tests tell it. Where the packet may be what a parser has to tell, it is left alone. In a plain packet nothing is
// short of a fragment's bytes or cut, so neither has a rule.

import { maskWithin } from '../../contract/image.js'
import { ANSWER, CLASS_A, NOT_REPLY, PORT, REQUEST, SHORT, WRONG_SOURCE_PORT } from '../../contract/reasons.js'
import { ANY_LENGTH, type Pattern, type Shape } from '../../contract/shape.js'
import { CLASS_A_NTP_PORTS, NTP_PORT, NTP_REPLY } from '../../contract/shapes.js'
import type { Block } from '../policy/policy.js'
import type { Profile, Service } from '../profiles/profile.js'
import type { KernelRule, PortCondition } from './kernel-plan.js'
import { isClassA } from './ports.js'

/** The rules of `block` for a service of its own, of which clocksOf() says the same of all ports. Not for class D, which never drops unpoliced. */
export function rulesOf(block: Block, service: Service): KernelRule[] {
  const { precision, profile } = block
  if (precision === 'port' || profile === null || profile.class === null || service.protocol === 'tcp') return [whatever(PORT)]
  if (profile.class === 'A') return classARules(profile, clocksOf(block, service))
  return profile.class === 'B' ? classBRules(profile) : classCRules(profile)
}

/** Packets to leave alone, whatever is in them. */
export const leaveAlone = (port: PortCondition | null = null): KernelRule => ({ ...whatever(null), port })

/** Whether a parser has the last word on some packets of the service. */
export function needsParser(block: Block, service: Service): boolean {
  const { precision, profile } = block
  if (precision === 'port' || profile === null || service.protocol === 'tcp') return false
  const parsed = (shape: Shape | null) => partsOf(shape).parsed.length > 0
  if (profile.class === 'B') return parsed(profile.request) || parsed(profile.reply)
  return profile.class === 'C' && parsed(stoppedBy(profile))
}

/** Where a packet may be the reply of a clock that class A lets live: the other port that it then has. */
export function clocksOf(block: Block, { protocol, side, first, last }: Service): PortCondition[] {
  if (!isClassA(block) || protocol === 'tcp') return []
  const holds = (port: number) => first <= port && port <= last
  if (side === 'destination') return CLASS_A_NTP_PORTS.some(holds) ? [{ side: 'source', port: NTP_PORT, equal: true }] : []
  return holds(NTP_PORT) ? CLASS_A_NTP_PORTS.map((port) => ({ side: 'destination', port, equal: true })) : []
}

/** A request that looks like a clock's reply is a request still; where only a parser tells, the engine asks it. */
function classARules({ request }: Profile, clocks: readonly PortCondition[]): KernelRule[] {
  const alive = clocks.flatMap((port) => [...patterns(partsOf(request).fixed, CLASS_A, port), ...patterns(NTP_REPLY, null, port)])
  return [...alive, whatever(CLASS_A)]
}

function classBRules({ request, reply, replySourcePort }: Profile): KernelRule[] {
  const requests = partsOf(request)
  const replies = partsOf(reply)
  const least = Math.min(...(reply ?? []).map(({ minimum }) => minimum))
  const own: PortCondition = { side: 'source', port: replySourcePort ?? 0, equal: true }
  return [
    ...patterns(requests.fixed, REQUEST),
    ...patterns(requests.parsed, null),
    ...(least > 0 && least <= ANY_LENGTH ? [{ ...whatever(SHORT), maximum: least - 1 }] : []),
    ...patterns(replies.fixed, null, own),
    ...patterns(replies.fixed, WRONG_SOURCE_PORT),
    ...patterns(replies.parsed, null),
    whatever(NOT_REPLY),
  ]
}

function classCRules(profile: Profile): KernelRule[] {
  const { fixed, parsed } = partsOf(stoppedBy(profile))
  return [...patterns(fixed, profile.stops === 'reply' ? ANSWER : REQUEST), ...patterns(parsed, null)]
}

const stoppedBy = ({ stops, request, reply }: Profile): Shape | null => (stops === 'reply' ? reply : request)

function partsOf(shape: Shape | null): { readonly fixed: Shape; readonly parsed: Shape } {
  const all = shape ?? []
  return { fixed: all.filter(({ parser }) => parser === undefined), parsed: all.filter(({ parser }) => parser !== undefined) }
}

const whatever = (reason: number | null): KernelRule => ({ reason, minimum: 0, maximum: ANY_LENGTH, tests: [], port: null })

function patterns(shape: Shape, reason: number | null, port: PortCondition | null = null): KernelRule[] {
  return shape.map((pattern) => patternRule(pattern, reason, port)).filter(({ minimum, maximum }) => minimum <= maximum)
}

/** A test beyond the payload fails, so the payload is at least as long as the tests reach: the kernel need not find out by reading. */
function patternRule({ minimum, maximum, tests }: Pattern, reason: number | null, port: PortCondition | null): KernelRule {
  return {
    reason,
    minimum: Math.max(minimum, ...tests.map(({ offset, width }) => offset + width)),
    maximum,
    tests: tests.map(({ offset, width, mask, low, high }) => ({
      offset,
      width,
      mask: maskWithin(mask, width),
      low: low >>> 0,
      high: high >>> 0,
    })),
    port,
  }
}
