// SPDX-License-Identifier: GPL-2.0-or-later
// What the kernel drops by itself: whether it takes such rules at all, which of the policy's it refuses, and whether somebody looks after
// those that are in force. Nothing here means that a packet is judged wrongly: what the kernel does not drop, the queue decides.

import type { Facts } from '../facts.js'
import { cannotTell, type Judgement, listed, note, ok, problem, warning } from '../finding.js'
import { type Check, unreadRules } from './check.js'

const INSTEAD = 'userspace decides instead, which means the same and costs more'
const REMEDY = 'apt-get install nftables, and boot a kernel with nf_tables; a newer one of either may take what these do not'

export const placement: Check = {
  id: 'placement',
  judge({ drops: { able, placed } }) {
    if (placed === null) return judgeKernel(able)
    const { names, refused } = placed
    if (names.length === 0) return ok('no block of the policy is decided in the kernel')
    if (refused === null) return cannotTell('whether the kernel takes the rules of the policy', able.because, 'run doctor as root')
    const [first] = refused
    if (first === undefined) return ok(`the kernel takes the rules of ${listed(names)}`)
    const named = refused.map(({ name }) => name)
    const found = `the kernel refuses the rules of ${listed(named)} (${first.why}): ${INSTEAD}`
    const demanded = refused.filter((one) => one.demanded).map(({ name }) => name)
    if (demanded.length === 0) return warning(found, `${REMEDY}; or say \`placement: userspace\``)
    return problem(`${found}; the policy says \`placement: kernel\` of ${listed(demanded)}`, `${REMEDY}; or say \`placement: auto\``)
  },
}

function judgeKernel({ answer, because }: Facts['drops']['able']): Judgement {
  if (answer === 'yes') return ok('the kernel can drop by itself what headers and bytes at fixed places tell')
  if (answer === 'unknown') return cannotTell('whether the kernel can drop by itself', because, 'run doctor as root')
  return warning(`the kernel can drop nothing by itself (${because}): ${INSTEAD}`, REMEDY)
}

/** A base chain is not deleted while others' queues may hold packets: its deletion would drop them all. */
const REMOVE = 'start the appliance: it replaces what a crashed run left; or nft flush table inet ipxxb-drops'

export const kernelDrops: Check = {
  id: 'kernel-drops',
  judge(facts) {
    const { inForce } = facts.drops
    if (inForce === 'unread') {
      const what = 'what the kernel drops by itself'
      return unreadRules(facts, what) ?? cannotTell(what, 'nft did not list its tables')
    }
    if (inForce === 'nothing' || inForce === 'empty') return judgeNothing(facts, inForce === 'empty')
    const served = isServed(facts)
    if (served === null) return cannotTell('whether anybody looks after what the kernel drops', 'who holds our queues cannot be told')
    return served ? judgeServed(inForce) : judgeLeft(inForce)
  },
}

function judgeNothing(facts: Facts, isEmpty: boolean): Judgement {
  const { names = [], refused } = facts.drops.placed ?? {}
  const expected = names.filter((name) => refused?.every((one) => one.name !== name))
  if (expected.length > 0 && isServed(facts) === true)
    return note(
      `an appliance runs, and the kernel drops nothing by itself; by this policy it would, for ${listed(expected)}`,
      'send SIGHUP, if this is its policy, and look for placement-refused in its log',
    )
  return ok(isEmpty ? 'the kernel drops nothing by itself; a table of ours is there, and empty' : 'the kernel drops nothing by itself')
}

function judgeServed(inForce: 'alive' | 'lapsed' | 'unguarded'): Judgement {
  if (inForce !== 'lapsed') return ok('the kernel drops by itself, and an appliance looks after it')
  return warning(
    'an appliance runs, and does not renew what the kernel drops by itself: it has lapsed, and the queues get all of it',
    'look for drops-not-renewed in its log; start it again where there is none',
  )
}

function judgeLeft(inForce: 'alive' | 'lapsed' | 'unguarded'): Judgement {
  switch (inForce) {
    case 'alive':
      return note('what a run that ended a moment ago left still drops, for some seconds', REMOVE)
    case 'lapsed':
      return warning('a run that ended without stopping left its table: it has lapsed, and drops nothing any more', REMOVE)
    case 'unguarded':
      return warning(
        'a run that ended without stopping left drops, which under fail-closed stay until the next start; nobody counts them',
        REMOVE,
      )
  }
}

/** By an appliance; null: it cannot be told. */
function isServed({ queues: { held } }: Facts): boolean | null {
  if (held === null || held.some(({ isIpxxb }) => isIpxxb === null)) return null
  return held.some(({ isIpxxb }) => isIpxxb === true)
}
