// SPDX-License-Identifier: GPL-2.0-or-later
// What the kernel would drop by its plan, the oracle drops, for the same reason and by the same block; and what the oracle drops of plain
// packets by a block that the kernel has, the kernel drops too, save what it leaves alone for a reason that is named here.

import fc from 'fast-check'
import t from 'tap'
import { REASONS } from '../../src/contract/reasons.js'
import { DROP } from '../../src/contract/verdicts.js'
import { compile } from '../../src/control/compile/compile.js'
import { reduceExemptions } from '../../src/control/compile/exemptions.js'
import { type KernelPlan, PLACE_CAUSES } from '../../src/control/compile/kernel-plan.js'
import { type Asked, planKernel } from '../../src/control/compile/placement.js'
import type { Policy } from '../../src/control/policy/policy.js'
import { fateOf } from '../oracle/kernel.js'
import { type Judgement, judge } from '../oracle/linear.js'
import { NOW } from '../oracle/scene.js'
import { tape } from './choices.js'
import { hold } from './hold.js'
import { block, KINDS } from './policies.js'
import { randomPackets } from './random-packets.js'
import { randomSituation } from './random-policies.js'
import { packetText, situationText } from './readable-policy.js'

const POLICIES = 1000
const PACKETS = 60
const CAUSES = PLACE_CAUSES.map((cause) => `cause ${cause}`)
const DROPPED = ['port', 'class-a', 'request', 'short', 'not-reply', 'wrong-source-port', 'answer']

/** The set of some networks is what the steering's set of a block is that protects them. */
const carve = (policy: Policy) => (networks: readonly number[]) => {
  const asking = { ...policy, blocks: [block(KINDS.dns, { protect: networks })], exemptions: [] }
  return compile(asking, { digest: new Uint32Array(8), generation: 1 }).plan.sets[0]!
}

/** Why the kernel may leave to the engine what a block of its own drops. null: it may not. */
function mayLeave({ placed }: KernelPlan, policy: Policy, by: number, at: number): string | null {
  if (placed[by]!.place === 'userspace') return by < at ? 'crossed by userspace' : null
  if (placed[by]!.cause === 'partly') return 'parser'
  const { class: of, request } = policy.blocks[by]!.profile ?? {}
  if (of === 'A' && request?.some(({ parser }) => parser !== undefined)) return 'parser of a clock'
  return policy.exemptions.some(({ blocks, service }) => service !== null && blocks.includes(by)) ? 'exemption' : null
}

function differs(plan: KernelPlan, policy: Policy, fate: ReturnType<typeof fateOf>, told: Judgement): string | null {
  if (fate.kind === 'drop') {
    const same = told.verdict === DROP && told.block === fate.block && told.reason === fate.reason
    return same
      ? null
      : `the kernel drops ${REASONS[fate.reason]} by ${fate.block}, the oracle says ${REASONS[told.reason]} by ${told.block}`
  }
  if (told.verdict !== DROP || fate.kind === 'not-plain' || plan.placed[told.block]!.place === 'userspace') return null
  if (fate.kind === 'alone' && mayLeave(plan, policy, fate.block, told.block) !== null) return null
  return `the oracle drops ${REASONS[told.reason]} by ${told.block}, the kernel does not: ${JSON.stringify(fate)}`
}

t.setTimeout(600_000)

t.test('the plan drops what the oracle drops', async (t) => {
  const seen = new Map<string, number>()
  const count = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1)
  const asking = fc.array(fc.constantFrom<Asked>('auto', 'auto', 'auto', 'kernel', 'userspace', 'refused'), { maxLength: 6 })
  const property = fc.property(
    randomSituation,
    fc.array(tape, { minLength: PACKETS, maxLength: PACKETS }),
    asking,
    (situation, tapes, asked) => {
      const { policy } = situation
      const outside = new Set(situation.outside)
      const plan = planKernel(policy, NOW, reduceExemptions(policy, NOW), carve(policy), asked)
      for (const { cause } of plan.placed) count(`cause ${cause}`)
      for (const packet of randomPackets(situation, tapes)) {
        const fate = fateOf(plan, packet, outside)
        const told = judge(packet, { policy, outside, now: NOW, limiter: new Map() })
        const difference = differs(plan, policy, fate, told)
        if (difference !== null) throw new Error(`${difference}\n${packetText(packet)}\n${situationText(situation)}\nasked ${asked}`)
        count(fate.kind)
        if (fate.kind === 'drop') count(REASONS[fate.reason]!)
        else if (fate.kind === 'alone' && told.verdict === DROP) count(`left: ${mayLeave(plan, policy, fate.block, told.block)}`)
      }
    },
  )
  if (!hold(t, 'every plain packet', property, POLICIES)) return
  const missing = [...CAUSES, ...DROPPED].filter((what) => !process.env.IPXXB_PROPERTY_PATH && !seen.has(what))
  t.same(missing, [], 'every cause, and every reason that the kernel drops for, at least once')
  t.comment([...seen].map(([what, often]) => `${what} ${often}`).join(', '))
})
