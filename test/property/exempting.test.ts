// SPDX-License-Identifier: GPL-2.0-or-later
// Exemptions added to a living image and removed from it, in random series, against the oracle: after each change the engine on that image
// says of random packets what the oracle says of the changed policy. Where the image cannot take a change, the policy is compiled, as the control
// side does it, and the series goes on from there.

import fc from 'fast-check'
import t from 'tap'
import { NEVER, openImage } from '../../src/contract/image.js'
import { type Compiled, compile } from '../../src/control/compile/compile.js'
import { Exempting } from '../../src/control/compile/exempting.js'
import type { Exemption, Policy } from '../../src/control/policy/policy.js'
import { clearHostBits, prefixColumns, prefixesOf } from '../oracle/addresses.js'
import { judge } from '../oracle/linear.js'
import { NOW } from '../oracle/scene.js'
import { tape } from './choices.js'
import { differenceOf } from './compare.js'
import { openRunOn, runPackets } from './engine-run.js'
import { hold } from './hold.js'
import { randomPackets } from './random-packets.js'
import { randomSituation, type Situation } from './random-policies.js'
import { packetText, situationText } from './readable-policy.js'

t.setTimeout(300_000)

/** Each prefix of each exemption by itself, for all and for one of its blocks, and the prefixes around it: what nests and repeats. */
function pool({ exemptions }: Policy): Exemption[] {
  return exemptions.flatMap((each) =>
    prefixesOf(each).flatMap((prefix) =>
      [0, 1, 8].flatMap((shorter) =>
        [each.blocks, each.blocks.slice(0, 1)].map((blocks) => ({
          ...each,
          blocks,
          expires: NEVER,
          prefix: prefixColumns([clearHostBits(prefix, Math.max(0, prefix.length - shorter))]),
        })),
      ),
    ),
  )
}

function tell(exempting: Exempting, adds: boolean, { prefix: { ipv4, ipv6 }, blocks, service }: Exemption): string {
  const words = [...(ipv4.length > 0 ? ipv4 : ipv6)]
  const prefix = { words: words.slice(0, -1), length: words.at(-1)! }
  return adds ? exempting.add(prefix, blocks, service) : exempting.remove(prefix, blocks, service)
}

function requireAgreement(compiled: Compiled, situation: Situation, tapes: readonly (readonly number[])[]): void {
  const { policy, outside } = situation
  const run = openRunOn(openImage(compiled.image), policy, outside, compiled.nextChange)
  const packets = randomPackets(situation, tapes)
  const limiter = new Map()
  for (const [index, said] of runPackets(run, packets, NOW).entries()) {
    const packet = packets[index]!
    const difference = differenceOf(judge(packet, { policy, outside: new Set(outside), now: NOW, limiter }), said)
    if (difference) throw new Error(`${difference}\n${packetText(packet)}\n${situationText(situation)}`)
  }
}

t.test('the engine on a changed image and the oracle agree', async (t) => {
  const outcomes = new Map<string, number>()
  const series = fc.property(
    randomSituation,
    fc.array(fc.tuple(fc.boolean(), fc.nat(1000)), { minLength: 6, maxLength: 6 }),
    fc.array(tape, { minLength: 30, maxLength: 30 }),
    (situation, steps, tapes) => {
      const all = pool(situation.policy)
      if (all.length === 0) return
      const options = { digest: new Uint32Array(8), generation: 1, now: NOW }
      let policy = { ...situation.policy, exemptions: all.filter((_, index) => index % 3 === 0) }
      let compiled = compile(policy, options)
      let exempting = new Exempting(compiled)
      for (const [adds, number] of steps) {
        const taken = number % Math.max(1, policy.exemptions.length)
        const each = adds ? all[number % all.length]! : policy.exemptions[taken]
        if (each === undefined) continue
        const outcome = tell(exempting, adds, each)
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
        policy = { ...policy, exemptions: adds ? [...policy.exemptions, each] : policy.exemptions.toSpliced(taken, 1) }
        if (outcome !== 'changed') {
          compiled = compile(policy, options)
          exempting = new Exempting(compiled)
        }
        requireAgreement(compiled, { ...situation, policy }, tapes)
      }
    },
  )
  if (!hold(t, 'each step of each series', series, 150)) return
  t.comment([...outcomes].map(([outcome, count]) => `${outcome} ${count}`).join(', '))
  t.ok((outcomes.get('changed') ?? 0) > 300, 'most of them in place')
  t.notOk(outcomes.has('unknown'), 'what is in the policy is in the image')
})
