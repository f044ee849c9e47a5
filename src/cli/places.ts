// SPDX-License-Identifier: GPL-2.0-or-later
// Where each block of a policy is decided and why there, a line each; a comment to the tools whose input `plan` prints.

import type { KernelPlan, PlaceCause } from '../control/compile/kernel-plan.js'
import { printable } from '../control/policy/excerpt.js'
import type { Policy } from '../control/policy/policy.js'

const WHY: Readonly<Record<PlaceCause, string>> = {
  over: 'its last day has passed',
  'not-yet': 'its first day is still to come',
  refused: 'the kernel does not take its rules',
  asked: 'its placement is userspace',
  observed: 'what it would drop is counted one by one',
  rejects: 'the answers to what it rejects are made there',
  limit: 'its limit is kept there',
  parser: 'a parser has to tell',
  behind: 'an earlier block there has the same packets:',
  partly: 'what a parser has to tell goes to the engine',
  header: 'the header tells',
  'fixed-shape': 'bytes at fixed places tell',
}

export function renderPlaces({ blocks }: Policy, { placed }: KernelPlan): string {
  const nameOf = (index: number | null): string => (index === null ? '' : printable(blocks[index]?.name ?? ''))
  const width = Math.max(0, ...placed.map(({ block }) => nameOf(block).length))
  const lines = placed.map(({ block, place, cause, behind }) =>
    `#   ${nameOf(block).padEnd(width)}  ${place.padEnd(9)}  ${WHY[cause]} ${nameOf(behind)}`.trimEnd(),
  )
  return ['# Where each block is decided:', ...lines].map((line) => `${line}\n`).join('')
}

/** As data, with names. */
export const placesOf = ({ blocks }: Policy, { placed }: KernelPlan): object[] =>
  placed.map(({ block, place, cause, behind }) => ({
    block: blocks[block]?.name,
    place,
    cause,
    behind: behind === null ? null : blocks[behind]?.name,
  }))
