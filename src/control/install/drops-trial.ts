// SPDX-License-Identifier: GPL-2.0-or-later
// What a kernel and its nft take of the drops that a plan asks for, found by giving them the very rules, where that touches nothing: to
// `nft --check`, or in a network namespace that ends. Addresses are left out, since no kernel refuses a set for what is in it.

import { PORT, REQUEST } from '../../contract/reasons.js'
import { ANY_LENGTH, equal } from '../../contract/shape.js'
import type { KernelPlan } from '../compile/kernel-plan.js'
import type { SteeringPlan, SteeringSet } from '../compile/steering.js'
import { renderDropsTrial } from './drops.js'
import { fenced, findRefused, type Refused, refusedAtOnce } from './drops-refused.js'
import { placeSets } from './layers.js'
import { TOO_LARGE } from './nftables-ruleset.js'

type Overload = SteeringPlan['overload']

/** Gives `input` to nft; null: it is taken, else in one line why not. */
export type Attempt = (input: string) => Promise<string | null>

/** Input for nft, in a table of its own name. */
export const trialOf = (plan: KernelPlan, overload: Overload): string =>
  renderDropsTrial({ plan, overload, sets: placeSets(plan.sets, [], []), generation: 1 })

/** The blocks of `plan` that are refused, each with the reason: those that `run` would decide in userspace instead. */
export async function blocksRefused(plan: KernelPlan, overload: Overload, attempt: Attempt): Promise<Refused[]> {
  const known = refusedAtOnce(plan)
  const found = await findRefused(fenced(plan, known), async (part) => {
    const message = await attempt(trialOf(part, overload))
    // Whoever may not enlarge a socket's buffer cannot try what is installed in parts; that says nothing against the block.
    return message !== null && part.blocks.length === 1 && TOO_LARGE.test(message) ? null : message
  })
  return [...known, ...found].sort((a, b) => a.block - b.block)
}

const NO_PREFIXES = { ipv4: new Uint32Array(), ipv6: new Uint32Array() }

/** 192.0.2.0/24 and 2001:db8::/32, so that both families have rules. */
const EXAMPLE: SteeringSet = {
  name: 'example',
  prefixes: { ipv4: Uint32Array.of(0xc0000200, 24), ipv6: Uint32Array.of(0x20010db8, 0, 0, 0, 32) },
  exclusions: NO_PREFIXES,
}

/** Asks for what nearly every plan is made of: a header, bytes of a payload, addresses, the switch, counters. */
export const EXAMPLE_PLAN: KernelPlan = {
  hook: 'forward',
  outside: ['example0'],
  customers: EXAMPLE.name,
  sets: [EXAMPLE],
  placed: [],
  blocks: [
    {
      block: 0,
      direction: 'inbound',
      near: EXAMPLE.name,
      except: null,
      services: [
        {
          service: { protocol: 'udp', side: 'destination', first: 53, last: 53 },
          exempt: null,
          rules: [{ reason: REQUEST, minimum: 12, maximum: ANY_LENGTH, tests: [equal(2, 1, 0x80, 0)], port: null }],
        },
        {
          service: { protocol: 'tcp', side: 'destination', first: 53, last: 53 },
          exempt: null,
          rules: [{ reason: PORT, minimum: 0, maximum: ANY_LENGTH, tests: [], port: null }],
        },
      ],
    },
  ],
}
