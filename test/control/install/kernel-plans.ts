// SPDX-License-Identifier: GPL-2.0-or-later
// Kernel plans written by hand: small ones, of which each line is about something.

import { equal } from '../../../src/contract/shape.js'
import { ANSWER, CLASS_A, NOT_REPLY, PORT, REQUEST, SHORT, WRONG_SOURCE_PORT } from '../../../src/contract/reasons.js'
import type { KernelBlock, KernelPlan, KernelRule } from '../../../src/control/compile/kernel-plan.js'
import type { SteeringSet } from '../../../src/control/compile/steering.js'
import { network, service } from '../../property/policies.js'

/** A set of the plan from texts: prefixes, and those that are carved out. */
export function setOf(name: string, prefixes: string, exclusions = ''): SteeringSet {
  const columns = (texts: string) => network(name, texts).prefixes
  return { name, prefixes: columns(prefixes), exclusions: columns(exclusions) }
}

export const rule = (reason: number | null, of: Partial<KernelRule> = {}): KernelRule => ({
  reason,
  minimum: 0,
  maximum: 65535,
  tests: [],
  port: null,
  ...of,
})

const QR = 0x80
export const IS_QUERY = equal(2, 1, QR, 0)
export const IS_ANSWER = equal(2, 1, QR, QR)

/** Class B, in short: a query dies, an answer from port 53 lives, and what is neither dies. */
export const DNS_RULES: readonly KernelRule[] = [
  rule(REQUEST, { minimum: 12, tests: [IS_QUERY] }),
  rule(SHORT, { maximum: 11 }),
  rule(null, { tests: [IS_ANSWER], port: { side: 'source', port: 53, equal: true } }),
  rule(WRONG_SOURCE_PORT, { tests: [IS_ANSWER] }),
  rule(NOT_REPLY),
]

export const CLASS_A_RULES: readonly KernelRule[] = [rule(null, { port: { side: 'source', port: 123, equal: true } }), rule(CLASS_A)]
export const HEADER_RULES: readonly KernelRule[] = [rule(PORT)]
export const ANSWER_RULES: readonly KernelRule[] = [rule(ANSWER, { minimum: 12, tests: [IS_ANSWER] })]

export const block = (index: number, services: string, rules: readonly KernelRule[], of: Partial<KernelBlock> = {}): KernelBlock => ({
  block: index,
  direction: 'inbound',
  near: 'near',
  except: null,
  services: services.split(' ').map((text) => ({ service: service(text), exempt: null, rules })),
  ...of,
})

/** The customer of test/network/network.ts, and his neighbour, who is not protected. */
export const NEAR = setOf('near', '198.51.100.0/24 2001:db8:100::/64')
export const CUSTOMERS = setOf('customers', '198.51.100.0/24 192.0.2.0/24 2001:db8:100::/64 2001:db8:200::/64')

export const kernelPlan = (blocks: readonly KernelBlock[], of: Partial<KernelPlan> = {}): KernelPlan => ({
  hook: 'forward',
  outside: ['to-outside'],
  customers: 'customers',
  sets: [NEAR, CUSTOMERS],
  placed: [],
  blocks,
  ...of,
})

export const EMPTY = kernelPlan([], { sets: [], customers: null })
