// SPDX-License-Identifier: GPL-2.0-or-later
// What became of one block of the policy: what the engine made of it (engine.ts), and from the policy why. Differences between the two go
// into `disagreements`.

import { OUTCOMES } from '../contract/counters.js'
import { PAYLOAD_LENGTH } from '../contract/fields.js'
import { ALWAYS, ENTRY_EXEMPT, NEVER } from '../contract/image.js'
import { DORMANT, REASONS, type Reason, UNDECIDED } from '../contract/reasons.js'
import { blockOf, reasonOf, SHAPES, shapeOf } from '../contract/verdicts.js'
import type { Prefix } from '../control/policy/nesting.js'
import type { Block, Exemption, Policy } from '../control/policy/policy.js'
import { prefixText } from '../control/policy/prefixes.js'
import { serviceText } from '../control/policy/services.js'
import { exemptionsOf, missesOf, serviceOf } from './coverage.js'
import type { Answer, Covering } from './engine.js'
import type { BlockFacts, ExemptionFacts } from './explanation.js'
import { longestAround, type Words } from './networks.js'
import { type ShapeTrace, traceShapes } from './shapes.js'
import type { Subject } from './subject.js'

export function blockFacts(
  policy: Policy,
  index: number,
  subject: Subject | null,
  answer: Answer,
  now: number,
  disagreements: string[],
): BlockFacts {
  const block = policy.blocks[index] as Block
  const covering = answer.covering.find((one) => one.block === index) ?? null
  const misses = missesOf(policy, block, subject)
  const exemptions = subject === null || misses.length > 0 ? [] : exemptionsOf(policy, index, subject)
  const service = subject && serviceOf(block, subject)
  const found = covering?.found ?? null
  const shapes = covering === null || found === null || subject?.endless === true ? [] : traceOf(covering, answer, block)
  const facts: BlockFacts = {
    block: block.name,
    state: stateOf(block, covering, blockOf(answer.decision) === index),
    direction: block.direction,
    mode: block.mode,
    precision: block.precision,
    action: block.action,
    class: block.profile?.class ?? null,
    service: service && serviceText(service),
    misses,
    reason: found && (REASONS[found.reason] as Reason),
    outcome: found && (OUTCOMES[found.outcome] as (typeof OUTCOMES)[number]),
    shape: found && (SHAPES[found.shape] as (typeof SHAPES)[number]),
    since: block.since === ALWAYS ? null : timeText(block.since),
    expires: block.expires === NEVER ? null : timeText(block.expires),
    exemptions: exemptions.map((exemption) => exemptionFacts(exemption, subject?.near as Words, now)),
    limit: block.limit,
    purpose: block.reason,
    shapes,
  }
  disagreements.push(...differences(facts, index, covering, answer, block, now).map((text) => `${block.name}: ${text}`))
  return facts
}

const traceOf = ({ entry }: Covering, { image, memory, fields }: Answer, { profile }: Block) =>
  traceShapes(image, entry, memory, fields, profile)

function stateOf({ mode }: Block, covering: Covering | null, told: boolean): BlockFacts['state'] {
  if (covering === null) return 'no-match'
  if (covering.leftOut !== UNDECIDED) return covering.leftOut === DORMANT ? 'dormant' : 'exempt'
  if (covering.found === null) return 'not-reached'
  if (mode === 'observe') return 'observes'
  return told ? 'decides' : 'passes-on'
}

const timeText = (seconds: number): string => new Date(seconds * 1000).toISOString()

function exemptionFacts({ prefix, service, owner, reason, expires }: Exemption, near: Words, now: number): ExemptionFacts {
  return {
    prefix: prefixText(longestAround(prefix, near) as Prefix),
    service: service && serviceText(service),
    owner,
    reason,
    expires: expires === NEVER ? null : timeText(expires),
    over: now >= expires && expires !== NEVER,
  }
}

/** What this explanation says and the engine does not. */
function differences(
  { misses, exemptions, shapes, shape }: BlockFacts,
  index: number,
  covering: Covering | null,
  { decision, fields }: Answer,
  { since, expires }: Block,
  now: number,
): string[] {
  const texts: string[] = []
  const say = (subject: string, engine: boolean | string, here: boolean | string) => {
    if (engine !== here) texts.push(`${subject}: the engine says ${engine}, the policy ${here}`)
  }
  say('covers the packet', covering !== null, misses.length === 0)
  if (covering === null) return texts
  say('in force', covering.leftOut !== DORMANT, now >= since && (now < expires || expires === NEVER))
  say(
    'exempts',
    (covering.entry & ENTRY_EXEMPT) !== 0,
    exemptions.some(({ over }) => !over),
  )
  if (covering.found === null) return texts
  say('the shape', shape as string, shapeTold(shapes, fields[PAYLOAD_LENGTH]))
  if (blockOf(decision) === index) {
    say('the reason', REASONS[reasonOf(decision)] as string, REASONS[covering.found.reason] as string)
    say('the shape it saw', SHAPES[shapeOf(decision)] as string, shape as string)
  }
  return texts
}

/** The shape that a trace ends in. */
function shapeTold(shapes: readonly ShapeTrace[], length: number): string {
  const last = shapes.at(-1)
  if (last === undefined) return 'none'
  if (last.result === 'matches') return last.shape
  if (last.result !== 'no') return last.result
  // Class A: the reply of a clock that is no request of the service.
  const before = shapes.at(-2)
  if (before?.result === 'matches') return before.shape
  const tooShort = shapes.length > 1 && last.patterns.every(({ minimum }) => length < minimum)
  return tooShort ? 'short' : 'other'
}
