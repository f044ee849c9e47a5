// SPDX-License-Identifier: GPL-2.0-or-later
// Third stage: a checked policy to the value that is compiled. Nothing is judged here any more.

import { parseRate, precisionOf } from './block-rules.js'
import type { CheckedBlock } from './blocks.js'
import type { Checked } from './check.js'
import {
  type Block,
  type Exemption,
  IPV4_PREFIX_WORDS,
  IPV6_PREFIX_WORDS,
  type Limit,
  type Network,
  type Policy,
  type Prefixes,
} from './policy.js'
import { OBSERVE_RATE } from './schema.js'

/** Only for what `check` found no error in. */
export function normalise(checked: Checked): Policy {
  const { document } = checked
  return {
    timezone: checked.timezone,
    outside: document.interfaces?.outside ?? [],
    networks: checked.networks.map(({ name, document: { customers, shared }, prefixes: { ipv4, ipv6 } }, index): Network => {
      const prefixes = checked.repeating.has(index) ? distinct({ ipv4, ipv6 }) : { ipv4, ipv6 }
      return { name, customers: customers ?? false, shared: shared ?? false, prefixes }
    }),
    blocks: checked.blocks.map((block) => normaliseBlock(block, checked)),
    exemptions: checked.exemptions.map(({ document: { owner, reason }, prefix: { ipv4, ipv6 }, blocks, service, expires }): Exemption => {
      return { prefix: { ipv4, ipv6 }, blocks, service, expires, owner: owner ?? null, reason: reason ?? null }
    }),
    overload: document.defaults?.overload ?? 'fail-open',
    hook: document.defaults?.hook ?? 'forward',
    observeRate: document.defaults?.observe === undefined ? OBSERVE_RATE : parseRate(document.defaults.observe.rate),
  }
}

function normaliseBlock(block: CheckedBlock, { document }: Checked): Block {
  const { name, profile, direction, services, protect, except, mode, since, expires, review, document: written } = block
  const limit: Limit | null = written.limit === undefined ? null : { rate: parseRate(written.limit.rate), burst: written.limit.burst }
  return {
    name,
    profile,
    direction,
    services,
    protect,
    except,
    mode,
    precision: precisionOf(block, document.defaults?.precision),
    placement: written.placement ?? document.defaults?.placement ?? 'auto',
    action: written.action ?? 'drop',
    since,
    expires,
    emergency: written.emergency ?? false,
    limit,
    reason: written.reason ?? null,
    review,
  }
}

/** The first of each, in the same order. */
function distinct({ ipv4, ipv6 }: Prefixes): Prefixes {
  return { ipv4: distinctRows(ipv4, IPV4_PREFIX_WORDS), ipv6: distinctRows(ipv6, IPV6_PREFIX_WORDS) }
}

/** By a hash table of row numbers: of a file of a million lines in which one is there twice, no string for each of them. */
function distinctRows(column: Uint32Array, words: number): Uint32Array {
  const slots = new Uint32Array(2 ** Math.ceil(Math.log2((2 * column.length) / words + 1)))
  const kept = new Uint32Array(column.length)
  const isKept = (number: number, at: number) => {
    let word = 0
    while (word < words && kept[number * words + word] === column[at + word]) word++
    return word === words
  }
  let count = 0
  for (let at = 0; at < column.length; at += words) {
    let hash = 0
    for (let word = at; word < at + words; word++) hash = Math.imul(hash ^ (column[word] as number), 0x9e3779b1) ^ (hash >>> 15)
    let slot = hash & (slots.length - 1)
    while (slots[slot] !== 0 && !isKept((slots[slot] as number) - 1, at)) slot = (slot + 1) & (slots.length - 1)
    if (slots[slot] !== 0) continue
    for (let word = 0; word < words; word++) kept[count * words + word] = column[at + word] as number
    slots[slot] = ++count
  }
  return kept.slice(0, count * words)
}
