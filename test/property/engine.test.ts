// SPDX-License-Identifier: GPL-2.0-or-later
// The engine is the specification: 1,000 random policies, 100 random packets each, half of them up to two seconds later than the others.
// IPXXB_PROPERTY_RUNS raises the number of policies. A failure prints fast-check's seed and path, with which IPXXB_PROPERTY_SEED and
// IPXXB_PROPERTY_PATH run that very case again.

import fc from 'fast-check'
import t from 'tap'
import { REASONS } from '../../src/contract/reasons.js'
import { NOW } from '../oracle/scene.js'
import { tape } from './choices.js'
import { compare } from './compare.js'
import { hold } from './hold.js'
import { randomPackets } from './random-packets.js'
import { randomSituation } from './random-policies.js'

const POLICIES = 1000
const PACKETS = 100

// A loaded machine takes several times the quarter of a minute that an idle one does.
t.setTimeout(600_000)

t.test('engine and oracle agree', async (t) => {
  const seen = new Map<string, number>()
  const situations = fc.property(
    randomSituation,
    fc.array(tape, { minLength: PACKETS, maxLength: PACKETS }),
    fc.constantFrom(0, 1, 2, 1.5),
    (situation, tapes, later) => {
      const packets = randomPackets(situation, tapes)
      const moments = [
        { now: NOW, packets: packets.slice(0, PACKETS / 2) },
        { now: NOW + later, packets: packets.slice(PACKETS / 2) },
      ]
      for (const { reason } of compare(situation, moments)) seen.set(REASONS[reason]!, (seen.get(REASONS[reason]!) ?? 0) + 1)
    },
  )
  if (!hold(t, 'every decision, verdict and counter', situations, POLICIES)) return
  t.comment([...seen].map(([reason, count]) => `${reason} ${count}`).join(', '))
  if (process.env.IPXXB_PROPERTY_PATH) return
  const missing = REASONS.filter((reason) => reason !== 'undecided' && !seen.has(reason))
  t.same(missing, [], 'the packets gave every reason at least once')
})
